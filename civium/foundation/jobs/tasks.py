"""What the queue does for itself."""

from __future__ import annotations

from django.utils import timezone

from civium.foundation.jobs.actions import prune_jobs
from civium.foundation.jobs.actions.schedule import daily


@daily(at="03:10")
def forget_done_jobs() -> None:
    """Keep the queue's table small."""
    prune_jobs.prune_jobs(at=timezone.now())
