"""What is asked of an applicant, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from civium.engines.clock.rules import Calendar, due_on, working_days_between
from civium.engines.clock.schema import Duration

# Ten working days to correct or complete a request (for example Spain's Ley 39/2015, art. 68.1).
ANSWER_WITHIN = Duration(10, "working day")
LONGEST_WAIT = timedelta(days=366)
# How many working days before the day the applicant is reminded.
REMINDED_BEFORE = 3


@dataclass(frozen=True)
class Corrections:
    """The answers that should be corrected, each with the reason; ``before`` names all the answers as they are now."""

    reasons: Mapping[str, str]
    before: UUID


def answer_until(today: date, within: Duration | None, calendar: Calendar) -> date:
    """The last day that the applicant gets when nobody names another: a working day."""
    return due_on(today, within or ANSWER_WITHIN, calendar)


def may_wait_until(until: date, today: date) -> bool:
    """Whether a day can be set: from tomorrow on, and within a year."""
    return today < until <= today + LONGEST_WAIT


def reminder_due(
    until: date, today: date, calendar: Calendar, *, is_reminded: bool, is_overdue_told: bool
) -> Literal["soon", "late"] | None:
    """What the applicant should be told today about an open question: that the day is near, or that it has passed."""
    if until < today:
        return None if is_overdue_told else "late"
    if is_reminded or working_days_between(today, until, calendar) > REMINDED_BEFORE:
        return None
    return "soon"
