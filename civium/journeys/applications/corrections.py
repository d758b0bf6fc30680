"""Correcting answers that were sent: the short form that an applicant gets, and old and new side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from markupsafe import Markup

from civium.engines.cases.models import Case, Question
from civium.engines.forms.models import Draft
from civium.engines.forms.queries import open_answers
from civium.engines.forms.rules import (
    ROW_ID,
    Form,
    Journey,
    Section,
    ShortPage,
    SummaryRow,
    answer_name,
    find_answer_names,
    find_short_pages,
    narrowed,
)
from civium.foundation.design.showing import money
from civium.foundation.kit.refusals import NotFound
from civium.foundation.kit.town import the_town
from civium.journeys.catalogue.queries import Offer, get_offer_version

from .models import Application

# Under this name the draft of a correction keeps which pages the applicant was on: no question's name begins so.
SEEN = "_seen"


@dataclass(frozen=True)
class NamedAnswer:
    """One answer that can be, or should be, corrected: where it stands, what it is called, what it says, and why."""

    name: str
    part: str
    key: str
    value: Markup
    reason: str = ""
    files: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True)
class ChangedAnswer:
    """An answer as it was and as it is. ``old`` is None for one that was not there, ``new`` for one that is no longer asked."""

    name: str
    part: str
    key: str
    old: Markup | None
    new: Markup | None
    reason: str = ""
    old_files: Sequence[Mapping[str, str]] = ()
    new_files: Sequence[Mapping[str, str]] = ()

    @property
    def is_changed(self) -> bool:
        return (self.old, list(self.old_files)) != (self.new, list(self.new_files))


def day_of(application: Application, case: Case) -> date:
    """The day that counts for all answers of a case: the one on which they were sent, also when they are corrected later."""
    return the_town().today(application.sent_at or case.opened_at)


def named_answers(
    form: Form, answers: Mapping[str, Any], *, language: str, today: date
) -> dict[str, NamedAnswer]:
    """Every answer with its name, in the order asked; a list as a whole before its rows."""
    journey = form.journey(answers, today=today)
    known = set(find_answer_names(journey))
    lists = _lists(journey)
    found: dict[str, NamedAnswer] = {}
    for section in form.summary(answers, language=language, today=today):
        listed = lists.get(section.page, "")
        if listed and listed not in found:
            title = section.title.partition(": ")[0] if section.row else section.title
            found[listed] = NamedAnswer(listed, "", title, Markup(""))
        for name, row in _rows(section, listed):
            if name in known and name not in found:
                found[name] = NamedAnswer(name, section.title, row.key, row.value, files=row.files)
    return found


def put_answers(answers: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with those given by name in their place, in rows of lists too; a row that is not there is left out."""
    put = dict(answers)
    for name, value in given.items():
        listed, _slash, rest = name.partition("/")
        if not rest:
            put[name] = value
            continue
        row, _slash, cell = rest.partition("/")
        rows = put.get(listed)
        if isinstance(rows, list):
            put[listed] = [{**each, cell: value} if each.get(ROW_ID) == row else each for each in rows]
    return put


def asked_names(pages: Collection[ShortPage], journey: Journey) -> set[str]:
    """The names of the answers that these pages of a short form ask for."""
    lists = _lists(journey)
    return {
        name
        for page in pages
        for name in (
            [lists[page.page]]
            if page.is_list
            else [
                answer_name(each, listed=lists[page.page] if page.row else "", row=page.row)
                for each in page.names
            ]
        )
    }


def _lists(journey: Journey) -> dict[str, str]:
    return {state.page.name: state.page.repeat.name for state in journey.pages if state.page.repeat}


def _rows(section: Section, listed: str) -> Iterator[tuple[str, SummaryRow]]:
    for row in section.rows:
        if not listed:
            yield row.name, row
        elif section.row:
            yield answer_name(row.name, listed=listed, row=section.row), row


def compare_answers(
    form: Form,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    reasons: Mapping[str, str],
    language: str,
    today: date,
) -> list[ChangedAnswer]:
    """What was asked about, whether it changed or not, and whatever else is another than before; in the order asked."""
    old = named_answers(form, before, language=language, today=today)
    new = named_answers(form, after, language=language, today=today)
    changed = []
    for name in _in_order(old, new):
        was, now = old.get(name), new.get(name)
        is_list = (was is None or not was.part) and (now is None or not now.part)
        if is_list and name not in reasons:
            continue  # its rows say what changed
        shown = now or was
        assert shown is not None
        each = ChangedAnswer(
            name,
            shown.part,
            shown.key,
            was.value if was else None,
            now.value if now else None,
            reasons.get(name, ""),
            was.files if was else (),
            now.files if now else (),
        )
        if name in reasons or each.is_changed:
            changed.append(each)
    return changed


def _in_order(old: Mapping[str, NamedAnswer], new: Mapping[str, NamedAnswer]) -> list[str]:
    """The names of both, each answer that is gone where it was: after the one before it."""
    order = list(new)
    at = 0
    for name in old:
        if name in new:
            at = order.index(name) + 1
        else:
            order.insert(at, name)
            at += 1
    return order


def draft_name(question: Question) -> str:
    """What the draft of a correction is called."""
    return f"correction:{question.id}"


@dataclass
class CorrectionForm:
    """What the applicant is asked to correct, as far as they have come. Built once per request."""

    question: Question
    application: Application
    offer: Offer
    language: str
    draft: Draft | None = field(default=None)

    @property
    def case(self) -> Case:
        return self.question.case

    @property
    def today(self) -> date:
        return day_of(self.application, self.case)

    @cached_property
    def before(self) -> Journey:
        """The answers as they were sent."""
        return self.offer.form.journey(open_answers(self.application.draft), today=self.today)

    @cached_property
    def given(self) -> Mapping[str, Any]:
        """The answers as they are corrected so far."""
        return open_answers(self.draft) if self.draft else open_answers(self.application.draft)

    @cached_property
    def now(self) -> Journey:
        return self.offer.form.journey(self.given, today=self.today)

    @property
    def seen(self) -> Collection[str]:
        """The pages that the applicant has sent already, by key."""
        return self.given.get(SEEN) or []

    @cached_property
    def pages(self) -> list[ShortPage]:
        return find_short_pages(self.before, self.now, self.question.named)

    @property
    def stop(self) -> str:
        """The page at which the corrected answers end the way: nothing can be sent. Empty when they do not."""
        last = self.now.pages[-1]
        return last.page.name if last.page.stops else ""

    @property
    def next_page(self) -> ShortPage | None:
        """The first page that was not sent yet, or where something is missing; None when all is done."""
        return next((page for page in self.pages if page.key not in self.seen or not page.is_done), None)

    @property
    def is_ready(self) -> bool:
        """Whether everything that was asked about is done and the answers are complete as a whole."""
        return self.next_page is None and self.now.is_complete

    def page(self, name: str, row: str) -> ShortPage:
        """A page of the short form; NotFound for any other page of the form."""
        for page in self.pages:
            if page.page == name and (page.row == row or page.is_list):
                return page
        raise NotFound

    def journey_of(self, page: ShortPage) -> Journey:
        """The journey in which this page asks only what is to be corrected."""
        return narrowed(self.now, page, before=self.before)

    @cached_property
    def asked(self) -> list[NamedAnswer]:
        """What the applicant is asked to correct, each with its reason, in the order of the form."""
        known = named_answers(self.offer.form, self.before.answers, language=self.language, today=self.today)
        reasons = self.question.reasons
        found = [known[name] for name in known if name in reasons]
        return [
            NamedAnswer(each.name, each.part, each.key, each.value, reasons[each.name], each.files)
            for each in found
        ]

    def value_of(self, name: str) -> Any:
        """An answer as it was sent, by its name; None when it was not given."""
        listed, _slash, rest = name.partition("/")
        value = self.before.answers.get(listed)
        if not rest:
            return value
        row, _slash, cell = rest.partition("/")
        return next((each.get(cell) for each in value or [] if each[ROW_ID] == row), None)

    def schema_of(self, name: str) -> dict[str, Any]:
        """JSON Schema of an answer, by its name."""
        properties: dict[str, Any] = self.offer.form.json_schema()["properties"]
        listed, _slash, rest = name.partition("/")
        found: dict[str, Any] = properties[listed]
        return found["items"]["properties"][rest.partition("/")[2]] if rest else found

    def reasons_on(self, page: ShortPage) -> list[NamedAnswer]:
        """Those of the asked answers that this page is about."""
        listed = next(
            (
                state.page.repeat.name
                for state in self.now.pages
                if state.page.name == page.page and state.page.repeat
            ),
            "",
        )
        if page.is_list:
            return [each for each in self.asked if each.name.partition("/")[0] == listed]
        prefix = f"{listed}/{page.row}/" if page.row else ""
        return [each for each in self.asked if each.name.removeprefix(prefix) in page.names]

    @property
    def fee_change(self) -> dict[str, str] | None:
        """What the fee was and what it would be by the corrected answers, to read; None where it stays."""
        return fee_change(self.offer, self.before, self.now)

    @property
    def changes(self) -> list[ChangedAnswer]:
        """Old and new, for the applicant to check before sending."""
        return compare_answers(
            self.offer.form,
            self.before.answers,
            self.now.answers,
            reasons=self.question.reasons,
            language=self.language,
            today=self.today,
        )


def fee_change(offer: Offer, before: Journey, after: Journey) -> dict[str, str] | None:
    """What the fee was by the answers ``then`` and what it would be ``now``, to read; None where it stays."""
    if offer.fee is None:
        return None
    then, now = (offer.fee.due(journey.values).total for journey in (before, after))
    return None if then == now else {"then": money(then), "now": money(now)}


def read_correction(question: Question, *, language: str) -> CorrectionForm:
    """The short form of an open question with named answers; NotFound when there is nothing to correct."""
    if not question.is_open or not question.named:
        raise NotFound
    case = question.case
    number = case.subject.partition(":")[2]
    application = Application.objects.select_related("draft", "applicant").get(pk=number)
    offer = get_offer_version(case.service, case.version)
    draft = Draft.objects.filter(under=case.subject, form=draft_name(question), closed_at=None).first()
    return CorrectionForm(question, application, offer, language, draft)


def find_answers(draft_ids: Collection[UUID]) -> dict[UUID, Mapping[str, Any]]:
    """The answers in these drafts, by their ids."""
    found = Draft.objects.filter(pk__in=draft_ids) if draft_ids else ()
    return {draft.pk: open_answers(draft) for draft in found}
