"""Reads about applications and certificates. A person's own are found through ``for_``: not yours and not there look the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, UUIDField
from django.utils.translation import gettext as _

from civium.engines.cases.models import Case, Question
from civium.engines.cases.rules import may_answer, may_read_file
from civium.engines.forms.queries import open_answers
from civium.engines.forms.rules import Form, Journey, PageView, Section, SummaryRow
from civium.foundation.design.showing import bare_words, day
from civium.foundation.files.models import StoredFile
from civium.foundation.files.queries import find_files
from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import find_names, find_shown_names
from civium.foundation.journal.queries import find_entries, get_entry
from civium.foundation.kit.prepared import Prepared
from civium.foundation.kit.references import parse_reference
from civium.foundation.kit.refusals import NotFound, require
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.queries import find_kept_by_law
from civium.journeys.catalogue.queries import get_offer_version

from . import mandate_words as mandate_words  # how mandates read, for the pages that show them
from .case_file import CaseFile, Row, ShownFile, read_case_file, shown_certificate
from .corrections import CorrectionForm, NamedAnswer, named_answers, read_correction
from .entries import EntryAbout as EntryAbout
from .entries import entry_about
from .fates import Fate, applications_of, fates_of, find_guests_left, kept_once_ended, kept_until
from .message_templates import FilledTemplate, MessageTemplate, fill_template, find_templates
from .models import OPEN, Application, Certificate, State, Way, WayBack
from .notice_values import case_values
from .reading import read_as_checker, read_as_helper
from .rules import Reader, StoryLine, once_a_day, tell

__all__ = [
    "CaseFile",
    "Fate",
    "applications_of",
    "case_values",
    "fates_of",
    "find_guests_left",
    "kept_once_ended",
    "kept_until",
    "read_case_file",
]
MOST_CASES_TO_NAME = 200


def read_journey(application: Application) -> Journey:
    """The way through its form on the day it was sent, or begun: its answers are those that count. Opens them."""
    offer = get_offer_version(application.service, application.version)
    day = the_town().today(application.sent_at or application.started_at)
    return offer.form.journey(open_answers(application.draft), today=day)


def find_open_applications(person: Person) -> list[Application]:
    """What the person began and did not send, the newest first."""
    return _open_of(person=person.pk)


_open_of = Prepared(
    lambda person: (
        Application.objects.filter(applicant=person, state__in=OPEN)
        .select_related("draft")
        .defer("draft__answers_sealed")
        .order_by("-started_at")[:50]
    ),
    person=UUIDField(),
)


def about_of_draft(application: Application, *, language: str) -> str:
    """What the application is about as far as it is answered, as lists would show its case; empty when that is not known yet."""
    offer = get_offer_version(application.service, application.version)
    journey = offer.form.journey(
        open_answers(application.draft), today=the_town().today(application.started_at)
    )
    return offer.about(journey.values, language=language)


def find_open_application(person: Person, service: str) -> Application | None:
    """The person's open application for the service, the newest where the service allows several."""
    return next(iter(find_open_applications_for(person, service)), None)


def find_open_applications_for(person: Person, service: str) -> list[Application]:
    """The person's open applications for the service, the newest first: one, or several where the service allows it."""
    return _open_for(person=person.pk, service=service)


_open_for = Prepared(
    lambda person, service: (
        Application.objects.filter(applicant=person, service=service, state__in=OPEN)
        .select_related("draft")
        .order_by("-started_at")[:50]
    ),
    person=UUIDField(),
    service=CharField(),
)


def count_open_applications(person: Person, service: str) -> int:
    """How many of them there are: never more than a handful."""
    return len(_ids_of_open(person=person.pk, service=service))


_ids_of_open = Prepared(
    lambda person, service: Application.objects.filter(
        applicant=person, service=service, state__in=OPEN
    ).values_list("pk"),
    person=UUIDField(),
    service=CharField(),
)


def get_entry_about(id: int, *, for_: Person, language: str) -> EntryAbout:
    """An entry of the record that is about this person. Refuses with NotFound, also when it is about somebody else."""
    entry = get_entry(id)
    about = entry_about(entry, for_, language=language) if entry else None
    if about is None:
        raise NotFound
    return about


def get_application(id: UUID, *, for_: Person) -> Application:
    """The person's own application, or the one that they help with at the counter."""
    found = _one_of(person=for_.pk, id=id)
    if not found:
        raise NotFound
    if found[0].helper_id == for_.pk:
        read_as_helper(found[0], by=for_)
    return found[0]


_one_of = Prepared(
    lambda person, id: Application.objects.for_(person).select_related("draft", "applicant").filter(pk=id),
    person=UUIDField(),
    id=UUIDField(),
)


def find_cases_to_name(
    view: PageView, applicant: Person, *, language: str
) -> dict[str, list[tuple[str, str]]]:
    """What the questions of a page for one of the applicant's cases offer: the reference of each, and words, by question."""
    asked = {field.name: field.question for field in view.fields if field.question.type == "own-case"}
    return {name: _cases_for(question, applicant, language) for name, question in asked.items()}


def with_cases_named(
    sections: Iterable[Section], form: Form, applicant: Person, *, language: str
) -> list[Section]:
    """The same answers, where a chosen case says what it is about beside its reference: nobody knows a reference by heart."""
    chosen = {ready.name for _page, ready in form.questions() if ready.question.type == "own-case"}
    return [
        replace(
            section,
            rows=tuple(
                _with_case_named(row, applicant, language) if row.name in chosen else row
                for row in section.rows
            ),
        )
        for section in sections
    ]


def _with_case_named(row: SummaryRow, applicant: Person, language: str) -> SummaryRow:
    references = [parse_reference(line) or "" for line in row.lines]
    mine = {
        case.reference: case for case in Case.objects.filter(applicant=applicant, reference__in=references)
    }
    lines = tuple(
        _named(mine[reference], language) if reference in mine else line
        for line, reference in zip(row.lines, references, strict=True)
    )
    return replace(row, lines=lines, direction="auto")


def _cases_for(question: Any, applicant: Person, language: str) -> list[tuple[str, str]]:
    sent = (
        Application.objects.filter(applicant=applicant, state=State.SENT)
        .order_by("-sent_at")
        .values_list("pk", flat=True)
    )
    subjects = [f"application:{number}" for number in sent[:MOST_CASES_TO_NAME]]
    mine = Case.objects.filter(applicant=applicant, subject__in=subjects, **question.narrowed_to)
    return [(case.reference, _named(case, language)) for case in mine.order_by("-opened_at")]


def _named(case: Case, language: str) -> str:
    title = get_offer_version(case.service, case.version).words(language).title
    # Left to right inside any text, and in one piece (UAX 9, UAX 14).
    reference = case.shown_reference.replace("-", "\u2011")
    return f"{title} · {day(the_town().today(case.opened_at))} · \u2066{reference}\u2069"


def find_helped(person: Person) -> list[Application]:
    """The applications that a member of staff helps with at the counter now."""
    helped = list(Application.objects.filter(helper=person).select_related("applicant", "draft")[:50])
    for each in helped:
        read_as_helper(each, by=person)
    return helped


def find_done_by_others(application: Application) -> list[StoryLine]:
    """What others did with an application that is not sent yet, for the applicant, the newest first."""
    done = [each for each in find_entries([application.subject]) if each.on_behalf_of_id is not None]
    hands = {each.by_id for each in done if each.by_id}
    reader = Reader(
        step_words=str,
        staff_names=find_shown_names(hands),
        applicant=application.applicant_id,
        is_staff=False,
        hand_names=find_names(hands),
    )
    told = (tell(each, reader) for each in reversed(done))
    return list(once_a_day(line for line in told if line is not None))


def find_way_of(application: Application, way: Way, *, at: datetime) -> WayBack | None:
    """The way back of this kind that still leads there; None when there is none. The caller may see the application."""
    return application.ways_back.filter(way=way, expires_at__gt=at).first()


def get_case_file(case: Case, *, language: str, for_: Person, at: datetime | None = None) -> CaseFile:
    """The file of the person's own case. Staff open a file through the action that records it."""
    require(may_read_file(for_, case), NotFound)
    file = read_case_file(case, language=language, is_staff=False, at=at)
    file.hands = for_.hands.pk if for_.hands is not None else None
    return file


def get_correction(question: Question, *, language: str, for_: Person) -> CorrectionForm:
    """The short form of the answers that the person is asked to correct. Not theirs, not asked and not there are the same."""
    require(may_answer(for_, question.case), NotFound)
    return read_correction(question, language=language)


def find_correctable_answers(case: Case, *, language: str) -> list[NamedAnswer]:
    """Every answer of the case that the applicant can be asked to correct, in the order of the form: for staff."""
    file = read_case_file(case, language=language, is_staff=True)
    found = named_answers(file.offer.form, file.answers, language=language, today=file.sent_on)
    return list(found.values())


def find_message_templates(case: Case, *, language: str) -> list[MessageTemplate]:
    """Messages that staff write often in such a case, by title in the writer's language."""
    return find_templates(case, language=language)


def get_filled_template(case: Case, name: str, *, language: str) -> FilledTemplate:
    """One of them, filled for the case in the language that the applicant reads."""
    return fill_template(case, name, language=language)


def get_file_of_case(case: Case, id: UUID) -> StoredFile:
    """A file that belongs to the case, whoever sent it. The caller may see the case."""
    found = next(iter(find_files([id])), None)
    if found is None or found.under != case.subject or not found.is_clean:
        raise NotFound
    return found


def get_document(id: UUID, *, for_: Person) -> StoredFile:
    """A file of one's own: sent with an application, or given by the town."""
    found = next(iter(find_files([id])), None)
    kind, _sep, number = found.under.partition(":") if found else ("", "", "")
    if found is None or kind != "application" or not found.is_clean:
        raise NotFound
    require(Application.objects.for_(for_, "read", "document").filter(pk=number).exists(), NotFound)
    return found


def find_certificates_of(
    person: Person, *, language: str, services: Collection[str] | None = None, but_kept: bool = False
) -> list[ShownFile]:
    """The documents the town gave the person (in these ``services`` only), the newest first.

    ``but_kept``: none of what only the law keeps.
    """
    found = Certificate.objects.filter(application__applicant=person).select_related("application", "file")
    if services is not None:
        found = found.filter(application__service__in=services)
    issued = list(found.order_by("-issued_at")[:200])
    kept = find_kept_by_law([each.application.subject for each in issued]) if but_kept else set()
    return [
        shown_certificate(
            c, offer=get_offer_version(c.application.service, c.application.version), language=language
        )
        for c in issued
        if c.application.subject not in kept
    ]


def _certificate(code: str) -> Certificate | None:
    if "\0" in code:  # PostgreSQL cannot look for it, and nobody ever printed one
        return None
    return Certificate.objects.select_related("application").filter(code=code).first()


def get_certificate_of_case(case: Case, code: str) -> Certificate:
    """A certificate that came of the case."""
    found = _certificate(code)
    if found is None or found.application.subject != case.subject:
        raise NotFound
    return found


@dataclass(frozen=True)
class CheckedCertificate:
    """What anyone may know of a certificate: enough to compare with the paper, no more."""

    title: str
    state: str
    rows: list[Row]


def check_certificate(code: str, *, today: date, language: str) -> CheckedCertificate:
    """What the public page of the code says. Refuses with NotFound what the town never issued."""
    found = _certificate(code)
    if found is None:
        raise NotFound(
            _("The town has issued no document with this code. Check that you typed it as it is printed.")
        )
    offer = get_offer_version(found.application.service, found.application.version)
    read_as_checker(found.application)
    town = the_town()
    rows = [
        Row(_("Document"), str(offer.words(language).outputs[found.document].title)),
        Row(
            _("Issued by"),
            f"{bare_words(town.agencies[offer.document.agency].name)}, {bare_words(town.name)}",
        ),
        Row(_("Initials of the holder"), found.initials or _("Erased")),
        Row(_("Issued on"), day(town.today(found.issued_at))),
        Row(_("Valid until"), day(found.valid_until) if found.valid_until else _("No end date")),
    ]
    if found.withdrawn_at:
        return CheckedCertificate(
            rows[0].value, "withdrawn", [*rows, Row(_("Withdrawn on"), day(town.today(found.withdrawn_at)))]
        )
    expired = found.valid_until is not None and found.valid_until < today
    return CheckedCertificate(rows[0].value, "expired" if expired else "valid", rows)
