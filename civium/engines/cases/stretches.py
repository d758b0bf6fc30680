"""Reading lists from stretches of indexes: rows that lie together are merged, judged and paged without counting or skipping.

The statements are written out: Django's unions may neither sort nor stop inside, and putting the question its way takes longer than
the database takes to answer it. Every value is a parameter; what is put into the text are names and numbers of our own.
"""
# ruff: noqa: S608

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import DateField, DateTimeField, Field, UUIDField
from django.db.models.base import ModelState

from civium.foundation.identity.models import Person
from civium.foundation.kit.marks import moment_of, read_mark

from .models import Case

# Rows that one page judges one by one, shared by the stretches it is read from; each has some.
MOST_LOOKED_AT, LEAST_LOOKED_AT = 4_000, 500
# Beyond this a word is common, and how common does not matter.
RARE = 200
CASES, WORDS = "cases_case", "cases_word"


class Mark(NamedTuple):
    """A place in a list: the value it is sorted by, and the case."""

    value: Any
    id: UUID

    def __str__(self) -> str:
        return f"{self.value.isoformat()}~{self.id.hex}"


@dataclass(frozen=True)
class Order:
    """What a list is sorted by, and which way it is read now: backwards for the page before."""

    field: str
    is_descending: bool

    @property
    def direction(self) -> str:
        """The same as the database says it."""
        return "DESC" if self.is_descending else "ASC"

    @property
    def turned(self) -> Order:
        """The other way round."""
        return replace(self, is_descending=not self.is_descending)

    def mark(self, text: str) -> Mark:
        """The place that an opaque text names. Refuses with NotFound what we never gave."""
        parse = dt.date.fromisoformat if self.field == "due_on" else moment_of
        return Mark(*read_mark(text, parse))

    def mark_of(self, case: Case) -> Mark:
        """The place of a case."""
        return Mark(getattr(case, self.field), case.pk)

    def just_after(self, mark: Mark) -> Mark:
        """A place between that one and whatever follows it: what is read from there backwards begins with it."""
        beside = mark.id.int + (-1 if self.is_descending else 1)
        return Mark(mark.value, UUID(int=min(max(beside, 0), 2**128 - 1)))


class Condition(NamedTuple):
    """What a row must be, as the database reads it; each ``%s`` stands for one of the values."""

    text: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Stretches:
    """Rows that lie together in an index, once for each of ``places``: the values of its first columns, by name.

    ``fixed``: what all of them are besides. The rows are cases, or words (``table``), each of which leads to its case.
    """

    places: Sequence[Mapping[str, Any]]
    fixed: Sequence[Condition] = ()
    table: str = CASES

    @property
    def id(self) -> str:
        """The column with the case."""
        return f"{CASES}.id" if self.table == CASES else f"{self.table}.case_id"

    @property
    def rows(self) -> str:
        """The table; a word's case stands beside it for what is asked of the case, and never comes before it."""
        beside = "" if self.table == CASES else f" LEFT JOIN {CASES} ON {CASES}.id = {self.id}"
        return f"{self.table}{beside}"


@dataclass(frozen=True)
class Search:
    """A list as it is read: where its rows lie, and what else each of their cases must be."""

    stretches: Stretches
    residue: Sequence[Condition]
    order: Order

    @property
    def is_one_stretch(self) -> bool:
        return len(self.stretches.places) == 1 and not self.residue and self.stretches.table == CASES

    @property
    def most_looked_at(self) -> int:
        """How many rows of each stretch are judged."""
        return max(MOST_LOOKED_AT // len(self.stretches.places), LEAST_LOOKED_AT)


def read(search: Search, mark: Mark | None, person: Person, limit: int) -> tuple[list[Case], Mark | None]:
    """The first ``limit`` cases beyond the mark, in order; and where the search stopped when it did not come to the end.

    Each has what the person has ``seen`` of it.
    """
    if not search.stretches.places:
        return [], None
    order, me = search.order, as_value(UUIDField(), person.pk)
    if search.is_one_stretch:
        text, (values,) = _stretch(search, mark)
        return _cases(f"{text} {_in_order(search)} LIMIT {limit}", [me, *values]), None
    looked, values_of_each = _looked_at(search, mark, limit)
    ids, values = _ids_of(search, looked, values_of_each, limit)
    by = f"{CASES}.{order.field} {order.direction}, {CASES}.id {order.direction}"
    cases = _cases(f"FROM {CASES} WHERE {CASES}.id IN ({ids}) ORDER BY {by}", [me, *values])
    if not search.residue or len(cases) == limit:
        return cases, None
    cut = _where_it_stopped(search, looked, values_of_each)
    return [case for case in cases if cut is None or _is_before(order.mark_of(case), cut, order)], cut


def fetch(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def as_value(field: Field[Any, Any], value: Any) -> Any:
    """A value as the database takes it for a field."""
    return field.get_db_prep_value(value, connection)


def _is_before(mark: Mark, cut: Mark, order: Order) -> bool:
    return mark >= cut if order.is_descending else mark <= cut


def _ids_of(
    search: Search, looked: str, values: Sequence[Sequence[Any]], limit: int
) -> tuple[str, list[Any]]:
    """Which cases the first ``limit`` rows lead to, each once: two words of a place may lead to the same."""
    fits = "WHERE fits" if search.residue else ""
    part = f"SELECT * FROM (SELECT sorted_by, found FROM ({looked}) AS looked {fits} LIMIT {limit}) AS part"
    merged = f"{_joined(part, values, each_once=True)} {_sorted(search.order)} LIMIT {limit}"
    return f"SELECT found FROM ({merged}) AS merged", list(chain(*values))


def _where_it_stopped(search: Search, looked: str, values: Sequence[Sequence[Any]]) -> Mark | None:
    """The first place at which a stretch was left before its end; None when all of them were read to their ends."""
    part = (
        f"SELECT sorted_by, found FROM (SELECT sorted_by, found, ROW_NUMBER() OVER ({_sorted(search.order)}) AS place"
        f" FROM ({looked}) AS looked) AS placed WHERE place = {search.most_looked_at}"
    )
    rows = fetch(f"{_joined(part, values)} {_sorted(search.order)} LIMIT 1", list(chain(*values)))
    return Mark(_as_python(rows[0][0], search.order.field), UUID(str(rows[0][1]))) if rows else None


def _joined(part: str, values: Sequence[Sequence[Any]], *, each_once: bool = False) -> str:
    return (" UNION " if each_once else " UNION ALL ").join([part] * len(values))


def _sorted(order: Order) -> str:
    return f"ORDER BY sorted_by {order.direction}, found {order.direction}"


def _as_python(value: Any, field: str) -> Any:
    """SQLite gives days as text, and moments without their zone, where nothing says what they are."""
    if isinstance(value, str):
        value = (dt.date if field == "due_on" else dt.datetime).fromisoformat(value)
    if isinstance(value, dt.datetime) and value.tzinfo is None:
        return value.replace(tzinfo=dt.UTC)
    return value


def _looked_at(search: Search, mark: Mark | None, limit: int) -> tuple[str, list[list[Any]]]:
    """The rows of a stretch that are looked at, as text, and the values of each: what they are sorted by, their case, whether
    they fit."""
    text, values = _stretch(search, mark)
    columns = f"{_column(search)} AS sorted_by, {search.stretches.id} AS found"
    if search.residue:
        fits, judged = _all_of(search.residue)
        columns, limit = f"{columns}, ({fits}) AS fits", search.most_looked_at
        values = [[*judged, *each] for each in values]
    return f"SELECT {columns} {text} {_in_order(search)} LIMIT {limit}", values


def _stretch(search: Search, mark: Mark | None) -> tuple[str, list[list[Any]]]:
    """The rows of a stretch beyond the mark, as text that serves for each of its places, and the values of each."""
    stretches = search.stretches
    columns = [Condition(f"{stretches.table}.{name} = %s") for name in stretches.places[0]]
    text, values = _all_of([*columns, *stretches.fixed, *_beyond(search, mark)])
    return f"FROM {stretches.rows} WHERE {text}", [[*place.values(), *values] for place in stretches.places]


def _beyond(search: Search, mark: Mark | None) -> list[Condition]:
    """Two rows compared as one: in every database an index on their columns begins right at the place."""
    if mark is None:
        return []
    order = search.order
    field = DateField() if order.field == "due_on" else DateTimeField()
    there = as_value(field, mark.value), as_value(UUIDField(), mark.id)
    sign = "<" if order.is_descending else ">"
    return [Condition(f"({_column(search)}, {search.stretches.id}) {sign} (%s, %s)", there)]


def _all_of(conditions: Sequence[Condition]) -> tuple[str, list[Any]]:
    return " AND ".join(each.text for each in conditions), [
        value for each in conditions for value in each.values
    ]


def _column(search: Search) -> str:
    return f"{search.stretches.table}.{search.order.field}"


def _in_order(search: Search) -> str:
    direction = search.order.direction
    return f"ORDER BY {_column(search)} {direction}, {search.stretches.id} {direction}"


# What each case is read with. SQLite gives ids as text, and moments without their zone.
_NAMES = [*(field.attname for field in Case._meta.concrete_fields), "seen"]
_IDS = ("id", "applicant_id", "assigned_to_id", "concerns_id")
_MOMENTS = ("entered_at", "opened_at", "paused_at", "closed_at")
_COLUMNS = ", ".join(f"{CASES}.{field.column}" for field in Case._meta.concrete_fields)
_SEEN = f"(SELECT revision FROM cases_look WHERE case_id = {CASES}.id AND person_id = %s)"


def _cases(rows: str, values: Sequence[Any]) -> list[Case]:
    """The cases of these rows, as Django makes them; the first of the values is the reader."""
    return [_case(row) for row in fetch(f"SELECT {_COLUMNS}, {_SEEN} {rows}", values)]


@lru_cache(maxsize=4096)
def _uuid(text: str) -> UUID:
    """Few people have and bring many cases, and the same pages are looked at again."""
    return UUID(text)


def _case(row: tuple[Any, ...]) -> Case:
    """Put together as copying one does: its ``__init__`` would look at each value, and a list has fifty cases."""
    values = dict(zip(_NAMES, row, strict=True))
    for name in _IDS:
        if isinstance(values[name], str):
            values[name] = _uuid(values[name])
    for name in _MOMENTS:
        if values[name] is not None and values[name].tzinfo is None:
            values[name] = values[name].replace(tzinfo=dt.UTC)
    case, state = Case.__new__(Case), ModelState()
    state.adding, state.db = False, DEFAULT_DB_ALIAS
    vars(case).update(values, _state=state)
    return case


# --- words ----------------------------------------------------------------------------------------------------------


def count_cases(words: Sequence[Sequence[Mapping[str, Any]]]) -> list[int]:
    """How many cases each word leads to, by the places of its rows: no more than ``RARE`` of each place. One statement."""
    rows = f"SELECT 1 AS one FROM {WORDS} w WHERE w.agency_id = %s AND w.word_index = %s"
    counted = f"SELECT %s AS nth, (SELECT SUM(one) FROM ({rows} LIMIT {RARE}) AS counted) AS some"
    asked = [
        (nth, place["agency_id"], place["word_index"]) for nth, places in enumerate(words) for place in places
    ]
    count = [0] * len(words)
    for nth, some in fetch(
        " UNION ALL ".join([counted] * len(asked)), [value for each in asked for value in each]
    ):
        count[int(nth)] += int(some or 0)
    return count
