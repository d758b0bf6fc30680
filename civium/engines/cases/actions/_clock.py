"""The clock of a case after a pause."""

from __future__ import annotations

from datetime import datetime

from civium.engines.clock.queries import the_calendar
from civium.foundation.kit.town import the_town

from ..models import Case
from ..rules import Deadlines


def going_on(case: Case, at: datetime) -> Deadlines:
    """The deadlines of a case whose clock goes on, later by the working days that it stood still."""
    town = the_town()
    return case.deadlines.after_pause(town.today(case.paused_at or at), town.today(at), the_calendar())
