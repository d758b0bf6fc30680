"""What this room holds: applications, with the answers, the case, the files and the documents that belong to each.

It also decides what an erasure of a person leaves: what rests on a law or a public task is kept until the date that the service
document sets, locked away; everything else goes at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from markupsafe import Markup
from pydantic import JsonValue

from civium.engines.cases.actions.erase_from_lists import erase_from_lists
from civium.engines.cases.models import Case, Message, Question
from civium.engines.cases.queries import (
    find_decisions_set_aside,
    find_questions,
    get_case_of_subject,
    get_decision,
    was_ever_decided,
)
from civium.engines.forms.queries import open_answers
from civium.engines.payments.queries import find_subjects_being_paid
from civium.foundation.files.actions.open_file import open_file
from civium.foundation.files.queries import find_files_under
from civium.foundation.identity.models import Person
from civium.foundation.kit.references import shown_reference
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.actions.erase_owner import erase_owner, forget
from civium.foundation.privacy.actions.restrict_use import lock_away
from civium.foundation.privacy.models import Restriction, Why
from civium.foundation.privacy.queries import find_restrictions
from civium.foundation.privacy.rules import declare_kinds
from civium.foundation.privacy.schema import Ageing, Exported, ExportedFile, Holding, Label, Somebody
from civium.foundation.vault.actions.move_key import move_key
from civium.journeys.catalogue.queries import get_offer_version

from .actions._changing import MoneyOnItsWay, NotOpenAnyMore
from .actions.drop_application import drop_application
from .actions.withdraw_application import end_undecided
from .corrections import named_answers
from .fates import applications_of, find_guests_left, find_represented_left, kept_at_most, kept_until
from .models import OPEN, Application, Certificate, State, WayBack


class AnswerRow(Exported):
    """One answer, as people read it."""

    question: Annotated[str, Label(_("Question"))]
    answer: Annotated[str, Label(_("Answer"))]


class SaidRow(Exported):
    """Something that was asked or written, and by which side. ``about``: the answer that was to be corrected, where it was about one."""

    at: Annotated[datetime, Label(_("When"))]
    by: Annotated[str, Label(_("From"), lambda side: _("You") if side == "you" else _("The town"))]
    about: Annotated[str, Label(_("About the answer"))]
    words: Annotated[str, Label(_("Words"))]


class SetAsideRow(Exported):
    """A decision that no longer stands, and why it was set aside. ``outcome``: a code."""

    outcome: str
    reason: Annotated[str, Label(_("Reason"))]
    decided_at: Annotated[datetime, Label(_("Decided on"))]
    set_aside_at: Annotated[datetime | None, Label(_("Set aside on"))]
    why: Annotated[str, Label(_("Why it was set aside"))]


class ApplicationRow(Exported):
    """One application, and the case that came of it. ``not_used_because``: a code, where nobody works with it. ``kept_until``: the
    day until which the law alone keeps it."""

    service: Annotated[str, Label(_("Service"))]
    reference: Annotated[str, Label(_("Reference"))]
    state: Annotated[str, Label(_("State"), lambda code: State(code).label)]
    not_used_because: Annotated[str, Label(_("Why nobody works with it"), lambda code: Why(code).label)]
    not_used_since: Annotated[datetime | None, Label(_("Nobody works with it since"))]
    kept_until: Annotated[date | None, Label(_("Kept by law until"))]
    started_at: Annotated[datetime, Label(_("Begun on"))]
    sent_at: Annotated[datetime | None, Label(_("Sent on"))]
    answers: Annotated[list[AnswerRow], Label(_("Answers"))]
    answers_as_data: dict[str, JsonValue]
    step: Annotated[str, Label(_("Step"))]
    due_on: Annotated[date | None, Label(_("Due on"))]
    said: Annotated[list[SaidRow], Label(_("Questions and messages"))]
    outcome: str
    reason: Annotated[str, Label(_("Reason"))]
    decided_at: Annotated[datetime | None, Label(_("Decided on"))]
    set_aside: Annotated[list[SetAsideRow], Label(_("Decisions that no longer stand"))]
    documents: Annotated[list[str], Label(_("Documents"))]
    documents_as_codes: list[str]
    files: Annotated[list[str], Label(_("Files"))]


def _export(owner: str) -> Sequence[ApplicationRow]:
    applications = _to_take_along(owner)
    still = {each.owner: each for each in find_restrictions([each.subject for each in applications])}
    return [_row(each, still.get(each.subject)) for each in applications]


def _to_take_along(owner: str) -> list[Application]:
    """What the law keeps of somebody whose account was erased is nobody's any more."""
    return [each for each in applications_of(owner) if not each.applicant.is_erased]


def _row(application: Application, restriction: Restriction | None) -> ApplicationRow:
    offer = get_offer_version(application.service, application.version)
    words = offer.words(application.language)
    answers = open_answers(application.draft)
    case = get_case_of_subject(application.subject)
    decision = get_decision(case) if case else None
    today = the_town().today(application.sent_at or application.started_at)
    documents = [each.document for each in application.certificates.order_by("issued_at")]
    sections = offer.form.summary(answers, language=application.language, today=today)
    named = named_answers(offer.form, answers, language=application.language, today=today)
    labels = {name: _bare(each.key) for name, each in named.items()}
    return ApplicationRow(
        service=str(words.title),
        reference=shown_reference(case.reference) if case else "",
        state=application.state,
        not_used_because=restriction.because if restriction else "",
        not_used_since=restriction.since if restriction else None,
        kept_until=restriction.until if restriction else None,
        started_at=application.started_at,
        sent_at=application.sent_at,
        answers=[
            AnswerRow(question=_bare(row.key), answer=", ".join(_bare(line) for line in row.lines))
            for section in sections
            for row in section.rows
        ],
        answers_as_data=answers,
        step=str(words.steps[case.step]) if case and case.step in words.steps else "",
        due_on=case.due_on if case and not restriction else None,
        said=_said(case, labels) if case else [],
        outcome=case.outcome if case else "",
        reason=decision.reason if decision else "",
        decided_at=decision.decided_at if decision else None,
        set_aside=_set_aside(case) if case else [],
        documents=[words.outputs[name].title if name in words.outputs else name for name in documents],
        documents_as_codes=documents,
        files=[path for path, _file in _paths(application)],
    )


def _bare(said: str) -> str:
    return said.striptags() if isinstance(said, Markup) else said


def _said(case: Case, labels: Mapping[str, str]) -> list[SaidRow]:
    """Both sides of the conversation, with what each answer to correct is called. What staff write for each other alone is not in it."""
    rows = []
    for question in find_questions(case):
        rows += [
            SaidRow(at=question.asked_at, by="town", about=about, words=words)
            for about, words in _asked(question, labels)
        ]
        if question.answered_at and question.answer:
            rows.append(SaidRow(at=question.answered_at, by="you", about="", words=question.answer))
    for message in Message.objects.filter(case=case).select_related("case"):
        side = "you" if message.is_from_applicant else "town"
        rows.append(SaidRow(at=message.sent_at, by=side, about="", words=message.words))
    return sorted(rows, key=lambda row: row.at)


def _asked(question: Question, labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Its words, then why each answer should be corrected, with what that answer is called; its name where it is gone by now."""
    if question.words:
        yield "", question.words
    for name, reason in question.reasons.items():
        yield labels.get(name, name), reason


def _set_aside(case: Case) -> list[SetAsideRow]:
    return [
        SetAsideRow(
            outcome=each.outcome,
            reason=each.reason,
            decided_at=each.decided_at,
            set_aside_at=each.set_aside_at,
            why=each.why_set_aside,
        )
        for each in find_decisions_set_aside(case)
    ]


def _paths(application: Application) -> list[tuple[str, Any]]:
    """The clean files of an application, each with its name in the archive."""
    files = [file for file in find_files_under(application.subject) if file.is_clean]
    folder = f"files/{application.service}-{str(application.id)[:8]}"
    return [(f"{folder}/{number:02}-{file.name}", file) for number, file in enumerate(files, 1)]


def _files(owner: str) -> Iterable[ExportedFile]:
    for application in _to_take_along(owner):
        for path, file in _paths(application):
            yield ExportedFile(path, partial(open_file, file))


def _guests(owner: str) -> Iterable[str]:
    """Without an account, before they kept in one what they had applied for."""
    kind, _sep, number = owner.partition(":")
    if kind != "person":
        return []
    theirs = Application.objects.filter(applicant=UUID(number), guest__isnull=False).exclude(
        guest=UUID(number)
    )
    return [f"person:{guest}" for guest in theirs.values_list("guest", flat=True)]


def _forget(owner: str, by: Somebody | None, at: datetime) -> None:
    kind, _sep, number = owner.partition(":")
    if kind == "application":
        _forget_one(UUID(number))
    elif kind == "person":
        for application in applications_of(owner):
            _let_go(application, by=by, at=at)
        for application in Application.objects.filter(helper=UUID(number)):
            application.helper = None
            application.save(update_fields=["helper"])


def _let_go(application: Application, *, by: Somebody | None, at: datetime) -> None:
    """Lock the application away when the law keeps it, else forget it. An open case ends: nobody is left to decide it for."""
    until = _kept_once_closed(application, at=at)
    if until is None:
        forget(application.subject, by=by, at=at)
        return
    move_key(application.subject, parent=f"kept:{application.id}", by=by, at=at)
    _lock_away(application, until=until, by=by, at=at)


def _lock(owner: str, by: Somebody | None, at: datetime) -> None:
    """One application, whose owner stays: they still read it, and have it in their copy, for it is held (GDPR 15).

    A database from before its decision does not know until when: it is kept as long as anything of its service. What was decided and need
    not be kept any more goes this night.
    """
    for application in applications_of(owner):
        until = _kept_once_closed(application, at=at)
        case = get_case_of_subject(application.subject)
        if until is None and case is not None and not was_ever_decided(case):
            until = kept_at_most(application, at=at)
        _lock_away(application, until=until or the_town().today(at), by=by, at=at)


def _kept_once_closed(application: Application, *, at: datetime) -> date | None:
    case = get_case_of_subject(application.subject)
    if case is not None and case.closed_at is None:
        case = end_undecided(case, by=application.applicant, at=at)
    return kept_until(application, case, at=at)


def _lock_away(application: Application, *, until: date, by: Somebody | None, at: datetime) -> None:
    """Nobody works with it, finds it by its words or goes on with it, until the day on which it is erased."""
    application.ways_back.all().delete()
    erase_from_lists(application.subject)
    lock_away(application.subject, until=until, by=by, at=at)


def _expired_drafts(at: datetime) -> QuerySet[Application]:
    """What nobody sent, or paid for, in time. What money is on its way for is left alone."""
    over = Application.objects.filter(state__in=OPEN, draft__expires_at__lt=at)
    paying = [
        subject.partition(":")[2]
        for subject in find_subjects_being_paid()
        if subject.startswith("application:")
    ]
    return over.exclude(state=State.TO_PAY, pk__in=paying).select_related("draft")


def _drop(application: Application, at: datetime) -> None:
    with suppress(NotOpenAnyMore, MoneyOnItsWay):  # its applicant sent it, or paid, in this very moment
        drop_application(application, by=None, at=at, expired=True)


def _erase_guest(guest: Person, at: datetime) -> None:
    """One whom an earlier night left behind."""
    erase_owner(guest.vault_key, because="nothing-left", by=None, at=at)


@transaction.atomic
def _erase_represented(person: Person, at: datetime) -> None:
    """Held first: a guardian who claims at this moment to act for them comes before, and is seen, or after."""
    Person.objects.select_for_update().get(pk=person.pk)
    if find_represented_left().filter(pk=person.pk).exists():
        erase_owner(person.vault_key, because="nothing-left", by=None, at=at)


def _forget_one(number: UUID) -> None:
    Certificate.objects.filter(application=number).delete()
    for application in Application.objects.filter(pk=number):
        application.ways_back.all().delete()
        application.state, application.helper = State.DROPPED, None
        application.save(update_fields=["state", "helper"])


declare_kinds(
    {
        "applications.wayback:code_sealed": "codes",
        "applications.certificate:initials_sealed": "certificates",
        "applications.certificate:withdrawal_sealed": "certificates",
    }
)
HOLDINGS = (
    Holding(
        name="applications",
        title=_("Applications"),
        what=_("What you applied for, with everything that belongs to it."),
        purpose=_("To decide what you ask for, and to give you what the decision says."),
        basis="public-task",
        period=_("As long as the service says. It stands in the list below."),
        end="erased",
        shape=ApplicationRow,
        export=_export,
        files=_files,
        erase=_forget,
        lock=_lock,
        formerly=_guests,
        ages=(
            Ageing("drafts", _("Applications that nobody sent or paid for in time"), _expired_drafts, _drop),
            Ageing(
                "guests",
                _("People without an account of whom nothing else is left"),
                lambda at: find_guests_left(),
                _erase_guest,
            ),
            Ageing(
                "represented",
                _("Children and companies for whom nobody acts any more, and of whom nothing else is left"),
                lambda at: find_represented_left(),
                _erase_represented,
            ),
            Ageing(
                "ways-back",
                _("Links and codes to go on with"),
                lambda at: WayBack.objects.filter(expires_at__lt=at),
            ),
        ),
        tables=(
            "applications.WayBack",
            "applications.Certificate",
        ),
    ),
)
