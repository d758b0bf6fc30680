"""Querysets that are compiled once: for what every page asks, the database is quicker than Django is at putting the question.

    _of_person = Prepared(lambda person: Case.objects.filter(applicant=person).order_by("-opened_at")[:21], person=UUIDField())
    cases = _of_person(person=person.pk)

The queryset is built once for each connection, with a blank in the place of each value, and its SQL is kept; asking fills the
blanks in. What comes out is what the queryset would give: the same rows, related rows and annotations.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, QuerySet
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
        compiler.as_sql = lambda *_, **__: (sql, filled)
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
            queryset.query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign]
            kept[self] = queryset, compiler, sql, words
        found: tuple[Any, Any, str, tuple[Any, ...]] = kept[self]
        return found
