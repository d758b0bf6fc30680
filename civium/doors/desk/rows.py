"""A case as a line of a queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civium.engines.cases.models import Case
from civium.engines.cases.queries import SOON
from civium.engines.clock.queries import the_calendar
from civium.engines.clock.rules import due_on, working_days_between
from civium.foundation.design.showing import short_day
from civium.foundation.kit.town import the_town
from civium.journeys.catalogue.queries import get_offer_version


@dataclass(frozen=True)
class QueueRow:
    """What one line of a queue shows; ``tone`` repeats how urgent it is for the eye."""

    case: Case
    service: str
    step: str
    due: str
    tone: str
    holder: str
    received_on: date


def queue_row(case: Case, *, today: date, language: str) -> QueueRow:
    """The case's line; everything in it is in the row itself: no answer is opened for a list."""
    words = get_offer_version(case.service, case.version).words(language)
    due, tone = _due(case, today)
    return QueueRow(
        case=case,
        service=str(words.title),
        step=str(words.steps[case.step]),
        due=due,
        tone=tone,
        holder=case.assigned_to.shown_as if case.assigned_to else "—",
        received_on=the_town().today(case.opened_at),
    )


def _due(case: Case, today: date) -> tuple[str, str]:
    if case.closed_at:
        return short_day(the_town().today(case.closed_at)), "grey"
    if case.is_paused:
        return _("paused"), "grey"
    calendar = the_calendar()
    days = working_days_between(today, case.due_on, calendar)
    if case.due_on < today:
        return ngettext("late %(days)s day", "late %(days)s days", -days or 1) % {"days": -days or 1}, "coral"
    if case.due_on == today:
        return _("today"), "sun"
    tone = "sun" if case.due_on <= due_on(today, SOON, calendar) else "leaf"
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}, tone
