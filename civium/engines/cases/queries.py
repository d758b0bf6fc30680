"""Reads: the queues of the desk, one case, the cases of an applicant."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Literal, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from civium.engines.clock.queries import the_calendar
from civium.engines.clock.rules import due_on
from civium.engines.clock.schema import Duration
from civium.foundation.identity.models import Person
from civium.foundation.identity.rules import works_for
from civium.foundation.kit.references import parse_reference
from civium.foundation.kit.refusals import NotFound, require
from civium.foundation.kit.town import the_town

from .models import Case, Decision, Question, Remark
from .rules import may_see

Which = Literal["mine", "team", "unassigned", "due-soon", "late", "closed"]
SOON = Duration(3, "working day")
MOST_COUNTED = 99


class Page(NamedTuple):
    """Some cases, and where the next page begins: an opaque text for ``after``; None on the last page."""

    cases: list[Case]
    next: str | None


def agencies_of(person: Person) -> list[str]:
    """The agencies in which the person works on cases."""
    return [agency for agency in the_town().agencies if works_for(person, agency)]


def find_queue(
    person: Person, *, which: Which, at: datetime, after: str | None = None, limit: int = 50
) -> Page:
    """A page of one of the person's queues: the most urgent first; what is closed, the latest first."""
    cases = _queue(person, which, the_town().today(at))
    cases = cases.select_related("assigned_to").prefetch_related("assigned_to__memberships")
    if which == "closed":
        return _page(cases, "closed_at", after, limit, newest_first=True, parse=datetime.fromisoformat)
    return _page(cases, "due_on", after, limit, newest_first=False, parse=date.fromisoformat)


def count_queue(person: Person, *, which: Which, at: datetime) -> str:
    """How many cases the queue has, for a badge: at most ``99+``, so that a long queue costs no more than a short one."""
    cases = _queue(person, which, the_town().today(at))
    found = len(cases.values_list("pk")[: MOST_COUNTED + 1])
    return f"{MOST_COUNTED}+" if found > MOST_COUNTED else str(found)


def find_cases_of(person: Person, *, after: str | None = None, limit: int = 20) -> Page:
    """The person's own cases, the newest first."""
    cases = Case.objects.filter(applicant=person)
    return _page(cases, "opened_at", after, limit, newest_first=True, parse=datetime.fromisoformat)


def get_case(reference: str, *, for_: Person) -> Case:
    """The case, for its applicant and for its agency. Not there and not yours are the same answer."""
    stored = parse_reference(reference)
    found = Case.objects.select_related("applicant", "assigned_to").filter(reference=stored or "")
    return _visible(found.first(), for_)


def find_cases_of_streams(streams: Collection[str]) -> list[Case]:
    """The cases with these subjects or streams of their own, in no order. The caller minds what the reader may see of them."""
    ids = [stream.removeprefix("case:") for stream in streams if stream.startswith("case:")]
    return list(Case.objects.filter(Q(subject__in=streams) | Q(pk__in=ids)))


def get_case_of_subject(subject: str) -> Case | None:
    """The case that serves the subject, for the room that opened it; None when there is none."""
    return Case.objects.select_related("applicant").filter(subject=subject).first()


def get_decision(case: Case) -> Decision | None:
    """How the case ended; None while it is open. What was set aside when it was reopened is history."""
    standing = Decision.objects.select_related("case", "decided_by").filter(case=case, set_aside_at=None)
    return standing.first()


def find_questions(case: Case) -> list[Question]:
    """What the applicant was asked, the first question first."""
    return list(case.questions.select_related("case", "asked_by").order_by("asked_at", "id"))


def get_question(question_id: UUID, *, for_: Person) -> Question:
    """The question, for whoever may see its case."""
    question = Question.objects.select_related("case", "asked_by").filter(pk=question_id).first()
    if question is None:
        raise NotFound
    _visible(question.case, for_)
    return question


def find_open_questions_of(person: Person) -> list[Question]:
    """What the person is asked in any of their cases, the oldest first: their next steps."""
    questions = Question.objects.filter(
        case__applicant=person, case__closed_at=None, answered_at=None, dropped_at=None
    )
    return list(questions.select_related("case").order_by("asked_at", "id")[:MOST_COUNTED])


def find_remarks(case: Case) -> list[Remark]:
    """The reasons of the moves that did not end the case: for staff."""
    return list(case.remarks.select_related("case", "made_by").order_by("made_at", "id"))


def _visible(case: Case | None, person: Person) -> Case:
    if case is None:
        raise NotFound
    require(may_see(person, case), NotFound)
    return case


def _queue(person: Person, which: Which, today: date) -> QuerySet[Case]:
    agencies = agencies_of(person)
    if which == "closed":
        return Case.objects.filter(agency__in=agencies, closed_at__isnull=False)
    still_open = Case.objects.filter(agency__in=agencies, closed_at__isnull=True)
    soon = due_on(today, SOON, the_calendar())
    parts: dict[str, Q] = {
        "mine": Q(assigned_to=person),
        "team": Q(),
        "unassigned": Q(assigned_to__isnull=True),
        # While the applicant must act nothing is due.
        "due-soon": Q(due_on__gte=today, due_on__lte=soon, paused_at__isnull=True),
        "late": Q(due_on__lt=today, paused_at__isnull=True),
    }
    if which not in parts:
        raise NotFound
    return still_open.filter(parts[which])


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
        value, row = _read_mark(after, parse)
        cases = cases.filter(
            Q(**{f"{field}__{beyond}": value}) | Q(**{field: value, f"id__{beyond}": row}),
            **{f"{field}__{beyond}e": value},
        )
    found = list(cases.order_by(f"{order}{field}", f"{order}id")[: limit + 1])
    if len(found) <= limit:
        return Page(found, None)
    last = found[limit - 1]
    return Page(found[:limit], f"{getattr(last, field).isoformat()}~{last.id.hex}")


def _read_mark(mark: str, parse: Callable[[str], date]) -> tuple[date, UUID]:
    value, _, row = mark.partition("~")
    try:
        place = parse(value), UUID(row)
    except ValueError:
        raise NotFound from None
    require(not isinstance(place[0], datetime) or place[0].tzinfo is not None, NotFound)
    return place
