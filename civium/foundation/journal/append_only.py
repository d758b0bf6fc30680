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
# What PostgreSQL's triggers call.
_BODY = f" BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation'; END "
_RULES = (
    "SELECT rulename, tablename FROM pg_rules WHERE starts_with(tablename, 'journal_') "
    "UNION SELECT policyname, tablename FROM pg_policies WHERE starts_with(tablename, 'journal_')"
)


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
    """The names of the triggers that are gone, were switched off, or do something else than ours."""
    standing = {definition for _name, definition in _standing(database)}
    return [_name_of(statement) for statement in _wanted(database) if statement not in standing]


def strange_triggers(database: BaseDatabaseWrapper) -> list[str]:
    """The names of triggers on the record's tables that are not ours, and of rules and policies: they can keep an entry from being
    written, or from being found."""
    wanted = set(_wanted(database))
    strange = [name for name, definition in _standing(database) if definition not in wanted]
    if database.vendor == "postgresql":
        strange += [name for name, _table in _select(database, _RULES)]
    return sorted(strange)


def _wanted(database: BaseDatabaseWrapper) -> list[str]:
    """Our triggers, as ``_standing`` gives them."""
    if database.vendor == "sqlite":
        return list(_sqlite_triggers(APPEND_ONLY))
    _function, *triggers = _postgresql_triggers(APPEND_ONLY)
    return [trigger.lower() for trigger in triggers]


def _standing(database: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    """The name and the definition of every trigger on the record's tables; one that is off, or calls what is not ours, has none."""
    if database.vendor == "sqlite":  # where names are the same in any case
        there = (
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND lower(tbl_name) GLOB 'journal_*'"
        )
    else:
        there = (
            f"SELECT t.tgname, CASE WHEN t.tgenabled IN ('O', 'A') AND f.prosrc = $${_BODY}$$ "  # noqa: S608 - no words from outside
            "THEN lower(pg_get_triggerdef(t.oid, true)) ELSE '' END "
            "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc f ON f.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal AND starts_with(c.relname, 'journal_') AND pg_table_is_visible(c.oid)"
        )
    return _select(database, there)


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
    yield f"CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $${_BODY}$$"
    for table in tables:
        for what in _refused(table, "update", "delete", "truncate"):
            yield (
                f"CREATE TRIGGER {table}_{what} BEFORE {what} ON {table} "
                f"FOR EACH {'STATEMENT' if what == 'truncate' else 'ROW'} EXECUTE FUNCTION journal_refuse()"
            )
