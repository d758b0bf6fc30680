"""The triggers that make tables append-only, for SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

# Tables that nobody may change, each with its keys: the columns that are unique, alone or together.
APPEND_ONLY: dict[str, tuple[tuple[str, ...], ...]] = {
    "journal_entry": (("id",),),
    "journal_leaf": (("place",), ("entry_id",)),
    "journal_checkpoint": (("size",),),
    "journal_cosignature": (("id",), ("checkpoint_id", "witness")),
    "journal_detail": (("entry_id",),),
}
# Those whose rows may go, because somebody is forgotten.
FORGETTABLE = {"journal_detail"}
_REFUSAL = "the journal is append-only"


def put_triggers(database: BaseDatabaseWrapper, tables: Iterable[str] = APPEND_ONLY) -> None:
    """Have the database refuse to change or remove rows of these append-only tables."""
    make = _sqlite_triggers if database.vendor == "sqlite" else _postgresql_triggers
    _run(database, make(tables))


def lift_triggers(database: BaseDatabaseWrapper, tables: Iterable[str] = APPEND_ONLY) -> None:
    """Take the triggers away."""
    on_table = database.vendor != "sqlite"
    _run(
        database,
        (
            f"DROP TRIGGER IF EXISTS {table}_{what}" + (f" ON {table}" if on_table else "")
            for table in tables
            for what in ("insert", "update", "delete", "truncate")
            if on_table or what != "truncate"
        ),
    )


def missing_triggers(database: BaseDatabaseWrapper) -> list[str]:
    """The names of the triggers that are gone, were switched off, or (SQLite) do something else than ours."""
    if database.vendor == "sqlite":
        wanted = {_name_of(statement): statement for statement in _sqlite_triggers(APPEND_ONLY)}
        there = dict(_select(database, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        return [name for name, statement in wanted.items() if there.get(name) != statement]
    on = "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgenabled IN ('O', 'A') AND NOT tgisinternal"
    enabled = set(_select(database, on))
    return [
        f"{table}_{what}"
        for table in APPEND_ONLY
        for what in _refused(table, "update", "delete", "truncate")
        if (f"{table}_{what}", table) not in enabled
    ]


def _name_of(statement: str) -> str:
    return statement.split()[2]


def _select(database: BaseDatabaseWrapper, statement: str) -> list[tuple[str, str]]:
    with database.cursor() as cursor:
        cursor.execute(statement)
        return [(str(first), str(second)) for first, second in cursor.fetchall()]


@contextmanager
def triggers_lifted() -> Iterator[None]:
    """For emptying a test or demo database, and nothing else."""
    lift_triggers(connection)
    try:
        yield
    finally:
        put_triggers(connection)


def _refused(table: str, *changes: str) -> list[str]:
    return [what for what in changes if what == "update" or table not in FORGETTABLE]


def _run(database: BaseDatabaseWrapper, statements: Iterator[str]) -> None:
    with database.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _sqlite_triggers(tables: Iterable[str]) -> Iterator[str]:
    for table in tables:
        for what in _refused(table, "update", "delete"):
            yield (
                f"CREATE TRIGGER {table}_{what} BEFORE {what} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )
        # INSERT OR REPLACE removes the row that is in its way, by any of its keys, without asking the trigger above.
        # Before the insert SQLite shows a row without a number of its own as number -1, which no row of ours has.
        taken = " OR ".join(
            " AND ".join(f"{column} = NEW.{column}" for column in key)
            for key in (*APPEND_ONLY[table], ("rowid",))
        )
        yield (
            f"CREATE TRIGGER {table}_insert BEFORE INSERT ON {table} "  # noqa: S608 - no words from outside
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {taken}) "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )


def _postgresql_triggers(tables: Iterable[str]) -> Iterator[str]:
    yield (
        "CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in tables:
        for what in _refused(table, "update", "delete", "truncate"):
            yield (
                f"CREATE TRIGGER {table}_{what} BEFORE {what} ON {table} "
                f"FOR EACH {'STATEMENT' if what == 'truncate' else 'ROW'} EXECUTE FUNCTION journal_refuse()"
            )
