"""What the worker does for this room."""

from __future__ import annotations

from django.utils import timezone

from civium.foundation.jobs.actions.schedule import daily

from .actions.forget_answers import forget_answers


@daily(at="03:35")
def forget_kept_answers() -> None:
    """Forget what was answered to requests that nobody sends again any more."""
    forget_answers(at=timezone.now())
