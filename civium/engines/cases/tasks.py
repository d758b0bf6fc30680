"""Background work of cases."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from civium.foundation.jobs.actions.schedule import daily, every
from civium.foundation.kit.town import the_town

from .actions.remind_applicant import remind_applicant
from .models import Presence, Question

# Longer than any number of working days before which somebody is reminded.
_AHEAD = timedelta(days=14)


@daily(at="07:30")
def remind_applicants() -> None:
    """Remind everybody whose day to answer is near, and tell those whose day has passed."""
    now = timezone.now()
    waiting = Question.objects.filter(
        answered_at=None,
        dropped_at=None,
        case__closed_at=None,
        until__lte=the_town().today(now) + _AHEAD,
    )
    # Who was told that the day has passed is told nothing more.
    for question in waiting.filter(overdue_at=None).select_related("case").iterator(chunk_size=200):
        remind_applicant(question, at=now)


@every(hours=1)
def forget_presences() -> None:
    """Delete who looked at which case more than an hour ago: it is nobody's business any more."""
    Presence.objects.filter(seen_at__lt=timezone.now() - timedelta(hours=1)).delete()
