"""A case as a line of a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civium.engines.cases.models import Case
from civium.engines.cases.queries import SOON, Colleague, Page
from civium.engines.clock.queries import the_calendar
from civium.engines.clock.rules import due_on, working_days_between
from civium.foundation.design.showing import short_day
from civium.foundation.identity.models import Person
from civium.foundation.kit.town import the_town
from civium.journeys.catalogue.queries import get_offer_version


@dataclass(frozen=True)
class QueueRow:
    """What one line of a list shows; ``tone`` repeats how urgent it is for the eye.

    ``is_unread``: something happened since the reader looked, or it is theirs and they never looked.
    """

    case: Case
    service: str
    step: str
    due: str
    tone: str
    holder: str
    away_until: date | None
    received_on: date
    is_unread: bool
    can_take: bool


@dataclass(frozen=True)
class Urgency:
    """How far away a day is from today, counted once for all lines of a page."""

    today: date
    soon: date

    @classmethod
    def of(cls, today: date) -> Urgency:
        """As it is on this day."""
        return cls(today, due_on(today, SOON, the_calendar()))

    def of_case(self, case: Case) -> tuple[str, str]:
        """When the case is due, in words, and the tone that says how urgent that is."""
        if case.closed_at:
            return short_day(the_town().today(case.closed_at)), "grey"
        if case.is_paused:
            return _("paused"), "grey"
        days = working_days_between(self.today, case.due_on, the_calendar())
        if case.due_on < self.today:
            late = -days or 1
            return ngettext("late %(days)s day", "late %(days)s days", late) % {"days": late}, "coral"
        if case.due_on == self.today:
            return _("today"), "sun"
        tone = "sun" if case.due_on <= self.soon else "leaf"
        return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}, tone


def queue_rows(
    page: Page, *, reader: Person, workers: Mapping[UUID, Colleague], today: date, language: str
) -> list[QueueRow]:
    """The lines of a page; everything in them is in the rows themselves: no answer is opened for a list."""
    urgency = Urgency.of(today)
    return [
        _row(case, page.seen.get(case.pk), reader, workers, urgency=urgency, language=language)
        for case in page.cases
    ]


def queue_row(case: Case, *, today: date, language: str) -> QueueRow:
    """A line about a case that stands alone, without who has it."""
    return _row(case, case.revision, None, {}, urgency=Urgency.of(today), language=language)


def _row(
    case: Case,
    seen: int | None,
    reader: Person | None,
    workers: Mapping[UUID, Colleague],
    *,
    urgency: Urgency,
    language: str,
) -> QueueRow:
    words = get_offer_version(case.service, case.version).words(language)
    due, tone = urgency.of_case(case)
    holder = workers.get(case.assigned_to_id) if case.assigned_to_id else None
    is_own = reader is not None and case.assigned_to_id == reader.pk
    return QueueRow(
        case=case,
        service=str(words.title),
        step=str(words.steps[case.step]),
        due=due,
        tone=tone,
        holder=_holder(case, holder, is_own),
        away_until=holder.away_until if holder and not case.closed_at else None,
        received_on=the_town().today(case.opened_at),
        is_unread=is_own if seen is None else case.revision > seen,
        can_take=case.assigned_to_id is None and not case.closed_at,
    )


def _holder(case: Case, holder: Colleague | None, is_own: bool) -> str:
    if is_own:
        return _("You")
    if holder is not None:
        return holder.name
    return _("A colleague") if case.assigned_to_id else "—"
