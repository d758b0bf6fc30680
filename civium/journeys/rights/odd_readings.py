"""What is worth a question in how much somebody read, and why: facts in words, no score. Pure.

A reason is no finding. Who is at the counter on Saturdays reads on Saturdays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# Between these hours of a working day, by the town's clock, most people work.
OFFICE_HOURS: Final = (7, 20)
# So many times the people that a colleague in the middle reads, and at least so many people.
TIMES_THE_MIDDLE: Final = 3
FEWEST_PEOPLE: Final = 10
FEWEST_COLLEAGUES: Final = 2
# So many readings outside office hours, by a part of all of at least this.
FEWEST_LATE: Final = 3
LATE_SHARE: Final = 0.2


@dataclass
class Work:
    """What one member of staff read in one office."""

    readings: int = 0
    urgent: int = 0
    out_of_hours: int = 0
    of: set[str] = field(default_factory=set)
    kinds: Counter[str] = field(default_factory=Counter)

    def add(self, *, of: str, kinds: Iterable[str], is_urgent: bool, is_out_of_hours: bool) -> None:
        """Count one reading."""
        self.readings += 1
        self.urgent += is_urgent
        self.out_of_hours += is_out_of_hours
        self.of.add(of)
        self.kinds.update(kinds)

    @property
    def people(self) -> int:
        """Of how many people."""
        return len(self.of)


def is_office_time(local: datetime, *, is_working_day: bool) -> bool:
    """Whether most people work at this moment of the town's clock."""
    first, last = OFFICE_HOURS
    return is_working_day and first <= local.hour < last


def oddities(work: Work, colleagues: Collection[Work]) -> list[str]:
    """Why somebody might ask about this, each in one sentence with its numbers; mostly nothing."""
    reasons = []
    if work.urgent:
        reasons.append(
            ngettext("%(n)s reading in an emergency.", "%(n)s readings in an emergency.", work.urgent)
            % {"n": work.urgent}
        )
    if len(colleagues) >= FEWEST_COLLEAGUES:
        middle = median(other.people for other in colleagues)
        if work.people >= FEWEST_PEOPLE and work.people > TIMES_THE_MIDDLE * middle:
            reasons.append(
                _("Read data of %(people)s people. A colleague in the middle of this office: %(middle)s.")
                % {"people": work.people, "middle": round(middle)}
            )
    if work.out_of_hours >= FEWEST_LATE and work.out_of_hours >= LATE_SHARE * work.readings:
        reasons.append(
            _("%(late)s of %(all)s readings outside office hours.")
            % {"late": work.out_of_hours, "all": work.readings}
        )
    return reasons
