"""Reads: the queues of the desk, one case, the cases of an applicant."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Subquery, UUIDField
from django.db.models.functions import Coalesce

from civium.foundation.identity.models import Membership, Person
from civium.foundation.kit.marks import moment_of, read_mark
from civium.foundation.kit.prepared import Prepared
from civium.foundation.kit.references import parse_reference
from civium.foundation.kit.refusals import NotFound, require
from civium.foundation.privacy.queries import owners_kept_by_law
from civium.foundation.vault.actions.sealing import fetch_keys

from .load import (
    MOST_TALLIED,
    Colleague,
    PersonLoad,
    StepLoad,
    Tally,
    find_load_of_people,
    find_load_of_steps,
    find_workers,
)
from .models import Absence, Case, Decision, Link, Look, Mention, Message, Note, Presence, Question, Remark
from .queues import (
    MOST_COUNTED,
    QUEUES,
    SOON,
    Filters,
    Page,
    Sort,
    Which,
    agencies_of,
    count_queues,
    find_next_case,
    find_queue,
)
from .reading import read_in_list
from .rules import may_note_absence, may_see, may_work_on

# What `queues` reads is read through here.
__all__ = [
    "MOST_COUNTED",
    "MOST_TALLIED",
    "QUEUES",
    "SOON",
    "Colleague",
    "Filters",
    "Page",
    "PersonLoad",
    "Sort",
    "StepLoad",
    "Tally",
    "Which",
    "agencies_of",
    "count_queues",
    "find_load_of_people",
    "find_load_of_steps",
    "find_next_case",
    "find_queue",
    "find_workers",
    "read_in_list",
]  # fmt: skip

NEWEST = 20  # what the first page of a person's cases holds
_ON_A_CARD: Final = (
    "reference",
    "subject",
    "service",
    "version",
    "status",
    "about_sealed",
    "opened_at",
    "due_on",
    "expected_on",
    "chosen_on",
    "paused_at",
    "closed_at",
)


def find_cases_of(
    person: Person,
    *,
    after: str | None = None,
    limit: int = NEWEST,
    services: Collection[str] | None = None,
    but: Collection[str] = (),
    but_kept: bool = False,
) -> Page:
    """The person's own cases (of these ``services`` only, ``but`` not of those), the newest first, each with how many messages they have not read.

    ``but_kept``: not those that only the law keeps.

    Each says too whether the person is asked something in any of their cases (``applicant_is_asked``). The newest twenty bring
    only what their cards show; anything else of them is read when it is asked for.
    """
    if after is None and limit == NEWEST and services is None and not but and not but_kept:
        page = _cut(_newest_of(person=person.pk), "opened_at", NEWEST)
    else:
        cases = _with_unread(person)
        if services is not None:
            cases = cases.filter(service__in=services)
        cases = cases.exclude(service__in=but)
        if but_kept:
            cases = cases.exclude(subject__in=owners_kept_by_law())
        page = _page(cases, "opened_at", after, limit, newest_first=True, parse=moment_of)
    # With the key of the person: whoever shows them their cases calls them by their name.
    fetch_keys([person.vault_key, *(case.subject for case in page.cases)])
    return page


def _with_unread(person: Any) -> QuerySet[Case]:
    unread = (
        Message.objects.filter(case=OuterRef("pk"), is_from_applicant=False, read_at=None)
        .order_by()
        .values("case")
        .annotate(count=Count("pk"))
        .values("count")
    )
    asked = Question.objects.filter(**_OPEN, case__applicant=person)
    return Case.objects.filter(applicant=person).annotate(
        counted_unread=Coalesce(Subquery(unread), 0), is_asked=Exists(asked)
    )


_OPEN: Final = {"case__closed_at": None, "answered_at": None, "dropped_at": None}


_newest_of = Prepared(
    lambda person: _with_unread(person).only(*_ON_A_CARD).order_by("-opened_at", "-id")[: NEWEST + 1],
    person=UUIDField(),
)


def get_case(reference: str, *, for_: Person) -> Case:
    """The case, for its applicant and for its agency. Not there and not yours are the same answer."""
    stored = parse_reference(reference)
    found = Case.objects.select_related("applicant", "assigned_to").filter(reference=stored or "")
    return _visible(found.first(), for_)


def is_own_case(reference: str, person: Person, **narrowed_to: str) -> bool:
    """Whether the person applied for the case with this reference; with ``service`` or ``outcome``, whether it is of that one too."""
    stored = parse_reference(reference) or ""
    return Case.objects.filter(reference=stored, applicant=person, **narrowed_to).exists()


def find_workable_cases(references: Collection[str], *, for_: Person) -> list[Case]:
    """Those of the cases on which the person may work, in no order."""
    stored = [parse_reference(each) or "" for each in references]
    return [case for case in Case.objects.filter(reference__in=stored) if may_work_on(for_, case)]


def get_case_among_others(reference: str, *, for_: Person, limit: int = 20) -> tuple[Case, list[Case]]:
    """The case with what the reader has ``seen`` of it, and the newest other cases of its applicant in the reader's agencies, but for
    those that only the law keeps.

    One statement for the cases of an applicant who has no more than ``limit``.
    """
    stored = parse_reference(reference) or ""
    seen = Look.objects.filter(case=OuterRef("pk"), person=for_).values("revision")
    known = Case.objects.select_related("applicant", "assigned_to").annotate(seen=Subquery(seen[:1]))
    whose = Case.objects.filter(reference=stored).values("applicant")
    theirs = known.filter(
        Q(agency__in=agencies_of(for_)) | Q(reference=stored), applicant=Subquery(whose[:1])
    ).exclude(~Q(reference=stored), subject__in=owners_kept_by_law())
    found: list[Case] = list(theirs.order_by("-opened_at", "-id")[: limit + 1])
    case = next((each for each in found if each.reference == stored), None)
    if case is None and found:
        case = known.filter(reference=stored).first()
    others = [each for each in found if each.reference != stored][:limit]
    read_in_list(others, by=for_)
    return _visible(case, for_), others


def find_case(reference: str) -> Case | None:
    """The case with this reference, whoever asks: for rooms above with rules of their own about who may; None when there is none."""
    known = Case.objects.select_related("applicant", "assigned_to")
    return known.filter(reference=parse_reference(reference) or "").first()


def find_cases_of_streams(streams: Collection[str]) -> list[Case]:
    """The cases with these subjects or streams of their own, in no order. The caller minds what the reader may see of them."""
    ids = [stream.removeprefix("case:") for stream in streams if stream.startswith("case:")]
    return list(Case.objects.filter(Q(subject__in=streams) | Q(pk__in=ids)))


def find_applicant_of(reference: str) -> UUID | None:
    """Whose case it is, for those who check who read data; None where there is no such case."""
    return Case.objects.filter(reference=reference).values_list("applicant_id", flat=True).first()


def cases_of_service(service: str) -> QuerySet[Case]:
    """The service's cases, for those who check whether they were answered."""
    return Case.objects.filter(service=service)


def get_case_of_subject(subject: str) -> Case | None:
    """The case that serves the subject, for the room that opened it; None when there is none."""
    return next(iter(_of_subject(subject=subject)), None)


_of_subject = Prepared(
    lambda subject: Case.objects.select_related("applicant").filter(subject=subject), subject=CharField()
)


def get_decision(case: Case) -> Decision | None:
    """How the case ended; None while it is open. What was set aside when it was reopened is history."""
    standing = Decision.objects.select_related("case", "decided_by").filter(case=case, set_aside_at=None)
    return standing.first()


def was_ever_decided(case: Case) -> bool:
    """Whether it was decided, also when that was set aside later."""
    return Decision.objects.filter(case=case).exists()


def find_questions(case: Case) -> list[Question]:
    """What the applicant was asked, the first question first."""
    return _of(case, case.questions.order_by("asked_at", "id"))


def get_question(question_id: UUID, *, for_: Person) -> Question:
    """The question, for whoever may see its case."""
    question = Question.objects.select_related("case", "asked_by").filter(pk=question_id).first()
    if question is None:
        raise NotFound
    _visible(question.case, for_)
    return question


def find_open_questions_of(person: Person) -> list[Question]:
    """What the person is asked in any of their cases, the oldest first: their next steps."""
    return _open_questions_of(person=person.pk)


_open_questions_of = Prepared(
    lambda person: (
        Question.objects.filter(**_OPEN, case__applicant=person)
        .select_related("case")
        .order_by("asked_at", "id")[:MOST_COUNTED]
    ),
    person=UUIDField(),
)


def find_remarks(case: Case) -> list[Remark]:
    """The reasons of the moves that did not end the case: for staff."""
    return _of(case, case.remarks.order_by("made_at", "id"))


class Thread(NamedTuple):
    """Some messages of a case, the oldest first, and where the earlier ones begin: an opaque text; None when there are none."""

    messages: list[Message]
    earlier: str | None


def find_messages(case: Case, *, before: str | None = None, limit: int = 20) -> Thread:
    """The latest messages of the case, or those before a mark."""
    messages = case.messages.all()
    if before:
        sent_at, row = read_mark(before, moment_of)
        messages = messages.filter(Q(sent_at__lt=sent_at) | Q(sent_at=sent_at, id__lt=row))
    found = list(messages.order_by("-sent_at", "-id")[: limit + 1])
    shown = [_with_case(each, case) for each in found[:limit]][::-1]
    return Thread(shown, f"{shown[0].sent_at.isoformat()}~{shown[0].id.hex}" if len(found) > limit else None)


def find_notes(case: Case, *, for_: Person | None = None) -> list[Note]:
    """What colleagues wrote for colleagues, the oldest first: for staff. ``names_reader``: it names them, and they have not seen it."""
    unseen = Mention.objects.filter(note=OuterRef("pk"), person=for_, seen_at=None)
    notes = case.notes.annotate(names_reader=Exists(unseen)) if for_ else case.notes
    return _of(case, notes.order_by("written_at", "id"))


def find_absences(people: Collection[UUID], *, today: date) -> dict[UUID, Absence]:
    """Who of these people is away today, or will be next: one absence each, the one that ends first."""
    if not people:
        return {}
    known = Absence.objects.filter(person__in=people, last_on__gte=today, ended_at=None)
    return {each.person_id: each for each in known.order_by("-last_on", "-id")[:500]}


def get_absence(id: UUID, *, for_: Person) -> Absence:
    """The absence, for whoever may note and end it."""
    found = Absence.objects.select_related("person").filter(pk=id, ended_at=None).first()
    require(found is not None and may_note_absence(for_, found.person), NotFound)
    return found  # type: ignore[return-value]


def find_mentions(
    person: Person, *, unread: bool = False, before: int | None = None, limit: int = 50
) -> list[Mention]:
    """Where notes name the person, the latest first: on cases that they may work on today.

    ``unread``: only what they have not seen. ``before``: only what is older than the mention with this number.
    """
    mentions = Mention.objects.filter(person=person, note__case__agency__in=agencies_of(person))
    eyes = person.eyes
    mentions = mentions.exclude(note__case__applicant__in=eyes).exclude(note__case__concerns__in=eyes)
    if unread:
        mentions = mentions.filter(seen_at=None)
    if before is not None:
        mentions = mentions.filter(pk__lt=before)
    return list(mentions.select_related("note__case").order_by("-pk")[:limit])


def find_colleagues(case: Case) -> list[Person]:
    """Everybody who may work on the case, by the name that colleagues know."""
    of_agency = Q(memberships__agency=case.agency_id) | Q(memberships__agency=None)
    people = Person.objects.filter(of_agency, works_here=True, is_active=True).distinct()
    found = [person for person in people.prefetch_related("memberships") if may_work_on(person, case)]
    return sorted(found, key=lambda person: (person.shown_as.casefold(), person.id))


PRESENT_FOR = timedelta(seconds=90)


class Present(NamedTuple):
    """A member of staff: the name that colleagues know, and the last sign of life at a case; None when they are not there."""

    name: str
    seen_at: datetime | None


def find_present(case: Case, *, at: datetime, also: Collection[UUID] = ()) -> dict[UUID, Present]:
    """Who has the page of the case open now; and who the people ``also`` asked for are. One statement."""
    here = Presence.objects.filter(case=case, seen_at__gt=at - PRESENT_FOR)
    people = Membership.objects.filter(Q(person__in=also) | Q(person__in=here.values("person")))
    seen = Subquery(here.filter(person=OuterRef("person")).values("seen_at")[:1])
    return {
        person: Present(name, at) for person, name, at in people.values_list("person_id", "shown_as", seen)
    }


def find_links(case: Case, *, for_: Person) -> list[Link]:
    """The cases that belong to this one, of those on which the reader may work."""
    links = case.links.filter(ended_at=None, other__agency__in=agencies_of(for_))
    links = links.exclude(other__applicant__in=for_.eyes).exclude(other__concerns__in=for_.eyes)
    found = list(links.select_related("case", "other").order_by("linked_at", "id"))
    read_in_list([link.other for link in found], by=for_)
    return found


def find_decisions_set_aside(case: Case) -> list[Decision]:
    """Earlier decisions that no longer stand, the oldest first."""
    return _of(case, case.decisions.filter(set_aside_at__isnull=False).order_by("decided_at", "id"))


Said = TypeVar("Said", Question, Remark, Message, Note, Decision)


def _of(case: Case, rows: QuerySet[Said]) -> list[Said]:
    return [_with_case(row, case) for row in rows]


def _with_case(row: Said, case: Case) -> Said:
    """The row with the case that is there already, which knows the key for its words."""
    row.case = case
    return row


def _visible(case: Case | None, person: Person) -> Case:
    if case is None:
        raise NotFound
    require(may_see(person, case), NotFound)
    return case


def _page(
    cases: QuerySet[Case],
    field: str,
    after: str | None,
    limit: int,
    *,
    newest_first: bool,
    parse: Callable[[str], date],
) -> Page:
    """Keyset paging on (field, id): the next page begins where the last row was, however many rows came since."""
    beyond, order = ("lt", "-") if newest_first else ("gt", "")
    if after:
        value, row = read_mark(after, parse)
        cases = cases.filter(
            Q(**{f"{field}__{beyond}": value}) | Q(**{field: value, f"id__{beyond}": row}),
            **{f"{field}__{beyond}e": value},
        )
    return _cut(list(cases.order_by(f"{order}{field}", f"{order}id")[: limit + 1]), field, limit)


def _cut(found: list[Case], field: str, limit: int) -> Page:
    """One more row than a page holds says that there is a next one."""
    if len(found) <= limit:
        return Page(found, None)
    last = found[limit - 1]
    return Page(found[:limit], f"{getattr(last, field).isoformat()}~{last.id.hex}")


def find_cases_about_staff(*, but_about: Person | None = None) -> list[Case]:
    """Open cases that ask about somebody who works here, or are theirs, but for those about this one person; the oldest first."""
    found = Case.objects.filter(closed_at=None).filter(
        Q(concerns__isnull=False) | Q(applicant__works_here=True)
    )
    return list((found.exclude(concerns=but_about) if but_about else found).order_by("opened_at")[:500])
