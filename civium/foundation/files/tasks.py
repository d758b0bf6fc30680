"""What the room does by the clock."""

from __future__ import annotations

from django.utils import timezone

from civium.foundation.jobs.actions.schedule import daily, every

from .actions import sweep_files as sweep
from .actions.check_file import check_file
from .queries import find_quarantined


@every(minutes=1)
def check_quarantine() -> None:
    """Ask the virus scanner again about the files that wait. While it is down this fails, and shows why."""
    for file in find_quarantined(most=50):
        check_file(file, at=timezone.now())


@daily(at="03:40")
def sweep_files() -> None:
    """Delete contents that no file knows."""
    sweep.sweep_files(at=timezone.now())
