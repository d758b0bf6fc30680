"""Reading lists from stretches of indexes: rows that lie together are merged, judged and paged without counting or skipping.

Django writes one stretch; the others differ in a value or two, so its text serves for all of them. They are joined here, because
Django's unions may neither sort nor stop inside. Every value is a parameter; what is put into the text are names and numbers of
our own.
"""
# ruff: noqa: S608, S611

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import (
    BooleanField,
    DateField,
    DateTimeField,
    ExpressionWrapper,
    F,
    Field,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
)
from django.db.models.expressions import RawSQL

from civium.foundation.identity.models import Person
from civium.foundation.kit.marks import moment_of, read_mark

from .models import Case, Look

# Rows that one page judges one by one, shared by the stretches it is read from; each has some.
MOST_LOOKED_AT, LEAST_LOOKED_AT = 4_000, 500
# Beyond this a word is common, and how common does not matter.
RARE = 200


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


@dataclass(frozen=True)
class Stretches:
    """Rows that lie together in an index, once for each of ``places``: the values of its first columns, by name.

    ``rows`` are cases, or words with the path ``case`` to theirs.
    """

    rows: QuerySet[Any]
    places: Sequence[Mapping[str, Any]]
    path: str = ""

    @property
    def id(self) -> str:
        """The column with the case."""
        return f"{self.path}_id" if self.path else "pk"


@dataclass(frozen=True)
class Search:
    """A list as it is read: where its rows lie, and what else each of them must be."""

    stretches: Stretches
    residue: Sequence[Q]
    order: Order

    @property
    def is_one_stretch(self) -> bool:
        return len(self.stretches.places) == 1 and not self.residue and not self.stretches.path

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
    order = search.order
    seen = Subquery(Look.objects.filter(case=OuterRef("pk"), person=person).values("revision")[:1])
    if search.is_one_stretch:
        only = _beyond(search.stretches, order, mark).filter(**search.stretches.places[0])
        return list[Case](only.annotate(seen=seen).order_by(*_by(order))[:limit]), None
    looked, values = _looked_at(search, mark, limit)
    found = RawSQL(*_ids_of(search, looked, values, limit), output_field=UUIDField())
    cases = list[Case](Case.objects.annotate(seen=seen).filter(pk__in=found).order_by(*_by(order)))
    if not search.residue or len(cases) == limit:
        return cases, None
    cut = _where_it_stopped(search, looked, values)
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


def _ids_of(search: Search, looked: str, values: Sequence[list[Any]], limit: int) -> tuple[str, list[Any]]:
    """Which cases the first ``limit`` rows lead to, each once: two words of a place may lead to the same."""
    fits = "WHERE fits" if search.residue else ""
    part = f"SELECT * FROM (SELECT sorted_by, found FROM ({looked}) AS looked {fits} LIMIT {limit}) AS part"
    merged = f"{_joined(part, values, each_once=True)} {_sorted(search.order)} LIMIT {limit}"
    return f"SELECT found FROM ({merged}) AS merged", list(chain(*values))


def _where_it_stopped(search: Search, looked: str, values: Sequence[list[Any]]) -> Mark | None:
    """The first place at which a stretch was left before its end; None when all of them were read to their ends."""
    part = (
        f"SELECT sorted_by, found FROM (SELECT sorted_by, found, ROW_NUMBER() OVER ({_sorted(search.order)}) AS place"
        f" FROM ({looked}) AS looked) AS placed WHERE place = {search.most_looked_at}"
    )
    rows = fetch(f"{_joined(part, values)} {_sorted(search.order)} LIMIT 1", list(chain(*values)))
    return Mark(_as_python(rows[0][0], search.order.field), UUID(str(rows[0][1]))) if rows else None


def _joined(part: str, values: Sequence[list[Any]], *, each_once: bool = False) -> str:
    return (" UNION " if each_once else " UNION ALL ").join([part] * len(values))


def _sorted(order: Order) -> str:
    direction = "DESC" if order.is_descending else "ASC"
    return f"ORDER BY sorted_by {direction}, found {direction}"


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
    stretches, order = search.stretches, search.order
    names = list(stretches.places[0])
    fields = {name: stretches.rows.model._meta.get_field(name) for name in names}
    # A value that nothing else has stands for the place's own, until the text is there.
    stand_ins = {name: _stand_in(fields[name], nth) for nth, name in enumerate(names)}
    rows = _beyond(stretches, order, mark).filter(**stand_ins).order_by(*_by(order, stretches))
    rows = rows.annotate(sorted_by=F(order.field), found=F(stretches.id))
    if search.residue:
        judged = Q(*(_along(q, stretches.path) for q in search.residue))
        fits = ExpressionWrapper(judged, output_field=BooleanField())
        rows = rows.annotate(fits=fits).values("sorted_by", "found", "fits")[: search.most_looked_at]
    else:
        rows = rows.values("sorted_by", "found")[:limit]
    text, given = rows.query.get_compiler(connection=connection).as_sql()
    at = {name: _position(given, stand_in) for name, stand_in in stand_ins.items()}
    return text, [_with(list(given), at, fields, place) for place in stretches.places]


def _stand_in(field: Any, nth: int) -> Any:
    text = f"\x01{nth}"
    return text.encode() if field.get_internal_type() == "BinaryField" else text


def _position(given: Sequence[Any], stand_in: Any) -> int:
    # PostgreSQL's library wraps bytes.
    bare = [getattr(value, "obj", value) for value in given]
    return next(
        at
        for at, value in enumerate(bare)
        if isinstance(value, (str, bytes, memoryview)) and value == stand_in
    )


def _with(
    given: list[Any], at: Mapping[str, int], fields: Mapping[str, Any], place: Mapping[str, Any]
) -> list[Any]:
    for name, value in place.items():
        given[at[name]] = as_value(fields[name], value)
    return given


def _along(q: Q, path: str) -> Q:
    """The same condition, asked of the case that a row leads to."""
    if not path:
        return q
    turned = Q(_connector=q.connector, _negated=q.negated)
    for child in q.children:
        if isinstance(child, Q):
            turned.add(_along(child, path), q.connector)
        elif isinstance(child, tuple):
            turned.add(Q((f"{path}__{child[0]}", child[1])), q.connector)
        else:
            turned.add(Q(child), q.connector)
    return turned


class _Row(Func):
    """Several values as one: ``(a, b)``."""

    template = "(%(expressions)s)"
    output_field = BooleanField()


class _Compared(Func):
    """Two rows compared as one: in every database an index on their columns begins right at the place."""

    template = "%(expressions)s"
    output_field = BooleanField()


def _beyond(stretches: Stretches, order: Order, mark: Mark | None) -> QuerySet[Any]:
    if mark is None:
        return stretches.rows
    kind = DateField() if order.field == "due_on" else DateTimeField()
    here = _Row(F(order.field), F(stretches.id))
    there = _Row(Value(mark.value, output_field=kind), Value(mark.id, output_field=UUIDField()))
    return stretches.rows.filter(_Compared(here, there, arg_joiner=" < " if order.is_descending else " > "))


def _by(order: Order, stretches: Stretches | None = None) -> tuple[str, str]:
    sign = "-" if order.is_descending else ""
    return f"{sign}{order.field}", f"{sign}{stretches.id if stretches else 'pk'}"


# --- words ----------------------------------------------------------------------------------------------------------


def count_cases(words: Sequence[Sequence[Mapping[str, Any]]]) -> list[int]:
    """How many cases each word leads to, by the places of its rows: no more than ``RARE`` of each place. One statement."""
    rows = "SELECT 1 AS one FROM cases_word w WHERE w.agency_id = %s AND w.word_index = %s"
    counted = f"SELECT %s AS nth, (SELECT SUM(one) FROM ({rows} LIMIT {RARE}) AS counted) AS some"
    asked = [
        (nth, place["agency"], place["word_index"]) for nth, places in enumerate(words) for place in places
    ]
    count = [0] * len(words)
    for nth, some in fetch(
        " UNION ALL ".join([counted] * len(asked)), [value for each in asked for value in each]
    ):
        count[int(nth)] += int(some or 0)
    return count
