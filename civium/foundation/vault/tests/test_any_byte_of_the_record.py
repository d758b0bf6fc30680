"""One byte is another one, anywhere in the tables of the record: it is found, and it is said where, and what was done.

By the site and by the single file: over the database on SQLite, over an export on PostgreSQL, where `CIVIUM_TAMPERINGS=1000` tries as many.
"""

from __future__ import annotations

import os
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from civium.foundation.journal import signing
from civium.foundation.journal.actions.ask_witnesses import ask_witnesses
from civium.foundation.journal.actions.export_record import export_record
from civium.foundation.journal.actions.make_signing_key import make_signing_key
from civium.foundation.journal.actions.record import PersonalDetail, record, record_all
from civium.foundation.journal.actions.sequence_entries import sequence_entries
from civium.foundation.journal.actions.verify import the_record
from civium.foundation.journal.append_only import lift_triggers, put_triggers
from civium.foundation.journal.copies import copies_folder
from civium.foundation.journal.standalone import verify_record
from civium.foundation.journal.standalone.verify_record import (
    SUBTREE,
    Check,
    ExportedRecord,
    Finding,
    Tampered,
    read_copies,
)
from civium.foundation.journal.standalone.witness import Witness, serve
from civium.foundation.journal.tests.happenings import NOW, LampLit, LampMoved

pytestmark = pytest.mark.django_db
TAMPERINGS = int(os.environ.get("CIVIUM_TAMPERINGS", "1000" if connection.vendor == "sqlite" else "120"))

# Every table of the record, with its key and its columns.
RECORD = {
    "journal_entry": "id at kind stream also by_id on_behalf_of_id data salt detail_hash leaf",
    "journal_detail": "entry_id owner sealed",
    "journal_leaf": "place entry_id",
    "journal_checkpoint": "size at note",
    "journal_subtree": "number root",
    "journal_cosignature": "id checkpoint_id witness note",
    "journal_head": "id size frontier note",
}
# What the journal notes for its own work. It changes all the time, and says nothing of what happened.
NOTES = {
    "journal_head": "settled",
    "journal_witnessstate": "name size note cosigned_at tried_at trouble",
    "journal_reactionrun": "id entry_id reaction state attempts error trace tried_at done_at",
}
SAID = {
    "journal_entry": {"changed"},
    "journal_detail": {"changed", "inserted"},
    "journal_leaf": {"changed", "reordered", "inserted"},
    "journal_checkpoint": {"forged checkpoint"},
    "journal_subtree": {"changed"},
    "journal_cosignature": {"changed", "forged checkpoint"},
    "journal_head": {"changed head", "forged checkpoint"},
}
# An export ends with its head: what was moved beyond it is not there.
SAID_OF_EXPORT = {**SAID, "journal_leaf": {*SAID["journal_leaf"], "removed"}}
SIZES = (3, 40, 700, 1100, 1600, 2060, 2100)


class Hit(NamedTuple):
    """One byte of one row, and what became of the value."""

    table: str
    column: str
    key: Any
    before: Any
    after: Any


def test_every_column_is_of_the_record_or_a_note():
    known = Counter(
        (table, column) for part in (RECORD, NOTES) for table in part for column in part[table].split()
    )
    there = Counter(
        (model._meta.db_table, field.column)
        for model in apps.get_app_config("journal").get_models()
        for field in model._meta.local_concrete_fields
    )
    assert known == there


@pytest.fixture
def town(own_keys, settings, tmp_path) -> Iterator[None]:
    """A record with everything in it: sealed details, two full subtrees, checkpoints, cosignatures, entries that wait."""
    settings.CIVIUM_DATA = tmp_path / "data"
    make_signing_key()
    with witness_beside(Path(settings.CIVIUM_KEYS)):
        made = 0
        for size in SIZES:
            happen(size - made)
            made = size
            sequence_entries(at=NOW)
            ask_witnesses(at=NOW)
    happen(6)
    lift_triggers(connection)
    yield
    put_triggers(connection)


@contextmanager
def witness_beside(keys: Path) -> Iterator[None]:
    with TemporaryDirectory() as folder:
        witness, address = Witness(Path(folder)), f"unix:{folder}/socket"
        witness.watch(str(signing.public_keys()[0]))
        (keys / signing.WITNESSES_FILE).write_text(f"{witness.key} {address}\n")
        server = serve(witness, address)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield
        server.shutdown()
        server.server_close()
        thread.join()


_numbers = count()


def happen(times: int) -> None:
    by, other = SimpleNamespace(id=uuid4()), SimpleNamespace(id=uuid4())
    with transaction.atomic():
        for _ in range(min(times, 6)):
            detail = PersonalDetail(f"person:{other.id}", {"words": "She asked for a lamp."})
            record(LampLit(lamp=uuid4()), by=by, at=NOW, detail=detail)
        events = [
            LampMoved(lamp=uuid4(), subject=f"post:{uuid4()}") if n % 3 else LampLit(lamp=uuid4())
            for _, n in zip(range(times - 6), _numbers, strict=False)
        ]
        record_all([(event, by, other if len(event.written()) == 2 else None) for event in events], at=NOW)


def rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def targets() -> list[tuple[str, str, Any, int]]:
    """Every value there is: table, column, key, and how many bytes it has."""
    length = "length(CAST({} AS BLOB))" if connection.vendor == "sqlite" else "octet_length({0}::text)"
    found = []
    for table, columns in RECORD.items():
        key = columns.split()[0]
        for column in columns.split():
            each = rows(
                f"SELECT {key}, {length.format(column)} FROM {table} WHERE {column} IS NOT NULL ORDER BY {key}"
            )
            found += [(table, column, id, size) for id, size in each if size]
    return found


# --- one byte ----------------------------------------------------------------------------------------------------------


def another(value: Any, pick: random.Random, *, bits: int) -> Any:
    """The value with one byte changed. Text keeps to characters that the database takes."""
    if isinstance(value, datetime):
        return value + timedelta(microseconds=flipped(0, pick, bits=56))
    if isinstance(value, UUID):
        return UUID(bytes=another(value.bytes, pick, bits=bits))
    if isinstance(value, int):
        return flipped(value, pick, bits=bits)
    if isinstance(value, str):
        place = pick.choice([place for place, letter in enumerate(value) if ord(letter) < 128])
        letter = pick.choice([chr(code) for code in range(1, 128) if chr(code) != value[place]])
        return value[:place] + letter + value[place + 1 :]
    held = bytes(value)
    place = pick.randrange(len(held))
    other = pick.choice([byte for byte in range(256) if byte != held[place]])
    return held[:place] + bytes([other]) + held[place + 1 :]


def flipped(value: int, pick: random.Random, *, bits: int) -> int:
    packed = bytearray(value.to_bytes(bits // 8, "big", signed=True))
    packed[pick.randrange(len(packed))] ^= pick.randrange(1, 256)
    return int.from_bytes(packed, "big", signed=True)


def change_a_byte(table: str, column: str, key: Any, pick: random.Random) -> Hit:
    """Refuses (IntegrityError, OverflowError) what the database does not take."""
    name = RECORD[table].split()[0]
    ((before,),) = rows(f"SELECT {column} FROM {table} WHERE {name} = %s", key)
    bits = 16 if (table, column) == ("journal_head", "id") else 64
    if connection.vendor == "sqlite" and isinstance(before, str | datetime | UUID):
        # any byte, and what it makes of the text is no text any more
        ((held,),) = rows(f"SELECT CAST({column} AS BLOB) FROM {table} WHERE {name} = %s", key)
        after = another(bytes(held), pick, bits=bits).replace(b"\0", b"\1")
        if after == bytes(held):
            raise OverflowError
        rows(f"UPDATE {table} SET {column} = CAST(%s AS TEXT) WHERE {name} = %s", after, key)
    else:
        after = another(before, pick, bits=bits)
        rows(f"UPDATE {table} SET {column} = %s WHERE {name} = %s", after, key)
    return Hit(table, column, key, before, after)


def let_constraints_wait() -> None:
    rows("PRAGMA defer_foreign_keys=ON" if connection.vendor == "sqlite" else "SET CONSTRAINTS ALL DEFERRED")


# --- what is said ------------------------------------------------------------------------------------------------------

# The single file's own way, which is slow; the same signatures come again and again.
by_itself = lru_cache(maxsize=None)(verify_record.is_signed_by)


def find(record_: Any, check: verify_record.CheckSignature) -> Finding | None:
    try:
        Check(record_, signing.public_keys(), copies=read_copies(copies_folder()), check=check).run()
    except Tampered as tampered:
        return tampered.finding
    return None


def findings(hit: Hit, *, is_waiting: bool) -> Iterator[tuple[Finding | None, dict[str, set[str]]]]:
    """By the site, and by the single file, with what they may call it. An export ends with the last entry that is signed for."""
    if connection.vendor == "sqlite":
        yield find(the_record(), by_itself), SAID
        return
    yield find(the_record(), signing.is_signed_by), SAID
    if not is_waiting:
        path = copies_folder().with_name(f"{uuid4()}.jsonl")
        export_record(path)
        yield find(ExportedRecord(path), by_itself), SAID_OF_EXPORT


def is_located(finding: Finding, hit: Hit, place: int | None, entry: int | None, size: int) -> bool:
    """Whether it names the row: an entry by its place or id, the others by what they stand at."""
    match hit.table:
        case "journal_entry" | "journal_leaf":
            return (place is not None and finding.place == place) or finding.entry == entry
        case "journal_detail":
            return finding.entry in (hit.key, hit.after)
        case "journal_subtree":
            return finding.place in (
                hit.key * SUBTREE,
                (hit.after if hit.column == "number" else 0) * SUBTREE,
            )
        case "journal_head":
            return "head" in finding.words
    return finding.place in (size, hit.after)


def test_any_byte_of_any_table(town):
    pick, missed, tried = random.Random(4), [], Counter()
    assert find(the_record(), signing.is_signed_by) is None
    places = dict(rows("SELECT entry_id, place FROM journal_leaf"))
    entries = {place: entry for entry, place in places.items()}
    sizes = dict(rows("SELECT id, checkpoint_id FROM journal_cosignature"))
    everything = [
        target for target in targets() if target[:2] != ("journal_entry", "id") or target[2] in places
    ]  # an id is signed for within a minute, together with its place
    weights = [size for *_, size in everything]
    columns = sorted({target[:2] for target in everything})
    while tried.total() < TAMPERINGS:
        if tried.total() % 2:  # by bytes, as damage falls; and each column as often, as somebody would choose
            ((table, column, key, _),) = pick.choices(everything, weights)
        else:
            wanted = columns[tried.total() // 2 % len(columns)]
            table, column, key, _ = pick.choice([each for each in everything if each[:2] == wanted])
        try:
            with transaction.atomic():
                let_constraints_wait()
                hit = change_a_byte(table, column, key, pick)
                place = {"journal_entry": places.get(key), "journal_leaf": key}.get(table)
                entry = key if table == "journal_entry" else entries.get(key)
                is_waiting = table in ("journal_entry", "journal_detail") and key not in places
                for finding, said in findings(hit, is_waiting=is_waiting):
                    is_found = finding is not None and is_located(
                        finding, hit, place, entry, sizes.get(key, key)
                    )
                    if finding is None or not is_found or finding.kind not in said[table]:
                        missed.append((hit, finding))
                transaction.set_rollback(True)
        except (IntegrityError, OverflowError):  # two rows with one key, or no moment that there is
            continue
        tried[table, column] += 1
    assert missed == [], f"{len(missed)} of {TAMPERINGS}: {missed[:20]}"
    assert set(tried) == set(columns)


# --- the same value, of another kind -----------------------------------------------------------------------------------


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL's columns hold one kind of value")
def test_a_value_of_another_kind_than_its_column_declares(town):
    """Its bytes are the same, and no search finds it: text that lies there as bytes, bytes as text, a number as either."""
    pick, missed, tried = random.Random(5), [], Counter()
    places = dict(rows("SELECT entry_id, place FROM journal_leaf"))
    entries = {place: entry for entry, place in places.items()}
    sizes = dict(rows("SELECT id, checkpoint_id FROM journal_cosignature"))
    everything = sorted({target[:3] for target in targets()})
    for table, column in sorted({target[:2] for target in everything}):
        keys = [key for *its, key in everything if its == [table, column]]
        for key in {keys[0], keys[-1], *pick.sample(keys, min(4, len(keys)))}:
            try:
                with transaction.atomic():
                    let_constraints_wait()
                    turn_over(table, column, key)
                    finding = find(the_record(), by_itself)
                    hit = Hit(table, column, key, None, verify_record._NO_NUMBER)
                    place = {"journal_entry": places.get(key), "journal_leaf": key}.get(table)
                    entry = key if table == "journal_entry" else entries.get(key)
                    if finding is None or not is_located(finding, hit, place, entry, sizes.get(key, key)):
                        missed.append((hit, finding))
                    transaction.set_rollback(True)
            except IntegrityError:  # the number of a row is a number
                continue
            tried[table, column] += 1
    assert missed == [], missed
    assert {
        f"{table}.{column}"
        for table, column in sorted({t[:2] for t in everything})
        if not tried[table, column]
    } == {"journal_entry.id"}


def turn_over(table: str, column: str, key: Any) -> None:
    """The same bytes, of another kind."""
    name = RECORD[table].split()[0]
    rows(
        f"UPDATE {table} SET {column} = CASE typeof({column}) WHEN 'blob' THEN CAST({column} AS TEXT) "
        f"ELSE CAST({column} AS BLOB) END WHERE {name} = %s",
        key,
    )
