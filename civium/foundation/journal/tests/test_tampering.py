"""Somebody who owns the database changes it at random: the single-file verifier finds it, and says where and what.

The verifier runs as people run it, over a copy: the SQLite file, or an export.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civium.foundation.journal.actions.export_record import export_record
from civium.foundation.journal.actions.record import record
from civium.foundation.journal.actions.sequence_entries import sequence_entries
from civium.foundation.journal.append_only import lift_triggers, put_triggers
from civium.foundation.journal.copies import copies_folder
from civium.foundation.journal.models import Checkpoint, Entry, Head, Leaf
from civium.foundation.journal.signing import public_keys
from civium.foundation.journal.standalone.verify_record import (
    Check,
    DatabaseRecord,
    ExportedRecord,
    Finding,
    Tampered,
    is_signed_by,
    read_copies,
)
from civium.foundation.journal.tests.happenings import NOW, LampLit, LampMoved

pytestmark = pytest.mark.django_db
# An export has to be written for each on PostgreSQL: `CIVIUM_TAMPERINGS=1000` tries as many there.
TAMPERINGS = int(os.environ.get("CIVIUM_TAMPERINGS", "1000" if connection.vendor == "sqlite" else "40"))
SIZES = (7, 13, 26, 27, 40)


@pytest.fixture
def town(own_folders) -> list[int]:
    """Forty entries, signed for in five checkpoints, and three that wait."""
    by = SimpleNamespace(id=uuid4())
    ids: list[int] = []
    for size in (*SIZES, 43):
        with transaction.atomic():
            while len(ids) < size:
                event = (
                    LampLit(lamp=uuid4())
                    if len(ids) % 3
                    else LampMoved(lamp=uuid4(), subject=f"post:{uuid4()}")
                )
                ids.append(record(event, by=by if len(ids) % 2 else None, at=NOW).id)
        if size in SIZES:
            sequence_entries(at=NOW)
    return ids


@pytest.fixture
def unguarded(town) -> Iterator[list[int]]:
    """As whoever owns the database may have it: without the triggers that keep the record from being changed."""
    lift_triggers(connection)
    yield town
    put_triggers(connection)


@pytest.fixture
def exported(town, tmp_path) -> Path:
    path = tmp_path / "export.jsonl"
    assert export_record(path) == 40
    return path


# The same signatures come again and again.
by_itself = lru_cache(maxsize=None)(is_signed_by)


def find(record_: Any, **more: Any) -> Finding | None:
    check = Check(record_, public_keys(), check=by_itself, **more)
    try:
        check.run()
    except Tampered as tampered:
        return tampered.finding
    return None


def find_in_database(**more: Any) -> Finding | None:
    """What the verifier says of this database; on PostgreSQL of an export of it."""
    more = {"copies": read_copies(copies_folder()), **more}
    if connection.vendor == "sqlite":
        return find(DatabaseRecord(rows), **more)
    path = copies_folder().with_name(f"{uuid4()}.jsonl")
    export_record(path)
    return find(ExportedRecord(path), **more)


def rows(statement: str) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        yield from cursor.fetchall()


def test_an_export_is_as_whole_as_its_record(exported):
    assert find(ExportedRecord(exported)) is None
    assert find(ExportedRecord(exported), copies=read_copies(copies_folder())) is None


@pytest.mark.skipif(
    connection.vendor != "sqlite",
    reason="the verifier reads a database file of SQLite, and an export of others",
)
def test_an_entry_that_is_left_out_of_a_list_alone_is_found(town, tmp_path):
    """Every entry is whole, and the list by which those about somebody are found was made without one of them."""
    (tmp_path / "copy.sqlite3").write_bytes(connection.connection.serialize())
    with closing(sqlite3.connect(tmp_path / "copy.sqlite3", isolation_level=None)) as copy:
        assert find(DatabaseRecord(copy.execute)) is None
        (name, sql), *_ = copy.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '%journal_entry%(\"stream\"%'"
        ).fetchall()
        (stream,) = copy.execute("SELECT stream FROM journal_entry LIMIT 1").fetchone()
        copy.execute(f"DROP INDEX {name}")
        copy.execute(f"{sql} WHERE stream <> '{stream}'")
        copy.execute("PRAGMA writable_schema = ON")
        copy.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (sql, name))
    with closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as copy:
        assert copy.execute("SELECT 1 FROM journal_entry WHERE stream = ?", (stream,)).fetchall() == []
        finding = find(DatabaseRecord(copy.execute))
    assert (finding.kind, name in finding.words) == ("hidden", True)


def test_any_byte_of_an_export(exported, tmp_path):
    """One byte, anywhere in the file, is another one: found, each time, at the entry or the line where it is."""
    whole, pick = exported.read_bytes(), random.Random(37)
    damaged = tmp_path / "damaged.jsonl"
    missed = []
    for _ in range(1000):
        place = pick.randrange(
            whole.index(b"\n") + 1, len(whole)
        )  # the first line says nothing of the record
        other = pick.choice([byte for byte in range(256) if byte != whole[place]])
        damaged.write_bytes(whole[:place] + bytes([other]) + whole[place + 1 :])
        finding = find(ExportedRecord(damaged), copies=read_copies(copies_folder()))
        line = whole[:place].count(b"\n") + 1
        hit = whole.splitlines()[line - 1]
        if finding is None or (hit.startswith(b'{"entry"') and finding.place not in (line - 3, line - 4)):
            missed.append((place, other, hit[:40], finding))
    assert missed == [], missed


COLUMNS = {
    "journal_entry": ("at", "kind", "stream", "also", "by_id", "data", "salt", "leaf"),
    "journal_checkpoint": ("note", "at"),
    "journal_head": ("frontier", "note"),
}


@pytest.mark.skipif(
    "connection.vendor != 'sqlite'", reason="PostgreSQL keeps no bytes that are not of the column's type"
)
def test_any_byte_of_any_column_of_a_database(town):
    pick, missed = random.Random(41), []
    lift_triggers(connection)
    targets = [
        (table, column, key)
        for table, columns in COLUMNS.items()
        for column in columns
        for key in keys_of(table, column)
    ]
    for _ in range(TAMPERINGS):
        table, column, key = pick.choice(targets)
        with transaction.atomic():
            change_a_byte(table, column, key, pick)
            finding = find_in_database()
            is_found = finding is not None and (table != "journal_entry" or finding.entry == key)
            if not is_found:
                missed.append((table, column, key, finding))
            transaction.set_rollback(True)
    put_triggers(connection)
    assert missed == [], missed


def keys_of(table: str, column: str) -> list[int]:
    key = {"journal_checkpoint": "size"}.get(table, "id")
    return [id for (id,) in rows(f"SELECT {key} FROM {table} WHERE length({column}) > 0 AND {key} > 0")]


def change_a_byte(table: str, column: str, key: int, pick: random.Random) -> None:
    name = {"journal_checkpoint": "size"}.get(table, "id")
    ((value, kind),) = rows(
        f"SELECT CAST({column} AS BLOB), typeof({column}) FROM {table} WHERE {name} = {key}"
    )
    place = pick.randrange(len(value))
    other = pick.choice([byte for byte in range(1, 256) if byte != value[place]])
    changed = (value[:place] + bytes([other]) + value[place + 1 :]).hex()
    written = f"CAST(x'{changed}' AS TEXT)" if kind == "text" else f"x'{changed}'"
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = {written} WHERE {name} = {key}")


# --- whole entries, on both databases ----------------------------------------------------------------------------------


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA defer_foreign_keys=ON")
        else:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for statement in statements:
            cursor.execute(statement)


def swap(ids: list[int], a: int, b: int) -> tuple[str, ...]:
    return (
        f"DELETE FROM journal_leaf WHERE entry_id IN ({ids[a]}, {ids[b]})",
        f"INSERT INTO journal_leaf (place, entry_id) VALUES ({a}, {ids[b]}), ({b}, {ids[a]})",
    )


def remove(ids: list[int], a: int, b: int) -> tuple[str, ...]:
    return (
        f"DELETE FROM journal_leaf WHERE place = {a}",
        f"DELETE FROM journal_entry WHERE id = {ids[a]}",
        f"UPDATE journal_leaf SET place = -place WHERE place > {a}",
        "UPDATE journal_leaf SET place = -place - 1 WHERE place < 0",
    )


def insert(ids: list[int], a: int, b: int) -> tuple[str, ...]:
    return (
        f"UPDATE journal_leaf SET place = -place - 1 WHERE place >= {a}",
        "UPDATE journal_leaf SET place = -place WHERE place < 0",
        f"INSERT INTO journal_leaf (place, entry_id) VALUES ({a}, {ids[40]})",
    )


def change(ids: list[int], a: int, b: int) -> tuple[str, ...]:
    """The fields, and the entry's own hash with them."""
    entry = Entry.objects.get(id=ids[a])
    entry.kind = "tests.Nothing"
    leaf = entry.computed_leaf().hex()
    literal = f"x'{leaf}'" if connection.vendor == "sqlite" else rf"'\x{leaf}'"
    return (f"UPDATE journal_entry SET kind = 'tests.Nothing', leaf = {literal} WHERE id = {ids[a]}",)


def truncate(ids: list[int], a: int, b: int) -> tuple[str, ...]:
    return (
        f"DELETE FROM journal_leaf WHERE place >= {a}",
        f"DELETE FROM journal_checkpoint WHERE size > {a}",
        "DELETE FROM journal_entry WHERE id NOT IN (SELECT entry_id FROM journal_leaf)",
    )


KINDS = {
    "reordered": swap,
    "removed": remove,
    "inserted": insert,
    "changed": change,
    "truncated": truncate,
}


@settings(max_examples=TAMPERINGS, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    kind=st.sampled_from(sorted(KINDS)),
    places=st.lists(st.integers(0, 39), min_size=2, max_size=2, unique=True),
)
def test_whoever_owns_the_database_is_found_at_the_first_entry_they_touched(unguarded, kind, places):
    a, b = sorted(places)
    with transaction.atomic():
        run(*KINDS[kind](unguarded, a, b))
        finding = find_in_database()
        transaction.set_rollback(True)
    assert finding is not None
    if kind == "truncated":
        assert (finding.kind, finding.place) == (kind, a)
    elif kind == "removed" and a == 39:  # the last one: what waits or nothing follows
        assert finding.kind in {"removed", "truncated"}
    else:
        assert (finding.kind, finding.place) == (kind, a)


def roll_back(size: int) -> None:
    """Everything in the database is as it was then, and agrees with itself."""
    note = Checkpoint.objects.get(size=size).note
    run(*truncate([], size, 0))
    kept = Leaf.objects.order_by("place").values_list("entry__leaf", flat=True)
    from civium.foundation.journal.merkle import Frontier

    frontier = Frontier()
    for leaf in kept:
        frontier.append(bytes(leaf))
    Head.objects.update(size=size, frontier=frontier.to_bytes(), note=note)


@pytest.mark.parametrize("size", SIZES[:-1])
def test_a_record_that_was_rolled_back_is_given_away_by_what_lies_elsewhere(town, size):
    noted = Checkpoint.objects.get(size=40).note
    lift_triggers(connection)
    try:
        roll_back(size)
        assert find_in_database(copies=()) is None, "nothing in the database itself can tell"
        for elsewhere in ({}, {"copies": (), "noted": [noted]}, {"copies": (), "at_least": 40}):
            finding = find_in_database(**elsewhere)
            assert (finding.kind, finding.place) == ("rolled back", size)
    finally:
        put_triggers(connection)


@pytest.mark.parametrize("size", SIZES[:-1])
def test_a_record_that_was_rolled_back_and_written_anew_with_the_key_is_a_fork(town, size):
    noted = Checkpoint.objects.get(size=40).note
    copies = list(read_copies(copies_folder()))
    lift_triggers(connection)
    try:
        roll_back(size)
        shutil.rmtree(copies_folder())
        with transaction.atomic():
            for _ in range(50 - size):
                record(LampLit(lamp=uuid4()), by=None, at=NOW)
        sequence_entries(at=NOW)
        assert find_in_database() is None
        finding = find_in_database(copies=copies)
        assert (finding.kind, finding.place) == ("forked", size)
        finding = find_in_database(copies=(), noted=[noted])
        assert (finding.kind, finding.place) == ("forked", size)
    finally:
        put_triggers(connection)
