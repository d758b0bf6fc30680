"""The file of one case, put together for a reader: answers, files, story, payment, decision, documents.

The applicant reads it on their page; staff open it through ``actions.open_case_file``, which records the reading.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import get_language_info, pgettext
from django.utils.translation import gettext as _
from markupsafe import Markup

from civium.engines.cases.models import Case, Decision, Question
from civium.engines.cases.queries import find_questions, find_remarks, get_decision
from civium.engines.cases.rules import available_moves
from civium.engines.cases.schema import Move
from civium.engines.forms.queries import open_answers
from civium.engines.forms.rules import Journey, Section
from civium.engines.payments.models import Payment, PaymentState
from civium.engines.payments.queries import get_payment_of
from civium.engines.registries.queries import register_title
from civium.foundation.design.showing import day, moment, money, words
from civium.foundation.files.models import StoredFile
from civium.foundation.files.queries import find_files
from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import find_shown_names
from civium.foundation.journal.queries import find_entries
from civium.foundation.kit.languages import pick_text
from civium.foundation.kit.town import the_town
from civium.journeys.applications.models import Application, Certificate
from civium.journeys.applications.rules import (
    READING,
    TONES,
    Reader,
    Stop,
    StoryLine,
    once_a_day,
    promise,
    status_words,
    stops,
    tell,
)
from civium.journeys.catalogue.queries import Offer, get_offer_version


@dataclass(frozen=True)
class Row:
    """One line of a summary list; ``href`` leads to where it is changed, if it can be."""

    key: str | Markup
    value: Any
    href: str = ""
    hidden: str = ""


@dataclass(frozen=True)
class ShownFile:
    """A file or document in a list."""

    name: str
    href: str
    meta: str = ""
    state: str = ""
    tone: str = "grey"
    code: str = ""
    note: str = ""
    can_withdraw: bool = False


@dataclass(frozen=True)
class ShownDecision:
    """How the case ended, in the reader's language; the reason in the words of whoever decided."""

    title: str
    reason: str
    appeal_until: Any


@dataclass(frozen=True)
class ShownMessage:
    """One side of a question and its answer."""

    from_name: str
    at: Any
    text: str
    mine: bool
    files: Sequence[ShownFile] = ()
    state: str = ""


@dataclass
class CaseFile:
    """What a page shows of a case. Built once per request; parts that are not shown are not read."""

    case: Case
    application: Application
    offer: Offer
    language: str
    is_staff: bool

    @cached_property
    def _words(self) -> Any:
        return self.offer.words(self.language)

    @property
    def title(self) -> str:
        return str(self._words.title)

    @property
    def agency(self) -> Markup:
        return words(the_town().agencies[self.case.agency_id].name)

    @property
    def agency_phone(self) -> str:
        return the_town().agencies[self.case.agency_id].phone

    @property
    def agency_email(self) -> str:
        return the_town().agencies[self.case.agency_id].email

    @property
    def applicant_name(self) -> str:
        return self.case.applicant.name

    @property
    def applicant_language(self) -> str:
        """The language in which the applicant reads, in the reader's words."""
        return str(get_language_info(self.case.applicant.language)["name_translated"])

    @property
    def decided_by(self) -> str:
        """Who decided, as the public knows them; empty while nobody did."""
        return self._name_of(self._decision.decided_by_id) if self._decision else ""

    @property
    def status(self) -> str:
        return status_words(self.case.shown_status)

    @property
    def tone(self) -> str:
        return TONES.get(self.case.shown_status, "sea")

    @property
    def step(self) -> str:
        return self._step_words(self.case.step)

    @property
    def promise(self) -> str:
        return promise(self.case, is_staff=self.is_staff)

    @property
    def step_due(self) -> str:
        """When the present step should be done; empty when that says no more than the promise does."""
        case = self.case
        if case.is_decided or case.is_paused or case.due_on == case.expected_on:
            return ""
        return _("This step is due on %(day)s") % {"day": day(case.due_on)}

    @property
    def stops(self) -> list[Stop]:
        visited = [
            entry.event.step
            for entry in self._entries
            if entry.kind in ("cases.CaseOpened", "cases.CaseMoved")
        ]
        return stops(self.offer.steps.steps, self.case.step, visited, self._step_words)

    def _step_words(self, step: str) -> str:
        return str(self._words.steps.get(step) or step)

    def move_words(self, move: str) -> str:
        """What a move is called."""
        return str(self._words.moves.get(move) or move)

    def moves_for(self, person: Person) -> list[Move]:
        """What the person can do with the case now."""
        return available_moves(self.case, self.offer.steps, person, self.values)

    @cached_property
    def answers(self) -> Mapping[str, Any]:
        """The answers as they were sent."""
        return open_answers(self.application.draft)

    @property
    def sent_on(self) -> date:
        """The day on which the answers were given to the agency."""
        return the_town().today(self.application.sent_at or self.case.opened_at)

    @cached_property
    def journey(self) -> Journey:
        """The way through the form on the day it was sent."""
        return self.offer.form.journey(self.answers, today=self.sent_on)

    @property
    def values(self) -> Mapping[str, Any]:
        """What conditions see: the answers that count, and what is computed from them."""
        return self.journey.values

    @cached_property
    def summary(self) -> list[Section]:
        return self.offer.form.summary(self.answers, language=self.language, today=self.sent_on)

    @cached_property
    def _files(self) -> dict[str, ShownFile]:
        """The files that can be read, by id, in the order in which they came."""
        answered = (id for question in self._questions for id in question.answer_files)
        wanted = [*self.offer.form.file_ids(self.answers), *answered]
        return {
            str(file.pk): ShownFile(
                name=file.name, href=self._file_href(file), meta=filesizeformat(file.size)
            )
            for file in find_files(wanted)
            if file.is_clean
        }

    @property
    def files(self) -> list[ShownFile]:
        return list(self._files.values())

    def files_of(self, named: Sequence[Mapping[str, str]]) -> list[ShownFile]:
        """The files of one answer (``{id, name}`` each). One that cannot be read is there by name, without a link."""
        missing = _("Cannot be opened")
        return [
            self._files.get(each["id"]) or ShownFile(name=each["name"], href="", state=missing)
            for each in named
        ]

    def _file_href(self, file: StoredFile) -> str:
        if self.is_staff:
            return reverse("desk:file", args=[self.case.reference, file.pk])
        return reverse("portal:document", args=[file.pk])

    @cached_property
    def _questions(self) -> list[Question]:
        return find_questions(self.case)

    @property
    def question(self) -> Question | None:
        """What the applicant has to answer now."""
        return next((question for question in self._questions if question.is_open), None)

    @cached_property
    def talk(self) -> list[ShownMessage]:
        """Questions to the applicant and their answers, in order."""
        lines = []
        for question in self._questions:
            asked = ShownMessage(
                self._name_of(question.asked_by_id),
                question.asked_at,
                question.words,
                self.is_staff,
                state=_("Dropped: the case went on without an answer") if question.dropped_at else "",
            )
            lines.append(asked)
            if question.answered_at:
                sent = [self._files[id] for id in question.answer_files if id in self._files]
                lines.append(
                    ShownMessage(
                        self.applicant_name if self.is_staff else _("You"),
                        question.answered_at,
                        question.answer,
                        not self.is_staff,
                        files=sent,
                    )
                )
        return lines

    @cached_property
    def notes(self) -> list[ShownMessage]:
        """What colleagues noted when they moved the case on; the applicant is not shown it."""
        if not self.is_staff:
            return []
        return [
            ShownMessage(self._name_of(remark.made_by_id), remark.made_at, remark.words, mine=True)
            for remark in find_remarks(self.case)
        ]

    @cached_property
    def _decision(self) -> Decision | None:
        return get_decision(self.case) if self.case.is_decided else None

    @cached_property
    def decision(self) -> ShownDecision | None:
        if self._decision is None:
            return None
        return ShownDecision(self.step, self._decision.reason, self._decision.appeal_until)

    @cached_property
    def certificates(self) -> list[ShownFile]:
        found = Certificate.objects.filter(application=self.application).select_related("file", "application")
        shown = [(each, shown_certificate(each, offer=self.offer, language=self.language)) for each in found]
        if not self.is_staff:
            return [line for _certificate, line in shown]
        return [
            replace(line, href=self._file_href(each.file), note=each.withdrawal_reason)
            for each, line in shown
        ]

    @cached_property
    def _payment(self) -> Payment | None:
        return get_payment_of(self.case.subject) if self.offer.fee else None

    @cached_property
    def payment(self) -> list[Row]:
        paid = self._payment
        if paid is None:
            return [Row(_("Fee"), _("Nothing to pay"))] if self.offer.fee else []
        rows = [
            *self._fee_lines(paid),
            Row(_("Amount"), money(paid.amount)),
            Row(_("State"), PaymentState(paid.state).label),
            Row(_("Payment reference"), paid.shown_reference),
        ]
        return (
            [*rows, Row(pgettext("payment", "Received"), moment(paid.settled_at))]
            if paid.settled_at
            else rows
        )

    def _fee_lines(self, paid: Payment) -> list[Row]:
        """What the amount is made of, in the reader's words; where there are none, in the payer's."""
        said = self._words.fee
        lines = zip(paid.lines, paid.priced_lines, strict=True)
        return [Row(said.get(line["name"], words), money(amount)) for line, (words, amount) in lines]

    @cached_property
    def _entries(self) -> list[Any]:
        streams = [self.case.stream, self.case.subject]
        return find_entries([*streams, self._payment.stream] if self._payment else streams)

    @cached_property
    def _staff_names(self) -> Mapping[UUID, str]:
        """Everybody who did anything with the case, in one read."""
        acted = {entry.by_id for entry in self._entries if entry.by_id}
        got_or_had = {
            getattr(entry.event, field)
            for entry in self._entries
            for field in ("to", "held_by")
            if isinstance(getattr(entry.event, field, None), UUID)
        }
        return find_shown_names((acted | got_or_had) - {self.case.applicant_id})

    def _register_words(self, register: str) -> str:
        return pick_text(register_title(register), self.language).words

    def _name_of(self, person: UUID) -> str:
        return self._staff_names.get(person, _("A member of staff"))

    @cached_property
    def story(self) -> list[StoryLine]:
        """What happened, the newest first."""
        reader = Reader(
            step_words=self._step_words,
            staff_names=self._staff_names,
            applicant=self.case.applicant_id,
            is_staff=self.is_staff,
            register_words=self._register_words,
        )
        told = (tell(entry, reader) for entry in reversed(self._entries))
        return once_a_day([line for line in told if line is not None])

    @property
    def last_change(self) -> StoryLine:
        """What happened to the case last; that somebody read it is no change."""
        return next(line for line in self.story if line.icon != READING)


def shown_certificate(certificate: Certificate, *, offer: Offer, language: str) -> ShownFile:
    """A document of the town as its holder sees it in a list."""
    state, tone = (_("Withdrawn"), "coral") if certificate.withdrawn_at else ("", "grey")
    return ShownFile(
        name=str(offer.words(language).outputs[certificate.document].title),
        href=reverse("portal:document", args=[certificate.file_id]),
        meta=f"{moment(certificate.issued_at)} · PDF",
        state=state,
        tone=tone,
        code=certificate.code,
        can_withdraw=certificate.withdrawn_at is None,
    )


def read_case_file(case: Case, *, language: str, is_staff: bool) -> CaseFile:
    """The file of a case that the reader may see."""
    id = case.subject.partition(":")[2]
    application = Application.objects.select_related("draft").get(pk=id)
    return CaseFile(case, application, get_offer_version(case.service, case.version), language, is_staff)
