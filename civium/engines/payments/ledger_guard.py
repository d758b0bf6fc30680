"""The triggers that keep the ledger append-only, for SQLite and PostgreSQL.

They stand as long as the journal's do: whoever empties a test or demo database lifts those, and lifts these with them.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

_TABLE = "payments_ledgerline"
_REFUSAL = "the ledger is append-only"
_JOURNAL_TRIGGER = "journal_entry_delete"


def put_guard(database: BaseDatabaseWrapper) -> None:
    """Have the database refuse to change or remove lines of the ledger."""
    make = _sqlite_triggers if database.vendor == "sqlite" else _postgresql_triggers
    with database.cursor() as cursor:
        for statement in make():
            cursor.execute(statement)


def missing_guards(database: BaseDatabaseWrapper) -> list[str]:
    """The names of the triggers that are gone or were switched off."""
    if database.vendor == "sqlite":
        there, whats = "SELECT name FROM sqlite_master WHERE type = 'trigger'", ("update", "delete", "insert")
    else:
        there = "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
        whats = ("update", "delete", "truncate")
    with database.cursor() as cursor:
        cursor.execute(there)
        standing = {name for (name,) in cursor.fetchall()}
    return [name for what in whats if (name := f"{_TABLE}_{what}") not in standing]


def _sqlite_triggers() -> Iterator[str]:
    guarded = (
        "EXISTS (SELECT 1 FROM sqlite_master "  # noqa: S608 - only names of ours
        f"WHERE type = 'trigger' AND name = '{_JOURNAL_TRIGGER}')"
    )
    # INSERT OR REPLACE removes the row that is in its way without asking the trigger on delete.
    replaced = (
        f"EXISTS (SELECT 1 FROM {_TABLE} AS line WHERE line.id = NEW.id "  # noqa: S608 - only names of ours
        "OR (line.payment_id = NEW.payment_id AND line.kind = NEW.kind))"
    )
    for what, when in (("update", guarded), ("delete", guarded), ("insert", replaced)):
        yield (
            f"CREATE TRIGGER {_TABLE}_{what} BEFORE {what} ON {_TABLE} WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )


def _postgresql_triggers() -> Iterator[str]:
    yield (
        "CREATE OR REPLACE FUNCTION payments_ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "  # noqa: S608
        f"IF EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = '{_JOURNAL_TRIGGER}') THEN "
        f"RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    for what, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
        yield (
            f"CREATE TRIGGER {_TABLE}_{what} BEFORE {what} ON {_TABLE} "
            f"FOR EACH {each} EXECUTE FUNCTION payments_ledger_refuse()"
        )
