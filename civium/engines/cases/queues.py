"""How a queue is read: each page is a few short stretches of indexes, merged, however many cases there are.

What a list holds fixed (agency, service, step, who has it, the roles it waits for) picks the index; what it sorts by is the
index's next column. So a page begins at its mark and ends ``limit`` rows on. What no index holds together is judged on at most
``MOST_LOOKED_AT`` rows of each stretch; a list that ends there says so, and the next page looks further. Nothing is counted to
its end, and nothing is skipped over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from civium.engines.clock.queries import the_calendar
from civium.engines.clock.rules import due_on
from civium.engines.clock.schema import Duration
from civium.foundation.identity.models import Person
from civium.foundation.identity.rules import CASEWORKERS, works_for
from civium.foundation.kit.refusals import NotFound, require
from civium.foundation.kit.town import the_town

from .models import Case, Word
from .rules.finding import as_stored, beyond, fold
from .schema import ROLES
from .stretches import Mark, Order, Search, Stretch, count_up_to, read, words_beginning

Which = Literal["mine", "team", "unassigned", "for-my-role", "due-soon", "late", "waiting", "closed", "found"]
QUEUES: tuple[Which, ...] = (
    "mine", "for-my-role", "unassigned", "team", "due-soon", "late", "waiting", "closed", "found",
)  # fmt: skip
Sort = Literal["due", "-due", "opened", "-opened", "closed", "-closed"]
SOON = Duration(3, "working day")
MOST_COUNTED = 99
_FIELDS = {"due": "due_on", "opened": "opened_at", "closed": "closed_at"}


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; days are the town's, both ends included. ``words``: what somebody searched for."""

    agency: str = ""
    service: str = ""
    step: str = ""
    holder: UUID | Literal["nobody"] | None = None
    due_from: dt.date | None = None
    due_to: dt.date | None = None
    opened_from: dt.date | None = None
    opened_to: dt.date | None = None
    outcome: str = ""
    words: str = ""


@dataclass(frozen=True)
class Page:
    """Some cases, and where the pages around it begin: opaque texts for ``after`` and ``before``; None where there are none.

    ``is_cut``: the search stopped before the end; the next page looks further. ``seen``: the revision of each case that the
    reader has looked at.
    """

    cases: list[Case]
    next: str | None = None
    previous: str | None = None
    is_cut: bool = False
    seen: dict[UUID, int] = field(default_factory=dict)


def agencies_of(person: Person) -> list[str]:
    """The agencies in which the person works on cases."""
    return [agency for agency in the_town().agencies if works_for(person, agency)]


def find_queue(
    person: Person,
    *,
    which: Which,
    at: dt.datetime,
    filters: Filters = Filters(),
    sort: Sort | str = "",
    after: str | None = None,
    before: str | None = None,
    limit: int = 50,
) -> Page:
    """A page of one of the person's queues: the most urgent first; what is closed or found, the latest first.

    ``after`` and ``before`` are marks that another page gave. Refuses a queue, an order or a mark that does not exist.
    """
    search = _search(person, which, the_town().today(at), filters, sort)
    if before:
        return _page_before(search, search.order.mark(before), person, limit)
    mark = search.order.mark(after) if after else None
    cases, cut = read(search, mark, person, limit + 1)
    shown = cases[:limit]
    onward = cut or (search.order.mark_of(shown[-1]) if len(cases) > limit else None)
    return Page(
        shown,
        next=str(onward) if onward else None,
        previous=str(_first(search, shown, mark)) if mark else None,
        is_cut=cut is not None,
        seen=_seen(shown),
    )


def find_next_case(
    person: Person,
    *,
    beyond: Case,
    which: Which,
    at: dt.datetime,
    filters: Filters = Filters(),
    sort: Sort | str = "",
) -> Case | None:
    """The case that follows another in a list, wherever that one is by now; None after the last."""
    search = _search(person, which, the_town().today(at), filters, sort)
    mark = search.order.mark_of(beyond)
    cases, _cut = read(search, mark if mark.value else None, person, 2)
    return next((case for case in cases if case.pk != beyond.pk), None)


def _page_before(search: Search, mark: Mark, person: Person, limit: int) -> Page:
    """The page that ends before the mark."""
    cases, cut = read(replace(search, order=search.order.turned), mark, person, limit + 1)
    shown = cases[:limit][::-1]
    earlier = cut or (search.order.mark_of(shown[0]) if len(cases) > limit else None)
    return Page(
        shown,
        next=str(search.order.mark_of(shown[-1]) if shown else mark),
        previous=str(earlier) if earlier else None,
        is_cut=False,
        seen=_seen(shown),
    )


def _first(search: Search, shown: Sequence[Case], mark: Mark) -> Mark:
    return search.order.mark_of(shown[0]) if shown else mark


def _seen(cases: Sequence[Case]) -> dict[UUID, int]:
    return {case.pk: case.seen for case in cases if case.seen is not None}  # type: ignore[attr-defined]


def count_queues(
    person: Person, *, which: Sequence[Which], at: dt.datetime, most: int = MOST_COUNTED
) -> dict[str, str]:
    """How many cases each queue has, for badges, in one statement: at most ``99+``, so a long queue costs no more than a short one."""
    today = the_town().today(at)
    lists: dict[str, Sequence[Stretch]] = {
        name: _search(person, name, today, Filters(), "").stretches for name in which
    }
    counts = count_up_to(most + 1, lists)
    return {name: f"{most}+" if counts[name] > most else str(counts[name]) for name in which}


# --- which stretches ------------------------------------------------------------------------------------------------


def _search(person: Person, which: Which, today: dt.date, filters: Filters, sort: str) -> Search:
    """Where the rows of a list lie, and what else they must be."""
    require(which in QUEUES, NotFound)
    order = _order(which, sort)
    agencies = [name for name in agencies_of(person) if filters.agency in ("", name)]
    not_own = ~Q(applicant=person.pk)
    if which == "found":
        stretches, residue = _found(agencies, filters.words)
        residue.append(not_own)
        residue += [*_place(filters), *_held(filters.holder), *_spans(filters, ("due_on", "opened_at"))]
        return Search(stretches, _with_outcome(residue, filters), order)
    if which == "closed":
        rows = Case.objects.filter(not_own, closed_at__isnull=False)
        residue = [*_place(filters), *_held(filters.holder), *_spans(filters, ("due_on", "opened_at"))]
        residue = _with_outcome(residue, filters)
        return Search([Stretch(rows.filter(agency=name)) for name in agencies], residue, order)
    if filters.outcome:
        return Search([], [], order)  # what is open has no outcome
    return _open(person, which, today, filters, agencies, order)


def _order(which: Which, sort: str) -> Order:
    default = {"closed": "-closed", "found": "-opened"}.get(which, "due")
    able = {"closed": ("closed",), "found": ("opened",)}.get(which, ("due", "opened"))
    name = (sort or default).removeprefix("-")
    require(name in able, NotFound)
    return Order(_FIELDS[name], (sort or default).startswith("-"))


def _open(
    person: Person, which: Which, today: dt.date, filters: Filters, agencies: Sequence[str], order: Order
) -> Search:
    """An open queue. The first index that fits best is taken; what it does not hold is judged row by row."""
    holder = _holder(person, which, filters.holder)
    if holder == "contradiction":
        return Search([], [], order)
    filters = replace(filters, holder=holder)
    spans = _spans(_with_due_of(which, today, filters), (order.field,))
    others = _spans(_with_due_of(which, today, filters), tuple({"due_on", "opened_at"} - {order.field}))
    state = _state(which)
    open_ = Case.objects.filter(closed_at__isnull=True).exclude(applicant=person.pk)
    place, held = _place(filters), _held(filters.holder)
    by_due = order.field == "due_on"
    if isinstance(holder, UUID):
        fixed, residue = held, [*state, *place]
    elif which == "for-my-role" and by_due and not holder:
        fixed, residue = state, place
    elif holder and by_due:
        known = place[:1] if filters.service else []
        fixed, residue = [*held, *known], [*state, *place[len(known) :]]
    elif which == "waiting" and by_due:
        fixed, residue = state, [*held, *place]
    elif filters.service and by_due:
        fixed, residue = place, [*state, *held]
    elif by_due:
        fixed, residue = state, [*held, *place]
    else:
        fixed, residue = [], [*state, *held, *place]
    rows = open_.filter(*fixed, *spans)
    stretches = [Stretch(rows.filter(agency=name)) for name in agencies]
    if which == "for-my-role":
        if fixed is state:
            stretches = [
                Stretch(rows.filter(agency=name, waits_for=code))
                for name in agencies
                for code in _codes_of(person, name)
            ]
        else:
            codes = {name: _codes_of(person, name) for name in agencies}
            mine = Q(pk__in=[])
            for name, each in codes.items():
                mine |= Q(agency=name, waits_for__in=each)
            residue = [*residue, mine]
    return Search(stretches, [*residue, *others], order)


def _holder(
    person: Person, which: Which, asked: UUID | Literal["nobody"] | None
) -> UUID | Literal["nobody", "contradiction"] | None:
    own: UUID | Literal["nobody"] | None = {"mine": person.pk, "unassigned": "nobody"}.get(which)  # type: ignore[assignment]
    if own and asked and own != asked:
        return "contradiction"
    return own or asked


def _state(which: Which) -> list[Q]:
    """Whether the clock runs."""
    if which == "waiting":
        return [Q(paused_at__isnull=False)]
    return [Q(paused_at__isnull=True)] if which in ("due-soon", "late", "for-my-role") else []


def _place(filters: Filters) -> list[Q]:
    named = {"service": filters.service, "step": filters.step}
    return [Q(**{name: value}) for name, value in named.items() if value]


def _held(holder: UUID | str | None) -> list[Q]:
    if holder is None:
        return []
    return [
        Q(assigned_to__isnull=True)
        if holder == "nobody"
        else Q(assigned_to__isnull=False, assigned_to=holder)
    ]


def _with_outcome(residue: list[Q], filters: Filters) -> list[Q]:
    return [*residue, Q(outcome=filters.outcome)] if filters.outcome else residue


def _with_due_of(which: Which, today: dt.date, filters: Filters) -> Filters:
    """The days of a queue that is about days, within those that were asked for."""
    if which == "late":
        yesterday = today - dt.timedelta(days=1)
        return replace(filters, due_to=min(filters.due_to or yesterday, yesterday))
    if which == "due-soon":
        soon = due_on(today, SOON, the_calendar())
        first, last = max(filters.due_from or today, today), min(filters.due_to or soon, soon)
        return replace(filters, due_from=first, due_to=last)
    return filters


def _spans(filters: Filters, fields: Sequence[str]) -> list[Q]:
    found: list[Q] = []
    if "due_on" in fields:
        found += [Q(due_on__gte=filters.due_from)] if filters.due_from else []
        found += [Q(due_on__lte=filters.due_to)] if filters.due_to else []
    if "opened_at" in fields:
        found += [Q(opened_at__gte=_midnight(filters.opened_from))] if filters.opened_from else []
        if filters.opened_to:
            found.append(Q(opened_at__lt=_midnight(filters.opened_to + dt.timedelta(days=1))))
    return found


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, tzinfo=the_town().time_zone)


def _codes_of(person: Person, agency: str) -> list[str]:
    """Every code of ``waits_for`` that has one of the person's roles in the agency."""
    mine = [role for role in CASEWORKERS if works_for(person, agency, role)]
    return [code for code in _ALL_CODES if set(code.split()) & set(mine)]


def _all_codes() -> Iterator[str]:
    for number in range(1, 1 << len(ROLES)):
        yield " ".join(role for place, role in enumerate(ROLES) if number >> place & 1)


_ALL_CODES = tuple(_all_codes())


# --- searching ------------------------------------------------------------------------------------------------------


def _found(agencies: Sequence[str], typed: str) -> tuple[list[Stretch], list[Q]]:
    """The cases that somebody means by what they typed: an applicant's whole e-mail address, or words."""
    if "@" in typed:
        person = Person.objects.filter(email=typed.strip().lower()).values_list("pk", flat=True).first()
        if person is None:
            return [], []
        return [Stretch(Case.objects.filter(applicant=person, agency__in=agencies))], []
    words = sorted({as_stored(word) for word in fold(typed)}, key=len, reverse=True)[:5]
    if not words or not agencies:
        return [], []
    rarest, *others = words
    stretches = [
        Stretch(Word.objects.filter(agency=agency, word=word), "case")
        for agency, word in words_beginning(rarest, agencies)
    ]
    return stretches, [
        Q(Exists(Word.objects.filter(case=OuterRef("case_id"), word__gte=word, word__lt=beyond(word))))
        for word in others
    ]
