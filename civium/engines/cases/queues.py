"""How a queue is read: each page is a few short stretches of indexes, merged, however many cases there are.

What a list holds fixed (agency, service, step, who has it, the roles it waits for) picks the index; what it sorts by is the
index's next column. So a page begins at its mark and ends ``limit`` rows on. What no index holds together is judged row by row, on
no more than ``MOST_LOOKED_AT``; a list that ends there says so, and the next page looks further. Nothing is counted to its end,
and nothing is skipped over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Literal
from uuid import UUID

from django.db.models import DateField, DateTimeField, UUIDField

from civium.engines.clock.queries import the_calendar
from civium.engines.clock.rules import due_on
from civium.engines.clock.schema import Duration
from civium.foundation.identity.models import Person
from civium.foundation.identity.rules import CASEWORKERS, works_for
from civium.foundation.kit.references import parse_reference
from civium.foundation.kit.refusals import NotFound, require
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.models import Why
from civium.foundation.vault.actions.sealing import fetch_keys

from .models import Case
from .reading import read_in_list
from .rules.finding import as_typed, start_of_reference
from .schema import ROLES
from .stretches import (
    CASES,
    WORDS,
    Condition,
    Mark,
    Order,
    Search,
    Stretches,
    as_value,
    count_cases,
    fetch,
    read,
)
from .word_indexes import possible_word_indexes

Which = Literal[
    "mine", "team", "unassigned", "for-my-role", "due-soon", "late", "waiting", "messages", "closed", "found"
]
QUEUES: tuple[Which, ...] = (
    "mine", "for-my-role", "unassigned", "team", "due-soon", "late", "waiting", "messages", "closed", "found",
)  # fmt: skip
Sort = Literal["due", "-due", "opened", "-opened", "closed", "-closed"]
SOON = Duration(3, "working day")
MOST_COUNTED = 99
MOST_WORDS_TYPED = 5
# How far somebody who goes on to the next case is led past what is not for them.
_AHEAD, _TIMES = 5, 10
_ID, _DAY, _MOMENT = UUIDField(), DateField(), DateTimeField()
_IS_OPEN, _IS_CLOSED = Condition(f"{CASES}.closed_at IS NULL"), Condition(f"{CASES}.closed_at IS NOT NULL")
_IS_NOT_LOCKED_AWAY = Condition(
    "NOT EXISTS (SELECT 1 FROM privacy_restriction AS kept "  # noqa: S608 - our own words
    f"WHERE kept.owner = {CASES}.subject AND kept.ended_at IS NULL AND kept.because = %s)",
    (Why.KEPT_BY_LAW.value,),
)
_RESTRICTED = "SELECT 1 FROM privacy_restriction AS asked WHERE asked.ended_at IS NULL AND asked.owner ="
_MAY_BE_USED = Condition(f"NOT EXISTS ({_RESTRICTED} {CASES}.subject)")
_RUNS, _STANDS_STILL = Condition(f"{CASES}.paused_at IS NULL"), Condition(f"{CASES}.paused_at IS NOT NULL")
_HAS_NEW_MESSAGE = Condition(f"{CASES}.has_new_message")
_NOBODY_HAS_IT = Condition(f"{CASES}.assigned_to_id IS NULL")
_FIELDS = {"due": "due_on", "opened": "opened_at", "closed": "closed_at"}


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; days are the town's, both ends included. ``words``: what somebody searched for.

    ``is_running``: without open cases whose clock stands still.
    """

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
    is_running: bool = False


@dataclass(frozen=True)
class Page:
    """Some cases, and where the pages around it begin: opaque texts for ``after`` and ``before``; None where there are none.

    ``is_cut``: the search stopped before the end; the page beyond looks further, whichever way one goes. ``seen``: the revision of each case that the
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
        return _page_before(search, search.order.mark(before), person, limit, channel=_way(which))
    mark = search.order.mark(after) if after else None
    cases, cut = read(search, mark, person, limit + 1)
    shown = cases[:limit]
    read_in_list(shown, by=person, channel=_way(which))
    order = search.order
    onward = cut or (order.mark_of(shown[-1]) if len(cases) > limit else None)
    earlier = (order.mark_of(shown[0]) if shown else order.just_after(mark)) if mark else None
    return _page(person, shown, onward, earlier, cut)


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
    place: Mark | None = mark if mark.value else None
    for _ in range(_TIMES):
        cases, cut = read(search, place, person, _AHEAD)
        others = (case for case in cases if case.pk != beyond.pk and not case.has_party(person))
        if following := next(others, None):
            return following
        place = cut or (search.order.mark_of(cases[-1]) if cases else None)
        if place is None:
            return None
    return None


def _way(which: Which) -> str:
    """By which way somebody reads the lines of this queue."""
    return "search" if which == "found" else "list"


def _page_before(search: Search, mark: Mark, person: Person, limit: int, *, channel: str) -> Page:
    """The page that ends before the mark."""
    order = search.order
    cases, cut = read(replace(search, order=order.turned), mark, person, limit + 1)
    shown = cases[:limit][::-1]
    read_in_list(shown, by=person, channel=channel)
    earlier = cut or (order.mark_of(shown[0]) if len(cases) > limit else None)
    onward = order.mark_of(shown[-1]) if shown else order.turned.just_after(mark)
    return _page(person, shown, onward, earlier, cut)


def _page(
    person: Person, cases: Sequence[Case], onward: Mark | None, earlier: Mark | None, cut: Mark | None
) -> Page:
    """What is shown of the rows that were read: nobody works on an application of their own, or a question about them. Their lines are opened together,
    and with their keys it is known which of them lie still."""
    fetch_keys(case.subject for case in cases)
    return Page(
        [case for case in cases if not case.has_party(person)],
        next=str(onward) if onward else None,
        previous=str(earlier) if earlier else None,
        is_cut=cut is not None,
        seen={case.pk: case.seen for case in cases if case.seen is not None},  # type: ignore[attr-defined]
    )


def count_queues(
    person: Person, *, which: Sequence[Which | Literal["mentions"]], at: dt.datetime, most: int = MOST_COUNTED
) -> dict[str, str]:
    """How many cases each open queue has, and in how many notes somebody is named that they have not seen, for badges, in one
    statement: at most ``99+``, so a long queue costs no more than a short one. Cases of their own or about them, which the person is
    not shown, are not counted.
    """
    today = the_town().today(at)
    soon = due_on(today, SOON, the_calendar())
    agencies = agencies_of(person)
    if not agencies:
        return dict.fromkeys(which, "0")
    me, day, until = as_value(_ID, person.pk), as_value(_DAY, today), as_value(_DAY, soon)
    running = "closed_at IS NULL AND paused_at IS NULL"
    kinds: dict[str, tuple[str, list[Any]]] = {
        "mine": ("closed_at IS NULL AND assigned_to_id = %s", [me]),
        "team": ("closed_at IS NULL", []),
        "unassigned": ("closed_at IS NULL AND assigned_to_id IS NULL", []),
        "due-soon": (f"{running} AND due_on >= %s AND due_on <= %s", [day, until]),
        "late": (f"{running} AND due_on < %s", [day]),
        "waiting": ("paused_at IS NOT NULL", []),
        "messages": (f"has_new_message AND NOT EXISTS ({_RESTRICTED} subject)", []),
    }
    parts: list[str] = []
    values: list[Any] = []
    for name in which:
        if name in kinds:
            condition, given = kinds[name]
            parts.append(_counted(condition, len(agencies), most))
            values += [name, *agencies, *given, *agencies, *given]
        for agency in agencies if name == "for-my-role" else ():
            if codes := _codes_of(person, agency):
                marks = ", ".join(["%s"] * len(codes))
                parts.append(_counted(f"{running} AND waits_for IN ({marks})", 1, most))
                values += [name, agency, *codes, agency, *codes]
    if "mentions" in which:
        parts.append(_counted_mentions(len(agencies), most))
        values += ["mentions", me, me, me, *agencies]
    counts = dict.fromkeys(which, 0)
    for name, count, kept in fetch(_WITH_KEPT_FROM + " UNION ALL ".join(parts), [me, me, *values]):
        counts[name] += int(count or 0) - min(int(kept), _MOST_KEPT_FROM)
    return {name: f"{most}+" if count > most else str(count) for name, count in counts.items()}


# What a queue keeps from its reader is found by indexes of its own and taken off: to judge each row that is counted, more than the
# queue's index would have to be read. So many more rows are counted, so that a long queue stays a long one.
_MOST_KEPT_FROM = 50
_WITH_KEPT_FROM = (
    "WITH kept_from AS (SELECT subject, agency_id, closed_at, paused_at, assigned_to_id, due_on, waits_for, has_new_message "
    "FROM cases_case WHERE applicant_id = %s OR concerns_id = %s) "
)


def _counted(condition: str, agencies: int, most: int) -> str:
    marks = ", ".join(["%s"] * agencies)
    place = f"WHERE agency_id IN ({marks}) AND {condition}"
    rows = f"SELECT 1 AS one FROM cases_case {place} LIMIT {most + 1 + _MOST_KEPT_FROM}"  # noqa: S608 - our own words
    kept = f"SELECT COUNT(*) FROM kept_from {place}"  # noqa: S608 - our own words
    return f"SELECT %s, (SELECT SUM(one) FROM ({rows}) AS counted), ({kept})"  # noqa: S608 - our own words


def _counted_mentions(agencies: int, most: int) -> str:
    marks = ", ".join(["%s"] * agencies)
    rows = (
        "FROM cases_mention AS mention JOIN cases_note AS note ON note.id = mention.note_id "
        "JOIN cases_case AS theirs ON theirs.id = note.case_id "
        "WHERE mention.person_id = %s AND mention.seen_at IS NULL AND theirs.applicant_id <> %s "
        "AND (theirs.concerns_id IS NULL OR theirs.concerns_id <> %s) "
        f"AND theirs.agency_id IN ({marks}) LIMIT {most + 1}"
    )
    return f"SELECT %s, SUM(one), 0 FROM (SELECT 1 AS one {rows}) AS counted"  # noqa: S608 - our own words


def _places_of_role(person: Person, agencies: Sequence[str]) -> list[tuple[str, str]]:
    return [(agency, code) for agency in agencies for code in _codes_of(person, agency)]


# --- which stretches ------------------------------------------------------------------------------------------------


def _search(person: Person, which: Which, today: dt.date, filters: Filters, sort: str) -> Search:
    """Where the rows of a list lie, and what else they must be."""
    require(which in QUEUES, NotFound)
    order = _order(which, sort)
    agencies = [name for name in agencies_of(person) if filters.agency in ("", name)]
    narrowed = [*_place(filters), *_held(filters.holder), *_spans(filters, ("due_on", "opened_at"))]
    narrowed += [_is("outcome", filters.outcome)] if filters.outcome else []
    places: list[Mapping[str, Any]] = [{"agency_id": name} for name in agencies]
    if which == "found":
        stretches, residue = _found(agencies, filters.words)
        return Search(stretches, [*residue, *narrowed], order)
    if which == "messages":  # whether the case is open or closed: somebody wrote, and it can be read
        return Search(Stretches(places, [_HAS_NEW_MESSAGE, _MAY_BE_USED]), narrowed, order)
    if which == "closed":
        return Search(Stretches(places, [_IS_CLOSED, _IS_NOT_LOCKED_AWAY]), narrowed, order)
    if filters.outcome:
        return Search(_NOWHERE, [], order)  # what is open has no outcome
    return _open(person, which, today, filters, agencies, order)


def _order(which: Which, sort: str) -> Order:
    default = {"closed": "-closed", "found": "-opened"}.get(which, "due")
    able = {"closed": ("closed",), "found": ("opened",), "messages": ("due",)}.get(which, ("due", "opened"))
    name = (sort or default).removeprefix("-")
    require(name in able, NotFound)
    return Order(_FIELDS[name], (sort or default).startswith("-"))


def _open(
    person: Person, which: Which, today: dt.date, filters: Filters, agencies: Sequence[str], order: Order
) -> Search:
    """An open queue. The first index that fits best is taken; what it does not hold is judged row by row."""
    holder = _holder(person, which, filters.holder)
    if holder == "contradiction":
        return Search(_NOWHERE, [], order)
    filters = replace(filters, holder=holder)
    spans = _spans(_with_due_of(which, today, filters), (order.field,))
    others = _spans(_with_due_of(which, today, filters), tuple({"due_on", "opened_at"} - {order.field}))
    state, place, held = _state(which, filters), _place(filters), _held(filters.holder)
    by_due, by_role = order.field == "due_on", False
    if isinstance(holder, UUID):
        fixed, residue = held, [*state, *place]
    elif holder and by_due:
        known = place[:1] if filters.service else []
        fixed, residue = [*held, *known], [*state, *place[len(known) :]]
    elif which == "for-my-role" and by_due:
        known = place[:1] if filters.service else []
        fixed, residue, by_role = [*state, *known], place[len(known) :], True
    elif which == "waiting" and by_due:
        fixed, residue = state, place
    elif filters.service and by_due:
        fixed, residue = place, state
    else:
        fixed = state if by_due else []
        residue = [*place, *([] if by_due else [*state, *held])]
    if which == "for-my-role" and not by_role:
        residue = [*residue, _for_role(person, agencies)]
    places: list[Mapping[str, Any]] = [{"agency_id": name} for name in agencies]
    if by_role:
        places = [{"agency_id": name, "waits_for": code} for name, code in _places_of_role(person, agencies)]
    # What waits for the applicant is open: its index does not say it twice.
    is_open = [] if state is fixed and which == "waiting" else [_IS_OPEN]
    return Search(Stretches(places, [*fixed, *is_open, *spans]), [*residue, *others], order)


def _for_role(person: Person, agencies: Sequence[str]) -> Condition:
    places = _places_of_role(person, agencies)
    mine = ", ".join(["(%s, %s)"] * len(places)) or "(NULL, NULL)"
    return Condition(f"({CASES}.agency_id, {CASES}.waits_for) IN (VALUES {mine})", tuple(chain(*places)))


def _holder(
    person: Person, which: Which, asked: UUID | Literal["nobody"] | None
) -> UUID | Literal["nobody", "contradiction"] | None:
    own: UUID | Literal["nobody"] | None = {"mine": person.pk, "unassigned": "nobody"}.get(which)  # type: ignore[assignment]
    if own and asked and own != asked:
        return "contradiction"
    return own or asked


def _state(which: Which, filters: Filters) -> list[Condition]:
    """Whether the clock runs."""
    if which == "waiting":
        return [_STANDS_STILL]
    runs = filters.is_running or which in ("due-soon", "late", "for-my-role")
    return [_RUNS] if runs else []


def _place(filters: Filters) -> list[Condition]:
    named = {"service": filters.service, "step": filters.step}
    return [_is(name, value) for name, value in named.items() if value]


def _held(holder: UUID | str | None) -> list[Condition]:
    if holder is None:
        return []
    return [_NOBODY_HAS_IT if holder == "nobody" else _is("assigned_to_id", as_value(_ID, holder))]


def _is(column: str, value: Any) -> Condition:
    return Condition(f"{CASES}.{column} = %s", (value,))


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


def _spans(filters: Filters, fields: Sequence[str]) -> list[Condition]:
    days = {">=": filters.due_from, "<=": filters.due_to}
    ends = {">=": filters.opened_from, "<": filters.opened_to and filters.opened_to + dt.timedelta(days=1)}
    spans = {
        "due_on": {sign: as_value(_DAY, day) for sign, day in days.items() if day},
        "opened_at": {sign: as_value(_MOMENT, _midnight(day)) for sign, day in ends.items() if day},
    }
    return [
        Condition(f"{CASES}.{field} {sign} %s", (value,))
        for field in fields
        for sign, value in spans[field].items()
    ]


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


def _found(agencies: Sequence[str], typed: str) -> tuple[Stretches, list[Condition]]:
    """The cases that somebody means by what they typed: an applicant's whole e-mail address, or words.

    What lies still is found by its whole reference alone: anything else would tell what it says. What only the law keeps is not.
    """
    may_be_found = _may_be_found(typed)
    if "@" in typed:
        person = Person.objects.filter(email=typed.strip().lower()).values_list("pk", flat=True).first()
        theirs = [{"applicant_id": as_value(_ID, person)}] if person and agencies else []
        return Stretches(theirs, [_one_of(f"{CASES}.agency_id", agencies), may_be_found]), []
    words = as_typed(typed)[:MOST_WORDS_TYPED]
    reference = start_of_reference(typed)
    asked = [*words, *([(reference,)] if reference else [])]
    if not asked or not agencies:
        return _NOWHERE, []
    kept_as = possible_word_indexes(agencies, list(dict.fromkeys(chain(*asked))))
    places = [_places_of(ways, kept_as) for ways in asked]
    counts = count_cases(places)
    if reference and (counts.pop() or not words):
        return Stretches(places[-1], [may_be_found], table=WORDS), []
    rarest = counts.index(min(counts))
    others = [_has_word(each) for nth, each in enumerate(places[: len(words)]) if nth != rarest]
    return Stretches(places[rarest], [may_be_found], table=WORDS), others


def _may_be_found(typed: str) -> Condition:
    return Condition(
        f"NOT EXISTS ({_RESTRICTED} {CASES}.subject AND (asked.because = %s OR {CASES}.reference <> %s))",
        (Why.KEPT_BY_LAW.value, parse_reference(typed) or ""),
    )


def _places_of(
    ways: Sequence[str], kept_as: Mapping[str, Mapping[str, Sequence[bytes]]]
) -> list[Mapping[str, Any]]:
    """Where the cases are found that have a word in one of these ways."""
    return [
        {"agency_id": agency, "word_index": index}
        for agency, indexes in kept_as.items()
        for way in ways
        for index in indexes[way]
    ]


def _has_word(places: Sequence[Mapping[str, Any]]) -> Condition:
    """Whatever the agency: each has an index of its own for the word."""
    found, indexes = _one_of("other.word_index", [place["word_index"] for place in places])
    others = f"SELECT 1 FROM {WORDS} other WHERE other.case_id = {WORDS}.case_id"  # noqa: S608 - our own words
    return Condition(f"EXISTS ({others} AND {found})", indexes)


def _one_of(column: str, values: Sequence[Any]) -> Condition:
    return Condition(f"{column} IN ({', '.join(['%s'] * len(values))})", tuple(values))


_NOWHERE = Stretches([])
