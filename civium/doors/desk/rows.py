"""A case as a line of a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civium.engines.cases.models import Case
from civium.engines.cases.queries import SOON, Colleague, Page
from civium.engines.clock.queries import the_calendar
from civium.engines.clock.rules import due_on, working_days_between
from civium.foundation.design.showing import short_days
from civium.foundation.identity.models import Person
from civium.foundation.kit.town import the_town
from civium.journeys.catalogue.queries import get_offer_version

# Stands for a reference in an address until it is known.
_ANY = "00000000"


class QueueRow(NamedTuple):
    """What one line of a list shows, in the order in which the page takes it apart; ``tone`` repeats how urgent it is for the eye.

    ``is_unread``: something happened since the reader looked, or it is theirs and they never looked. ``may_take``: what the box to
    tick says; empty where the case has somebody, is closed, or lies still.
    """

    reference: str
    shown_reference: str
    href: str
    may_take: str
    is_unread: bool
    service: str
    about: str
    lies_still: bool
    is_erased: bool
    step: str
    is_answered: bool
    has_new_message: bool
    due: str
    tone: str
    due_on: str
    received_on: str
    holder: str
    away_until: date | None


class Saying:
    """What the lines of a page have in common, put into words once: days, how far away they are, services and their steps."""

    def __init__(
        self,
        today: date,
        language: str,
        *,
        reader: Person | None = None,
        workers: Mapping[UUID, Colleague] = MappingProxyType({}),
    ) -> None:
        self.today = today
        self._language = language
        self._reader, self._workers = reader.id if reader else None, workers
        self._zone = the_town().time_zone
        self._soon = due_on(today, SOON, the_calendar())
        self._address = reverse("desk:case", args=[_ANY])
        self._take = _("Take %(reference)s")
        self._places: dict[tuple[str, int, str], tuple[str, str]] = {}
        self._holders: dict[UUID | None, tuple[str, date | None]] = {}
        self._said: dict[date, tuple[str, str]] = {}
        self._day = short_days()

    def of_case(self, case: Case) -> tuple[str, str]:
        """When the case is due, in words, and the tone that says how urgent that is."""
        if case.closed_at:
            return self._day(the_town().today(case.closed_at)), "grey"
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

    def of_holder(self, holder: UUID | None) -> tuple[str, date | None]:
        """Whoever has a case, and until when they are away."""
        if holder not in self._holders:
            self._holders[holder] = self._holder(holder)
        return self._holders[holder]

    def row(self, case: Case, seen: int | None) -> QueueRow:
        """The line of the case; ``seen``: its revision when the reader looked."""
        service, step = self.of_place(case)
        has_it = case.assigned_to_id
        holder, away_until = self.of_holder(has_it)
        about, shown = self.about(case), case.shown_reference
        is_closed, lies_still = case.closed_at is not None, not about and case.lies_still
        stands = lies_still and not is_closed  # nobody may work on it: no day counts
        due, tone = ("—", "") if stands else self.of_case(case)
        is_free = has_it is None and not is_closed and not stands
        return QueueRow(
            reference=case.reference,
            shown_reference=shown,
            href=self._address.replace(_ANY, case.reference),
            may_take=self._take % {"reference": shown} if is_free else "",
            is_unread=self._is_own(has_it) if seen is None else case.revision > seen,
            service=service,
            about=about,
            lies_still=lies_still,
            is_erased=not about and case.is_erased,
            step=step,
            is_answered=case.answered,
            has_new_message=case.has_new_message,
            due=due,
            tone=tone,
            due_on="" if is_closed or case.is_paused or stands else self._day(case.due_on),
            received_on=self._day(case.opened_at.astimezone(self._zone).date()),
            holder=holder,
            away_until=None if is_closed else away_until,
        )

    def _is_own(self, holder: UUID | None) -> bool:
        return holder is not None and holder == self._reader

    def _holder(self, holder: UUID | None) -> tuple[str, date | None]:
        if holder is None:
            return "—", None
        known = self._workers.get(holder)
        away_until = known.away_until if known else None
        if self._is_own(holder):
            return _("You"), away_until
        return known.name if known else _("A colleague"), away_until

    def _words(self, day: date) -> tuple[str, str]:
        days = working_days_between(self.today, day, the_calendar())
        if day < self.today:
            late = -days or 1
            return ngettext("late %(days)s working day", "late %(days)s working days", late) % {
                "days": late
            }, "coral"
        if day == self.today:
            return _("today"), "sun"
        tone = "sun" if day <= self._soon else "leaf"
        return ngettext("%(days)s working day", "%(days)s working days", days) % {"days": days}, tone


def queue_rows(
    page: Page, *, reader: Person, workers: Mapping[UUID, Colleague], today: date, language: str
) -> list[QueueRow]:
    """The lines of a page; everything in them is in the rows themselves: no answer is opened for a list."""
    saying = Saying(today, language, reader=reader, workers=workers)
    return [saying.row(case, page.seen.get(case.pk)) for case in page.cases]


def other_rows(cases: Iterable[Case], *, today: date, language: str) -> list[QueueRow]:
    """Lines about cases beside another one, without who has them."""
    saying = Saying(today, language)
    return [saying.row(case, case.revision) for case in cases]


def late_words(case: Case, *, today: date, language: str) -> str:
    """How late an open case is, as the lists say it; empty when it is not."""
    said, tone = Saying(today, language).of_case(case)
    return said if tone == "coral" else ""
