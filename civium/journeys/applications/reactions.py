"""And then: what follows for an application when something below is recorded."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import override

from civium.engines.cases.events import (
    ApplicantAsked,
    ApplicantReminded,
    CaseDecided,
    CaseHandedOver,
    CaseMoved,
    CaseOpened,
    CaseReopened,
    CaseTakenOver,
    MessageSent,
    NoteWritten,
    QuestionWithdrawn,
)
from civium.engines.cases.models import Decision, Message, Note, Question
from civium.engines.cases.queries import get_case_of_subject
from civium.engines.cases.rules import may_work_on
from civium.engines.notices.events import NoticeSent
from civium.engines.notices.models import Notice
from civium.engines.payments.events import PaymentNeedsAttention, PaymentSettled
from civium.engines.payments.models import Attention, Payment
from civium.foundation.design.showing import money
from civium.foundation.files.events import FileRefused
from civium.foundation.files.queries import get_file
from civium.foundation.identity.events import (
    MandateAccepted,
    MandateDeclined,
    MandateEnded,
    MandateEndsSoon,
    MandateExpired,
    MandateInvited,
    MandateRegistered,
)
from civium.foundation.identity.models import Mandate
from civium.foundation.journal.actions.react import reacts_to
from civium.foundation.journal.events import Event
from civium.foundation.journal.models import Entry
from civium.journeys.applications.actions.copy_notice import copy_notice
from civium.journeys.applications.actions.deliver_outcome import deliver_outcome
from civium.journeys.applications.actions.receive_payment import receive_payment
from civium.journeys.applications.actions.tell_applicant import tell_applicant, tell_of_refused_file
from civium.journeys.applications.actions.tell_of_mandate import (
    tell_of_acceptance,
    tell_of_end,
    tell_of_invitation,
    tell_of_near_end,
    tell_of_refusal,
    tell_of_registration,
)
from civium.journeys.applications.actions.tell_of_money import tell_of_unexpected_money
from civium.journeys.applications.actions.tell_of_talk import (
    question_words,
    remind_of_question,
    tell_applicant_of_message,
    tell_colleague_of_message,
    tell_of_note,
    tell_of_reopening,
    tell_of_withdrawn_question,
)
from civium.journeys.applications.actions.tell_registers import tell_registers
from civium.journeys.applications.models import Certificate


def _application(subject: str) -> UUID | None:
    kind, _, number = subject.partition(":")
    return UUID(number) if kind == "application" else None


@reacts_to(PaymentSettled)
def hand_in_what_was_paid(event: PaymentSettled, entry: Entry) -> None:
    """The money came: the application goes to the agency, and the applicant is told both. Registers hear of it too."""
    application = _application(event.subject)
    if application is None:
        return
    payment = Payment.objects.get(pk=event.payment)
    case = receive_payment(application, payment=payment, at=entry.at)
    if case is not None:
        tell_registers(event.subject, moment="paid", entry_id=entry.pk, at=entry.at)
        with override(case.language):
            _tell(event.subject, moment="paid", entry=entry, amount=money(payment.amount))


@reacts_to(PaymentNeedsAttention)
def tell_of_money_that_nobody_expected(event: PaymentNeedsAttention, entry: Entry) -> None:
    """Money came that counts for nothing yet: finance looks at it, and whoever paid knows what becomes of it."""
    application = _application(event.subject)
    if application is not None and event.reason != Attention.NO_ANSWER:
        payment = Payment.objects.get(pk=event.payment)
        tell_of_unexpected_money(application, payment=payment, at=entry.at)


@reacts_to(CaseOpened)
def send_the_receipt(event: CaseOpened, entry: Entry) -> None:
    """The applicant gets the reference: the notice of the first step is the receipt."""
    _tell(event.subject, moment=event.step, entry=entry)


@reacts_to(CaseMoved)
def tell_of_the_step(event: CaseMoved, entry: Entry) -> None:
    """The applicant is told of a step when the document has a notice for it."""
    _tell(event.subject, moment=event.step, entry=entry)


@reacts_to(FileRefused)
def tell_of_a_file_that_cannot_be_used(event: FileRefused, entry: Entry) -> None:
    """A file that was checked after it was sent is no longer there: whoever sent it is told."""
    file = get_file(event.file)
    application = _application(file.under)
    if application is not None:
        tell_of_refused_file(application, file=file, at=entry.at)


@reacts_to(ApplicantAsked)
def pass_on_the_question(event: ApplicantAsked, entry: Entry) -> None:
    """The applicant is asked."""
    question = _question(event.question)
    _tell(event.subject, moment="asked", entry=entry, question=question_words(question))


@reacts_to(ApplicantReminded)
def remind_the_applicant(event: ApplicantReminded, entry: Entry) -> None:
    """Whoever has not answered yet is reminded, unless the answer came in this moment."""
    question = _question(event.question)
    if question.is_open and _application(event.subject) is not None:
        remind_of_question(question, is_late=event.is_late, at=entry.at)


@reacts_to(QuestionWithdrawn)
def tell_that_no_answer_is_needed(event: QuestionWithdrawn, entry: Entry) -> None:
    """The applicant need not answer any more."""
    if _application(event.subject) is not None:
        tell_of_withdrawn_question(_question(event.question), at=entry.at)


@reacts_to(MessageSent)
def pass_on_the_message(event: MessageSent, entry: Entry) -> None:
    """The other side hears of a message: the applicant with its words, whoever has the case without them."""
    if _application(event.subject) is None:
        return
    message = Message.objects.select_related("case__applicant", "case__assigned_to").get(pk=event.message)
    if event.is_from_applicant:
        tell_colleague_of_message(message, at=entry.at)
    else:
        tell_applicant_of_message(message, at=entry.at)


@reacts_to(NoteWritten, CaseHandedOver, CaseTakenOver)
def tell_colleagues_of_the_note(event: Event, entry: Entry) -> None:
    """Whoever a note names, and whoever a case came to or went from, is told; never the applicant."""
    assert isinstance(event, NoteWritten | CaseHandedOver | CaseTakenOver)
    if event.note is None:
        return  # many cases at once: the note is with one of them
    note = Note.objects.select_related("case").get(pk=event.note)
    if _application(note.case.subject) is None:
        return
    for mention in note.mentions.select_related("person"):
        if may_work_on(mention.person, note.case):
            tell_of_note(note, to=mention.person, at=entry.at)


@reacts_to(CaseReopened)
def tell_of_the_reopened_case(event: CaseReopened, entry: Entry) -> None:
    """The applicant hears that the decision no longer stands, and why."""
    number = _application(event.subject)
    if number is None:
        return
    decision = Decision.objects.select_related("case__applicant").get(pk=event.decision)
    documents = Certificate.objects.filter(application_id=number, withdrawn_at=entry.at).exists()
    tell_of_reopening(decision.case, decision=decision, documents=documents, at=entry.at)


@reacts_to(CaseDecided)
def give_the_outcome(event: CaseDecided, entry: Entry) -> None:
    """The document and the notice that says it is there; making it takes a second, so a job does, outside the transaction."""
    if _application(event.subject) is not None:
        deliver_outcome.enqueue(event.subject, event.step, entry.pk, entry.at.isoformat(), once=str(entry.pk))


@reacts_to(CaseOpened)
def tell_registers_of_the_opening(event: CaseOpened, entry: Entry) -> None:
    """Other registers hear what the document wants them to know at the first step."""
    _tell_registers(event, entry)


@reacts_to(CaseMoved)
def tell_registers_of_the_step(event: CaseMoved, entry: Entry) -> None:
    """Other registers hear what the document wants them to know at a step on the way."""
    _tell_registers(event, entry)


@reacts_to(CaseDecided)
def tell_registers_of_the_end(event: CaseDecided, entry: Entry) -> None:
    """Other registers hear what the document wants them to know at an end."""
    _tell_registers(event, entry)


def _tell_registers(event: CaseOpened | CaseMoved | CaseDecided, entry: Entry) -> None:
    if _application(event.subject) is not None:
        tell_registers(event.subject, moment=event.step, entry_id=entry.pk, at=entry.at)


def _question(id: UUID) -> Question:
    return Question.objects.select_related("case__applicant").get(pk=id)


def _tell(subject: str, *, moment: str, entry: Entry, **extra: str) -> None:
    case = get_case_of_subject(subject)
    if case is not None and _application(subject) is not None:
        tell_applicant(case, moment=moment, at=entry.at, once=f"{entry.pk}:{moment}", **extra)


@reacts_to(NoticeSent)
def copy_to_those_who_receive(event: NoticeSent, entry: Entry) -> None:
    """Whoever may receive for the applicant reads it too."""
    application = _application(event.about)
    if application is not None:
        notice = Notice.objects.get(pk=event.notice)
        if notice.mandate_id is None:
            copy_notice(notice, application_id=application, at=entry.at)


@reacts_to(MandateInvited)
def write_the_invitation(event: MandateInvited, entry: Entry) -> None:
    """The invited address gets its link, and the giver knows that it went out."""
    tell_of_invitation(_mandate(event.mandate), at=entry.at)


@reacts_to(MandateAccepted)
def tell_that_a_mandate_holds(event: MandateAccepted, entry: Entry) -> None:
    """Both sides of a mandate know that it holds."""
    tell_of_acceptance(_mandate(event.mandate), at=entry.at)


@reacts_to(MandateDeclined)
def tell_that_an_invitation_was_declined(event: MandateDeclined, entry: Entry) -> None:
    """The giver knows that they must ask somebody else."""
    tell_of_refusal(_mandate(event.mandate), at=entry.at)


@reacts_to(MandateEnded, MandateExpired)
def tell_that_a_mandate_is_over(event: Event, entry: Entry) -> None:
    """Both sides of a mandate know that it is over."""
    assert isinstance(event, MandateEnded | MandateExpired)
    expired = isinstance(event, MandateExpired)
    tell_of_end(_mandate(event.mandate), was=event.was, expired=expired, at=entry.at)


@reacts_to(MandateEndsSoon)
def tell_that_a_mandate_ends_soon(event: MandateEndsSoon, entry: Entry) -> None:
    """Both sides can give it anew in time."""
    tell_of_near_end(_mandate(event.mandate), at=entry.at)


@reacts_to(MandateRegistered)
def tell_what_the_register_said(event: MandateRegistered, entry: Entry) -> None:
    """Whoever a register named knows what they can do."""
    tell_of_registration(_mandate(event.mandate), at=entry.at)


def _mandate(id: UUID) -> Mandate:
    return Mandate.objects.select_related("giver", "to_person", "to_organisation").get(pk=id)
