"""Reading lists from stretches of indexes: rows that lie together are merged, judged and paged without counting or skipping.

Django writes each stretch; here they are joined, because its unions may neither sort nor stop inside. Every value is a
parameter; what is put into the text are names and numbers of our own.
"""
# ruff: noqa: S608

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import (
    BooleanField,
    DateField,
    DateTimeField,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
)

from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import NotFound, require

from .models import Case, Look
from .rules.finding import beyond

MOST_LOOKED_AT = 2_000
# Words that begin as the one that was typed; whoever wants more types one more letter.
MOST_WORDS_TRIED = 12


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
        return replace(self, is_descending=not self.is_descending)

    def mark(self, text: str) -> Mark:
        """The place that an opaque text names. Refuses with NotFound what we never gave."""
        value, _, row = text.partition("~")
        parse = dt.date.fromisoformat if self.field == "due_on" else dt.datetime.fromisoformat
        try:
            mark = Mark(parse(value), UUID(row))
        except ValueError:
            raise NotFound from None
        is_whole = not isinstance(mark.value, dt.datetime) or mark.value.tzinfo is not None
        require(is_whole, NotFound)
        return mark

    def mark_of(self, case: Case) -> Mark:
        return Mark(getattr(case, self.field), case.pk)


@dataclass(frozen=True)
class Stretch:
    """Rows that lie together in one index: ``rows`` of cases, or of words with the path ``case`` to theirs."""

    rows: QuerySet[Any]
    path: str = ""

    @property
    def id(self) -> str:
        return f"{self.path}_id" if self.path else "pk"


@dataclass(frozen=True)
class Search:
    """A list as it is read: where its rows lie, and what else each of them must be."""

    stretches: Sequence[Stretch]
    residue: Sequence[Q]
    order: Order


def count_up_to(most: int, lists: Mapping[str, Sequence[Stretch]]) -> dict[str, int]:
    """How many rows each list has, never more than ``most``, in one statement."""
    parts: list[str] = []
    values: list[Any] = []
    for name, stretches in lists.items():
        rows = [written(stretch.rows.order_by().values(stretch.id)[:most]) for stretch in stretches]
        if rows:
            together = " UNION ALL ".join(f"SELECT 1 AS one FROM ({sql}) AS some" for sql, _ in rows)
            parts.append(f"SELECT %s, SUM(one) FROM ({together} LIMIT {most}) AS counted")
            values += [name, *(value for _, given in rows for value in given)]
    found = dict(fetch(" UNION ALL ".join(parts), values)) if parts else {}
    return {name: int(found.get(name) or 0) for name in lists}


def read(search: Search, mark: Mark | None, person: Person, limit: int) -> tuple[list[Case], Mark | None]:
    """The first ``limit`` cases beyond the mark, in order; and where the search stopped when it did not come to the end."""
    if not search.stretches:
        return [], None
    order = search.order
    seen = Look.objects.filter(case=OuterRef("pk"), person=person).values("revision")
    rows = Case.objects.annotate(seen=Subquery(seen[:1]))
    if len(search.stretches) == 1 and not search.residue and not search.stretches[0].path:
        only = _beyond(search.stretches[0], order, mark).annotate(seen=Subquery(seen[:1]))
        return list[Case](only.order_by(*_by(order))[:limit]), None
    found, cut = _find_ids(search, mark, limit)
    unsorted: Sequence[Case] = rows.filter(pk__in=found) if found else []  # type: ignore[assignment]
    cases = sorted(unsorted, key=order.mark_of, reverse=order.is_descending)
    if cut:
        cases = [case for case in cases if _is_before(order.mark_of(case), cut, order)]
    return cases, cut


def _is_before(mark: Mark, cut: Mark, order: Order) -> bool:
    return mark >= cut if order.is_descending else mark <= cut


def _find_ids(search: Search, mark: Mark | None, limit: int) -> tuple[list[UUID], Mark | None]:
    looked = [written(_looked_at(stretch, search, mark, limit)) for stretch in search.stretches]
    direction = "DESC" if search.order.is_descending else "ASC"
    fits = "WHERE fits" if search.residue else ""
    parts = [
        f"SELECT * FROM (SELECT sorted_by, found FROM ({sql}) AS looked {fits} LIMIT {limit}) AS part"
        for sql, _ in looked
    ]
    values = [value for _, given in looked for value in given]
    rows = fetch(
        f"{' UNION ALL '.join(parts)} ORDER BY sorted_by {direction}, found {direction} LIMIT {limit}", values
    )
    ids = list(dict.fromkeys(UUID(str(id)) for _, id in rows))
    if not search.residue or len(rows) == limit:
        return ids, None
    return ids, _where_it_stopped(search, looked)


def _where_it_stopped(search: Search, looked: Sequence[tuple[str, Sequence[Any]]]) -> Mark | None:
    """The first place at which a stretch was left before its end; None when all of them were read to their ends."""
    direction = "DESC" if search.order.is_descending else "ASC"
    parts = [
        f"SELECT sorted_by, found FROM (SELECT sorted_by, found, ROW_NUMBER() OVER (ORDER BY sorted_by {direction},"
        f" found {direction}) AS place FROM ({sql}) AS looked) AS placed WHERE place = {MOST_LOOKED_AT}"
        for sql, _ in looked
    ]
    values = [value for _, given in looked for value in given]
    rows = fetch(
        f"{' UNION ALL '.join(parts)} ORDER BY sorted_by {direction}, found {direction} LIMIT 1", values
    )
    if not rows:
        return None
    value, id = rows[0]
    return Mark(_as_python(value, search.order.field), UUID(str(id)))


def _as_python(value: Any, field: str) -> Any:
    """SQLite gives days and moments as text where nothing says what they are."""
    if not isinstance(value, str):
        return value
    if field == "due_on":
        return dt.date.fromisoformat(value)
    return dt.datetime.fromisoformat(value).replace(tzinfo=dt.UTC)


def _looked_at(stretch: Stretch, search: Search, mark: Mark | None, limit: int) -> QuerySet[Any]:
    """The rows of one stretch that are looked at: what they are sorted by, their case, and whether they fit."""
    rows = _beyond(stretch, search.order, mark).order_by(*_by(search.order, stretch))
    rows = rows.annotate(sorted_by=F(search.order.field), found=F(stretch.id))
    if not search.residue:
        return rows.values("sorted_by", "found")[:limit]
    judged = Q(*(_along(q, stretch.path) for q in search.residue))
    fits = ExpressionWrapper(judged, output_field=BooleanField())
    return rows.annotate(fits=fits).values("sorted_by", "found", "fits")[:MOST_LOOKED_AT]


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


def _beyond(stretch: Stretch, order: Order, mark: Mark | None) -> QuerySet[Any]:
    if mark is None:
        return stretch.rows
    kind = DateField() if order.field == "due_on" else DateTimeField()
    here = _Row(F(order.field), F(stretch.id))
    there = _Row(Value(mark.value, output_field=kind), Value(mark.id, output_field=UUIDField()))
    return stretch.rows.filter(_Compared(here, there, arg_joiner=" < " if order.is_descending else " > "))


def _by(order: Order, stretch: Stretch | None = None) -> tuple[str, str]:
    sign = "-" if order.is_descending else ""
    return f"{sign}{order.field}", f"{sign}{stretch.id if stretch else 'pk'}"


def written(rows: QuerySet[Any]) -> tuple[str, Sequence[Any]]:
    sql, values = rows.query.get_compiler(connection=connection).as_sql()
    return sql, values


def fetch(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def words_beginning(start: bytes, agencies: Sequence[str]) -> list[tuple[str, bytes]]:
    """The words of each agency that begin so, by jumping through the index from one to the next."""
    if not agencies:
        return []
    first = (
        "SELECT word FROM cases_word WHERE agency_id = {0} AND word >= %s AND word < %s ORDER BY word LIMIT 1"
    )
    later = "SELECT word FROM cases_word WHERE agency_id = {0} AND word > known.word AND word < %s ORDER BY word LIMIT 1"
    sql = (
        f"WITH RECURSIVE known(agency, word, place) AS (SELECT name, ({first.format('name')}), 1 FROM identity_agency"
        f" WHERE name IN ({', '.join(['%s'] * len(agencies))})"
        f" UNION ALL SELECT agency, ({later.format('agency')}), place + 1 FROM known"
        f" WHERE known.word IS NOT NULL AND place < {MOST_WORDS_TRIED})"
        " SELECT agency, word FROM known WHERE word IS NOT NULL"
    )
    found = fetch(sql, [start, beyond(start), *agencies, beyond(start)])
    return [(agency, bytes(word)) for agency, word in found]
