"""The database itself refuses to change the record."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction

from civium.foundation.journal.actions.record import record
from civium.foundation.journal.actions.sequence_entries import sequence_entries
from civium.foundation.journal.models import Entry
from civium.foundation.journal.tests.happenings import NOW, LampLit

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> Entry:
    entry = record(LampLit(lamp=uuid4()), by=None, at=NOW)
    sequence_entries(at=NOW)
    return entry


def refused(statement: str) -> bool:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)
    return True


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entry SET kind = 'x'",
        "DELETE FROM journal_entry",
        "UPDATE journal_leaf SET place = 7",
        "DELETE FROM journal_leaf",
        "UPDATE journal_checkpoint SET note = ''",
        "DELETE FROM journal_checkpoint",
    ],
)
def test_nothing_on_the_record_is_changed_or_removed(entry, statement):
    assert refused(statement)


def test_nor_through_the_models(entry):
    entry.kind = "x"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.save()


@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_nor_by_replacing_it(entry):
    columns = "id, at, kind, stream, also, data, salt, leaf"
    assert refused(
        f"INSERT OR REPLACE INTO journal_entry ({columns}) VALUES ({entry.id}, '', 'x', '', '', '', '', '')"
    )


@pytest.mark.skipif("connection.vendor != 'sqlite'")
@pytest.mark.parametrize(
    "replacement",
    [
        "journal_leaf (place, entry_id) VALUES (999999, {entry})",
        "journal_leaf (rowid, place, entry_id) SELECT rowid, 999999, 999999 FROM journal_leaf",
        "journal_checkpoint (rowid, size, at, note) SELECT rowid, 999999, at, note FROM journal_checkpoint",
    ],
)
def test_nor_by_replacing_what_has_another_of_its_keys(entry, replacement):
    assert refused(f"INSERT OR REPLACE INTO {replacement.format(entry=entry.id)}")


@pytest.mark.skipif("connection.vendor != 'postgresql'")
@pytest.mark.parametrize("table", ["journal_entry", "journal_leaf", "journal_checkpoint"])
def test_nor_by_truncating(entry, table):
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert refused(f"TRUNCATE {table} CASCADE")


def test_the_record_of_a_real_site_cannot_be_flushed(entry, settings):
    settings.CIVIUM_DEMO = False
    with pytest.raises(CommandError, match="cannot be emptied"):
        call_command("flush", interactive=False)
    assert Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_demo_towns_can_and_is_guarded_again_afterwards():
    with transaction.atomic():
        record(LampLit(lamp=uuid4()), by=None, at=NOW)
    call_command("flush", interactive=False, verbosity=0)
    assert not Entry.objects.exists()
    with transaction.atomic():
        record(LampLit(lamp=uuid4()), by=None, at=NOW)
    assert refused("DELETE FROM journal_entry")
