"""Querysets and single rows that are compiled once: for what every page asks, the database is quicker than Django is at putting the question.

    _of_person = Prepared(lambda person: Case.objects.filter(applicant=person).order_by("-opened_at")[:21], person=UUIDField())
    cases = _of_person(person=person.pk)

The queryset is built once for each connection, with a blank in the place of each value, and its SQL is kept; asking fills the
blanks in. What comes out is what the queryset would give: the same rows, related rows and annotations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row")


class Blank(Expression):
    """Where a value comes later."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]


class Prepared(Generic[Row]):
    """A queryset with blanks. ``ask`` gets a blank for each of ``blanks``, whose field says how the database wants the value."""

    def __init__(self, ask: Callable[..., QuerySet[Any, Row]], **blanks: Field[Any, Any]) -> None:
        self._ask, self._blanks = ask, blanks

    def __call__(self, **values: Any) -> list[Row]:
        """The rows, as the queryset with these values gives them."""
        connection = connections[DEFAULT_DB_ALIAS]
        queryset, compiler, sql, words = self._compiled(connection)
        if queryset.query.select_for_update and not connection.in_atomic_block:
            raise TransactionManagementError("what is held is held in a transaction")
        filled = [
            word.output_field.get_db_prep_value(values[word.name], connection)
            if isinstance(word, Blank)
            else word
            for word in words
        ]
        with connection.cursor() as cursor:
            cursor.execute(sql, filled)
            found = cursor.fetchall()
        # Where nothing is found nothing has to be made of it, which takes Django longer than asking.
        if not found:
            return []
        compiler.execute_sql = lambda *_, **__: [found]
        rows: list[Row] = list(queryset._iterable_class(queryset))
        return rows

    def _compiled(self, connection: BaseDatabaseWrapper) -> tuple[Any, Any, str, tuple[Any, ...]]:
        kept = connection.__dict__.setdefault("_civium_prepared", {})
        if self not in kept:
            queryset = self._ask(**{name: Blank(name, field) for name, field in self._blanks.items()})
            compiler = queryset.query.get_compiler(connection=connection)
            sql, words = compiler.as_sql()
            converters = compiler.get_converters(
                [column[0] for column in compiler.select[: compiler.col_count]]
            )
            compiler.get_converters = lambda _: converters
            compiler.apply_converters = partial(_converted, connection)
            assert not compiler.has_extra_select, "a column that is only sorted by would be among the values"
            queryset.query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign]
            kept[self] = queryset, compiler, sql, words
        found: tuple[Any, Any, str, tuple[Any, ...]] = kept[self]
        return found


def _converted(
    connection: BaseDatabaseWrapper, rows: Iterable[Sequence[Any]], converters: Mapping[int, Any]
) -> Iterator[list[Any]]:
    """The rows as their fields want them, as Django does it; but nobody is asked what to make of no value."""
    for row in map(list, rows):
        for place, (converts, expression) in converters.items():
            if (value := row[place]) is not None:
                for convert in converts:
                    value = convert(value, expression, connection)
                row[place] = value
        yield row


def insert(row: Model, *, unless_there: bool = False) -> bool:
    """Put one new row into its table, as ``save(force_insert=True)`` does; whether it was put there.

    With ``unless_there`` a row that the table does not let in beside those that are there is left out, without a failed statement.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    kept = connection.__dict__.setdefault("_civium_inserts", {})
    if (type(row), unless_there) not in kept:
        kept[type(row), unless_there] = _compiled_insert(row, unless_there, connection)
    sql, fields, numbered = kept[type(row), unless_there]
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        if numbered is not None:
            setattr(row, numbered, cursor.fetchone()[0])
        is_new = bool(numbered) or cursor.rowcount == 1
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return is_new


def _compiled_insert(
    row: Model, unless_there: bool, connection: BaseDatabaseWrapper
) -> tuple[str, list[Any], str | None]:
    """Django's own statement for a row of the kind, its fields, and what the database numbers it by."""
    meta = row._meta
    numbers = meta.auto_field is not None and not unless_there
    assert meta.auto_field is None or numbers, "a row that may be there already has no number to come back"
    fields = [field for field in meta.concrete_fields if field is not meta.auto_field]
    query = InsertQuery(type(row), on_conflict=OnConflict.IGNORE if unless_there else None)
    query.insert_values(fields, [row], raw=False)
    compiler: Any = query.get_compiler(connection=connection)
    compiler.returning_fields = [meta.auto_field] if numbers else None
    ((sql, _values),) = compiler.as_sql()
    assert sql.count("%s") == len(fields)
    return sql, fields, meta.auto_field.attname if numbers and meta.auto_field else None


def change(row: Model, *names: str) -> None:
    """Write these columns of a row that is there, as ``save(update_fields=names)`` does."""
    change_all([row], *names)


def change_all(rows: Sequence[Model], *names: str) -> None:
    """Write these columns of many rows of one kind that are there: what ``bulk_update`` does, in a tenth of its time."""
    if not rows:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    kept = connection.__dict__.setdefault("_civium_changes", {})
    kind = type(rows[0])
    if (kind, names) not in kept:
        kept[kind, names] = _compiled_change(rows[0], names, connection)
    sql, fields = kept[kind, names]
    values = [
        [field.get_db_prep_save(field.pre_save(row, False), connection) for field in fields] for row in rows
    ]
    with connection.cursor() as cursor:
        if len(values) == 1:
            cursor.execute(sql, values[0])
        else:
            cursor.executemany(sql, values)
        if cursor.rowcount != len(rows):
            raise DatabaseError(f"there is no such {kind._meta.verbose_name} to change")


def _compiled_change(
    row: Model, names: tuple[str, ...], connection: BaseDatabaseWrapper
) -> tuple[str, list[Any]]:
    meta, quoted = row._meta, connection.ops.quote_name
    fields: list[Any] = [meta.get_field(name) for name in names]
    key: Any = meta.pk
    columns = ", ".join(f"{quoted(field.column)} = %s" for field in fields)
    sql = f"UPDATE {quoted(meta.db_table)} SET {columns} WHERE {quoted(key.column)} = %s"  # noqa: S608 - names of ours
    return sql, [*fields, key]
