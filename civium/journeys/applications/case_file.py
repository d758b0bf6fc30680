"""The file of one case, put together for a reader: answers, files, story, payment, decision, documents.

The applicant reads it on their page; staff open it through ``actions.open_case_file``, which records the reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from itertools import islice
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language_info, pgettext
from django.utils.translation import gettext as _
from markupsafe import Markup

from civium.engines.cases.events import (
    ApplicantAsked,
    CaseHandedOver,
    CaseLinked,
    CaseMoved,
    CaseReopened,
    CaseTakenOver,
    MessageSent,
    NoteWritten,
)
from civium.engines.cases.models import Case, Decision, Link, Message, Note, Question, Remark
from civium.engines.cases.queries import (
    find_decisions_set_aside,
    find_links,
    find_messages,
    find_notes,
    find_questions,
    find_remarks,
    get_decision,
)
from civium.engines.cases.rules import available_moves
from civium.engines.cases.schema import Move, Reopening
from civium.engines.forms.queries import open_answers
from civium.engines.forms.rules import Journey, Section
from civium.engines.payments.models import Payment, PaymentState
from civium.engines.payments.queries import get_payment_of
from civium.engines.registries.queries import register_title
from civium.foundation.design.showing import day, moment, money, size, words
from civium.foundation.files.models import StoredFile
from civium.foundation.files.queries import find_files
from civium.foundation.identity.models import Person, Role
from civium.foundation.identity.queries import find_names, find_shown_names
from civium.foundation.journal.events import Event
from civium.foundation.journal.queries import find_entries
from civium.foundation.kit.languages import pick_text
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.events import DataRead
from civium.foundation.privacy.queries import pseudonym
from civium.foundation.privacy.rules import reader_words
from civium.journeys.applications.corrections import compare_answers, fee_change, find_answers
from civium.journeys.applications.events import CertificateIssued
from civium.journeys.applications.models import Application, Certificate
from civium.journeys.applications.reading import shown_address
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
    at: Any = None
    set_aside_at: Any = None
    why_set_aside: str = ""
    lost_its_document: bool = False


@dataclass(frozen=True)
class ShownMessage:
    """A message or a note as one of its readers sees it. ``state``: what became of it; ``is_new``: this reader has not seen it."""

    from_name: str
    at: Any
    text: str
    mine: bool
    files: Sequence[ShownFile] = ()
    state: str = ""
    is_new: bool = False
    id: str = ""


@dataclass(frozen=True)
class ShownThread:
    """Some messages, the oldest first; ``earlier`` is the mark of the page before them, empty when there is none."""

    messages: Sequence[ShownMessage]
    earlier: str = ""
    unread: int = 0


@dataclass(frozen=True)
class ShownChange:
    """One answer of a request: what it was, what it is now (None while nobody has answered), and what was said about it."""

    part: str
    key: str
    old: Any
    new: Any
    reason: str
    is_changed: bool
    old_files: Sequence[ShownFile] = ()
    new_files: Sequence[ShownFile] = ()


@dataclass(frozen=True)
class ShownRequest:
    """Something the agency needed from the applicant: words, answers to correct, or both; with what came of it."""

    id: UUID
    from_name: str
    at: Any
    text: str
    is_open: bool
    until: date | None
    is_late: bool
    state: str
    changes: Sequence[ShownChange]
    answered_at: Any
    answer: str
    files: Sequence[ShownFile]
    fee_note: str = ""


@dataclass(frozen=True)
class ShownLink:
    """Another case that belongs to this one, for staff who may work on both."""

    case: Case
    title: str
    kind: str
    reason: str
    by: str
    at: Any


@dataclass
class CaseFile:
    """What a page shows of a case. Built once per request; parts that are not shown are not read.

    ``rows_from``: where the part of a long list that is shown begins, by the list's name.
    """

    case: Case
    application: Application
    offer: Offer
    language: str
    is_staff: bool
    seen_at: datetime | None = None
    reader: Person | None = None
    rows_from: Mapping[str, int] = field(default_factory=dict)
    # Who reads it on behalf of the applicant.
    hands: UUID | None = None
    # Where its files lie for whoever reads it in another way than usual.
    files_at: Callable[[StoredFile], str] | None = None

    @cached_property
    def _words(self) -> Any:
        return self.offer.words(self.language)

    @property
    def title(self) -> str:
        return str(self._words.title)

    @property
    def about(self) -> str:
        """The line that lists show, in the reader's words."""
        return self.offer.retell_about(self.case.about, language=self.language)

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
        applicant = self.case.applicant
        return applicant.name or (_("Somebody without an account") if applicant.is_guest else "")

    @property
    def applicant_email(self) -> str:
        """Where mail reaches the applicant; empty for a guest who gave no address."""
        return shown_address(self.case.applicant)

    @property
    def can_withdraw(self) -> bool:
        """Whether the applicant may still take the application back."""
        return not self.case.is_decided

    @property
    def applicant_language(self) -> str:
        """The language in which the applicant reads, in the reader's words."""
        return str(get_language_info(self.case.applicant.language)["name_translated"])

    @property
    def decided_by(self) -> str:
        """Who decided, as the public knows them; empty while nobody did."""
        if self._decision is None:
            return ""
        by = self._decision.decided_by_id
        return self._name_of(by) if by else _("Nobody: it closed by itself when it was paid")

    @property
    def status(self) -> str:
        return status_words(self.case.shown_status)

    @property
    def tone(self) -> str:
        return TONES.get(self.case.shown_status, "sea")

    @property
    def step(self) -> str:
        return self.step_words(self.case.step)

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
        return stops(
            self.offer.steps.steps,
            self.case.step,
            visited,
            self.step_words,
            is_over=self.case.is_withdrawn,
        )

    def step_words(self, step: str) -> str:
        """What a step is called."""
        return str(self._words.steps.get(step) or step)

    def move_words(self, move: str) -> str:
        """What a move is called."""
        return str(self._words.moves.get(move) or move)

    def moves_for(self, person: Person) -> list[Move]:
        """What the person can do with the case now."""
        return available_moves(self.case, self.offer.steps, person, self.values)

    def what_follows(self, move: Move) -> list[str]:
        """What a move brings about, before it is made: where the case goes, what the applicant gets, whether it is for good."""
        document, decides, to = self.offer.document, self.offer.steps.decides(move), self.step_words(move.to)
        lines = [
            _("This decides the application: %(step)s") % {"step": to}
            if decides
            else _("The case goes on: %(step)s") % {"step": to}
        ]
        if output := document.outputs.get(move.to):
            title = self._words.outputs[output.document].title
            lines.append(_("The applicant gets a document: %(title)s") % {"title": title})
        told = move.to in document.notices and self.case.applicant.gets_mail
        lines.append(
            _("The applicant is told by e-mail.")
            if told
            else _("No e-mail goes out: the applicant reads it on the page of their case.")
        )
        if move.to in document.tell:
            lines.append(_("Other registers are told."))
        if decides and not self.offer.steps[move.to].reopen:
            lines.append(_("Nobody can set this decision aside later."))
        return lines

    def who_goes_on(self, person: Person) -> list[str]:
        """The roles that can do what leads on from the present step, in words; none where the person can do it."""
        if self.case.is_decided or any(not move.asks_applicant for move in self.moves_for(person)):
            return []
        ahead = self.offer.steps.moves_from(self.case.step, self.values)
        roles = {role for move in ahead if not move.asks_applicant for role in move.roles}
        return [str(role.label) for role in Role if role in roles]

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
        return self.offer.form.summary(
            self.answers, language=self.language, today=self.sent_on, rows_from=self.rows_from
        )

    @cached_property
    def _files(self) -> dict[str, ShownFile]:
        """The files of the answers, of earlier answers, of what was asked, by id; each with its state while it cannot be read."""
        earlier = [id for answers in self._drafts.values() for id in self.offer.form.file_ids(answers)]
        answered = [id for question in self._questions for id in question.answer_files]
        wanted = [*self.offer.form.file_ids(self.answers), *answered, *earlier]
        return self._shown_files(dict.fromkeys(wanted))

    def _shown_files(self, ids: Iterable[str]) -> dict[str, ShownFile]:
        return {str(file.pk): self._shown_file(file) for file in find_files(ids)}

    def _shown_file(self, file: StoredFile) -> ShownFile:
        if file.is_clean:
            return ShownFile(file.name, self._file_href(file), size(file.size))
        checked = _("Being checked for viruses") if file.is_being_checked else _("Cannot be opened")
        return ShownFile(file.name, "", state=checked)

    @property
    def files(self) -> list[ShownFile]:
        """What the applicant sent and can be read."""
        return [file for file in self._files.values() if file.href]

    def files_of(self, named: Sequence[Mapping[str, str]]) -> list[ShownFile]:
        """The files of one answer (``{id, name}`` each). One that cannot be read is there by name, without a link."""
        missing = _("Cannot be opened")
        return [
            self._files.get(each["id"]) or ShownFile(name=each["name"], href="", state=missing)
            for each in named
        ]

    def _file_href(self, file: StoredFile) -> str:
        if self.files_at is not None:
            return self.files_at(file)
        if self.is_staff:
            return reverse("desk:file", args=[self.case.reference, file.pk])
        return reverse("portal:document", args=[file.pk])

    @cached_property
    def _questions(self) -> list[Question]:
        return find_questions(self.case) if self._happened(ApplicantAsked) else []

    @cached_property
    def _kinds(self) -> frozenset[str]:
        return frozenset(entry.kind for entry in self._entries)

    def _happened(self, *events: type[Event]) -> bool:
        """Whether the record, which is read anyway, has any of these: what never happened need not be looked for."""
        return any(event.kind in self._kinds for event in events)

    @property
    def question(self) -> Question | None:
        """What the applicant has to answer now."""
        return next((question for question in self._questions if question.is_open), None)

    @cached_property
    def _drafts(self) -> dict[UUID, Mapping[str, Any]]:
        """The answers before and after each correction, by the id that the question has for them."""
        ids = {id for question in self._questions for id in (question.before, question.after) if id}
        known = {self.application.draft_id: self.answers}
        return {**find_answers(ids - known.keys()), **{id: known[id] for id in ids & known.keys()}}

    @cached_property
    def requests(self) -> list[ShownRequest]:
        """What the applicant was asked, in order, with old and new answers side by side."""
        return [self._request(question) for question in self._questions]

    @property
    def open_request(self) -> ShownRequest | None:
        """What the applicant is asked now."""
        return next((request for request in self.requests if request.is_open), None)

    def _request(self, question: Question) -> ShownRequest:
        today = the_town().today(self.seen_at) if self.seen_at else None
        is_late = bool(question.is_open and question.until and today and question.until < today)
        state = _("Late") if is_late else _("Waiting for the answer") if question.is_open else _("Answered")
        if question.dropped_at:
            state = _("Withdrawn, or the case went on without an answer")
        return ShownRequest(
            id=question.pk,
            from_name=self._name_of(question.asked_by_id),
            at=question.asked_at,
            text=question.words,
            is_open=question.is_open,
            until=question.until,
            is_late=is_late,
            state=state,
            changes=self._changes(question),
            answered_at=question.answered_at,
            answer=question.answer,
            files=[self._files[id] for id in question.answer_files if id in self._files],
            fee_note=self._fee_note(question) if self.is_staff else "",
        )

    def _changes(self, question: Question) -> list[ShownChange]:
        if not question.named or question.before not in self._drafts:
            return []
        before = self._drafts[question.before]
        after = self._drafts.get(question.after) if question.after else None
        found = compare_answers(
            self.offer.form,
            before,
            before if after is None else after,
            reasons=question.reasons,
            language=self.language,
            today=self.sent_on,
        )
        return [
            ShownChange(
                each.part,
                each.key,
                each.old,
                None if after is None else each.new,
                each.reason,
                each.is_changed,
                self.files_of(each.old_files),
                () if after is None else self.files_of(each.new_files),
            )
            for each in found
        ]

    def _fee_note(self, question: Question) -> str:
        """That corrected answers come to another fee than was paid; what becomes of that is for people to decide."""
        if self.offer.fee is None or question.after is None or question.before is None:
            return ""
        before, after = (
            self.offer.form.journey(self._drafts[id], today=self.sent_on)
            for id in (question.before, question.after)
        )
        changed = fee_change(self.offer, before, after)
        return (
            _("By the corrected answers the fee would be %(now)s instead of %(then)s.") % changed
            if changed
            else ""
        )

    def thread(self, before: str | None = None) -> ShownThread:
        """A page of the messages; the latest when no mark says otherwise. What is new stays so until it is marked as read."""
        if not self._happened(MessageSent):
            return ShownThread([])
        page = find_messages(self.case, before=before)
        files = self._shown_files(dict.fromkeys(id for each in page.messages for id in each.files))
        shown = [
            ShownMessage(
                from_name=self._writer(each),
                at=each.sent_at,
                text=each.words,
                mine=each.is_from_applicant != self.is_staff,
                files=[files[id] for id in each.files if id in files],
                state=self._read_state(each),
                is_new=each.is_from_applicant == self.is_staff and each.read_at is None,
                id=each.pk.hex,
            )
            for each in page.messages
        ]
        return ShownThread(shown, page.earlier or "", sum(each.is_new for each in shown))

    def _writer(self, message: Message) -> str:
        if message.is_from_applicant:
            return self.applicant_name if self.is_staff else _("You")
        return self._name_of(message.sent_by_id)

    def _read_state(self, message: Message) -> str:
        """Of one's own message, whether the other side saw it."""
        if message.is_from_applicant == self.is_staff:
            return ""
        return (
            _("Read on %(day)s") % {"day": moment(message.read_at)} if message.read_at else _("Not read yet")
        )

    @cached_property
    def notes(self) -> list[ShownMessage]:
        """What colleagues noted for one another, also when they moved the case on; the applicant is not shown it."""
        if not self.is_staff:
            return []
        occasions = {"hand-over": _("On handing over"), "take-over": _("On taking over")}
        written = [
            ShownMessage(
                self._name_of(each.written_by_id),
                each.written_at,
                each.words,
                mine=each.written_by_id == (self.reader.pk if self.reader else None),
                state=occasions.get(each.kind, ""),
                is_new=bool(getattr(each, "names_reader", False)),
                id=each.pk.hex,
            )
            for each in self._notes
        ]
        moved = [
            ShownMessage(
                self._name_of(each.made_by_id),
                each.made_at,
                each.words,
                mine=each.made_by_id == (self.reader.pk if self.reader else None),
                state=self.move_words(each.move),
            )
            for each in self._remarks
        ]
        return sorted([*written, *moved], key=lambda note: note.at)

    @property
    def _notes(self) -> list[Note]:
        if not self._happened(NoteWritten, CaseHandedOver, CaseTakenOver):
            return []
        return find_notes(self.case, for_=self.reader)

    @property
    def _remarks(self) -> list[Remark]:
        moved = (entry.event for entry in self._entries if entry.kind == CaseMoved.kind)
        return find_remarks(self.case) if any(getattr(each, "has_remark", True) for each in moved) else []

    def links_for(self, person: Person) -> list[ShownLink]:
        """Cases that belong to this one, of those on which the person may work; the applicant is not shown them."""
        if not self.is_staff or not self._happened(CaseLinked):
            return []
        return [
            ShownLink(
                case=link.other,
                title=str(
                    get_offer_version(link.other.service, link.other.version).words(self.language).title
                ),
                kind=str(Link.Kind(link.kind).label),
                reason=link.reason,
                by=self._name_of(link.linked_by_id),
                at=link.linked_at,
            )
            for link in find_links(self.case, for_=person)
        ]

    @cached_property
    def earlier_decisions(self) -> list[ShownDecision]:
        """Decisions that were set aside when the case was reopened, with why."""
        return [
            ShownDecision(
                self.step_words(self._step_of(each)),
                each.reason,
                each.appeal_until,
                at=each.decided_at,
                set_aside_at=each.set_aside_at,
                why_set_aside=each.why_set_aside,
            )
            for each in (find_decisions_set_aside(self.case) if self._happened(CaseReopened) else [])
        ]

    def _step_of(self, decision: Decision) -> str:
        ends = self.offer.steps.steps.root.items()
        return next((name for name, step in ends if step.end == decision.outcome), decision.outcome)

    @property
    def reopening(self) -> Reopening | None:
        """How the case can be opened again, while it is decided."""
        return self.offer.steps[self.case.step].reopen if self.case.is_decided else None

    @property
    def was_told_elsewhere(self) -> bool:
        """Whether other registers hear of the step that the case is in."""
        return bool(self.offer.document.tell.get(self.case.step))

    @property
    def last_entry(self) -> int:
        """The id of the last entry on the record: what the page was made from."""
        return self._entries[-1].pk if self._entries else 0

    def changes_since(self, entry: int) -> list[StoryLine]:
        """What happened to the case after the page was made, the newest first; readings left out."""
        told = (tell(each, self._reader) for each in reversed(self._entries) if each.pk > entry)
        return [line for line in told if line is not None and line.icon != READING]

    @cached_property
    def _decision(self) -> Decision | None:
        return get_decision(self.case) if self.case.is_decided else None

    @cached_property
    def decision(self) -> ShownDecision | None:
        if self._decision is None:
            return None
        withdrawn = [bool(each.state) for each in self.certificates]
        return ShownDecision(
            self.step,
            self._decision.reason,
            self._decision.appeal_until,
            lost_its_document=bool(withdrawn) and all(withdrawn),
        )

    @cached_property
    def certificates(self) -> list[ShownFile]:
        if not self._happened(CertificateIssued):
            return []
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

    @property
    def people(self) -> set[UUID]:
        """Everybody who did anything with the case, or has it, but the applicant."""
        acted = {entry.by_id for entry in self._entries if entry.by_id}
        got_or_had = {
            getattr(entry.event, field)
            for entry in self._entries
            for field in ("to", "held_by")
            if isinstance(getattr(entry.event, field, None), UUID)
        }
        has = {self.case.assigned_to_id} if self.case.assigned_to_id else set()
        return (acted | got_or_had | has) - {self.case.applicant_id}

    @cached_property
    def names(self) -> Mapping[UUID, str]:
        """What ``people`` are called; a page that knows it already sets it."""
        return find_shown_names(self.people)

    @property
    def holder_name(self) -> str:
        """Who has the case; empty while nobody has."""
        return self._name_of(self.case.assigned_to_id) if self.case.assigned_to_id else ""

    def _register_words(self, register: str) -> str:
        return pick_text(register_title(register), self.language).words

    def _name_of(self, person: UUID) -> str:
        return self.names.get(person, _("A member of staff"))

    def line_of(self, entry: int) -> StoryLine | None:
        """How the reader is told of this entry; None when it is not told, or not of this case."""
        told = (tell(each, self._reader) for each in self._entries if each.pk == entry)
        return next(told, None)

    @cached_property
    def story(self) -> list[StoryLine]:
        """What happened, the newest first."""
        return list(self._told())

    def latest(self, most: int) -> tuple[list[StoryLine], bool]:
        """The newest lines of the story, and whether there are more; older ones are not even put into words."""
        lines = list(islice(self._told(), most + 1))
        return lines[:most], len(lines) > most

    def _told(self) -> Iterator[StoryLine]:
        # By when it happened: what was read is written down after what was done with it.
        newest_first = sorted(self._entries, key=lambda entry: (entry.at, entry.pk), reverse=True)
        told = (tell(entry, self._reader) for entry in newest_first)
        return once_a_day(line for line in told if line is not None)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(
            step_words=self.step_words,
            staff_names=self.names,
            applicant=self.case.applicant_id,
            is_staff=self.is_staff,
            guest=self.application.guest_id,
            register_words=self._register_words,
            hand_names=find_names(
                self._hands,
                like=self.case.applicant_id if self.is_staff else None,
                subject=self.case.subject,
            ),
            hands=self.hands,
            applicant_name=self.case.applicant.name if self.hands else "",
            reader_words=_reader_words,
        )

    @property
    def _hands(self) -> set[UUID]:
        return {each.by_id for each in self._entries if each.on_behalf_of_id and each.by_id}

    @property
    def last_change(self) -> StoryLine:
        """What happened to the case last; that somebody read it is no change."""
        return next(line for line in self.story if line.icon != READING)


def _reader_words(event: DataRead, by: UUID) -> str:
    return reader_words(event.role, pseudonym(by), agency=event.agency) if event.role in Role.values else ""


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


def read_case_file(
    case: Case,
    *,
    language: str,
    is_staff: bool,
    at: datetime | None = None,
    reader: Person | None = None,
) -> CaseFile:
    """The file of a case that the reader may see; ``at`` and ``reader`` where it matters what is late, and what is new to them."""
    id = case.subject.partition(":")[2]
    application = Application.objects.select_related("draft").get(pk=id)
    offer = get_offer_version(case.service, case.version)
    return CaseFile(case, application, offer, language, is_staff, at, reader)
