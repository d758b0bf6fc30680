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
    about: str
    step: str
    due: str
    tone: str
    holder: str
    away_until: date | None
    due_on: str
    received_on: str
    is_unread: bool
    can_take: bool


class Saying:
    """What the lines of a page have in common, put into words once: days, how far away they are, services and their steps."""

    def __init__(self, today: date, language: str) -> None:
        self.today = today
        self._language = language
        self._places: dict[tuple[str, int, str], tuple[str, str]] = {}
        self._soon = due_on(today, SOON, the_calendar())
        self._said: dict[date, tuple[str, str]] = {}
        self._shown: dict[date, str] = {}

    def of_case(self, case: Case) -> tuple[str, str]:
        """When the case is due, in words, and the tone that says how urgent that is."""
        if case.closed_at:
            return short_day(the_town().today(case.closed_at)), "grey"
        if case.is_paused:
            return _("paused"), "grey"
        if case.due_on not in self._said:
            self._said[case.due_on] = self._words(case.due_on)
        return self._said[case.due_on]

    def of_place(self, case: Case) -> tuple[str, str]:
        """The service and the step."""
        place = case.service, case.version, case.step
        if place not in self._places:
            words = get_offer_version(case.service, case.version).words(self._language)
            self._places[place] = str(words.title), str(words.steps[case.step])
        service, step = self._places[place]
        # It was in that step when its applicant took it back.
        return service, _("Withdrawn") if case.is_withdrawn else step

    def about(self, case: Case) -> str:
        """The line of the case, in the reader's words."""
        offer = get_offer_version(case.service, case.version)
        return offer.retell_about(case.about, language=self._language)

    def shown(self, day: date) -> str:
        """A day as tables show it."""
        if day not in self._shown:
            self._shown[day] = short_day(day)
        return self._shown[day]

    def _words(self, day: date) -> tuple[str, str]:
        days = working_days_between(self.today, day, the_calendar())
        if day < self.today:
            late = -days or 1
            return ngettext("late %(days)s day", "late %(days)s days", late) % {"days": late}, "coral"
        if day == self.today:
            return _("today"), "sun"
        tone = "sun" if day <= self._soon else "leaf"
        return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}, tone


def queue_rows(
    page: Page, *, reader: Person, workers: Mapping[UUID, Colleague], today: date, language: str
) -> list[QueueRow]:
    """The lines of a page; everything in them is in the rows themselves: no answer is opened for a list."""
    saying = Saying(today, language)
    return [_row(case, page.seen.get(case.pk), reader, workers, saying) for case in page.cases]


def queue_row(case: Case, *, today: date, language: str) -> QueueRow:
    """A line about a case that stands alone, without who has it."""
    return _row(case, case.revision, None, {}, Saying(today, language))


def late_words(case: Case, *, today: date, language: str) -> str:
    """How late an open case is, as the lists say it; empty when it is not."""
    said, tone = Saying(today, language).of_case(case)
    return said if tone == "coral" else ""


def _row(
    case: Case,
    seen: int | None,
    reader: Person | None,
    workers: Mapping[UUID, Colleague],
    saying: Saying,
) -> QueueRow:
    service, step = saying.of_place(case)
    due, tone = saying.of_case(case)
    holder = workers.get(case.assigned_to_id) if case.assigned_to_id else None
    is_own = reader is not None and case.assigned_to_id == reader.pk
    return QueueRow(
        case=case,
        service=service,
        about=saying.about(case),
        step=step,
        due=due,
        tone=tone,
        holder=_holder(case, holder, is_own),
        away_until=holder.away_until if holder and not case.closed_at else None,
        due_on="" if case.closed_at or case.is_paused else saying.shown(case.due_on),
        received_on=saying.shown(the_town().today(case.opened_at)),
        is_unread=is_own if seen is None else case.revision > seen,
        can_take=case.assigned_to_id is None and not case.closed_at,
    )


def _holder(case: Case, holder: Colleague | None, is_own: bool) -> str:
    if is_own:
        return _("You")
    if holder is not None:
        return holder.name
    return _("A colleague") if case.assigned_to_id else "—"
