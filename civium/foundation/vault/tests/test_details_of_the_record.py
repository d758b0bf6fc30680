"""What entries say about people beyond codes: sealed, committed to, and gone when somebody is forgotten."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from civium.foundation.journal.actions.erase_details import erase_details
from civium.foundation.journal.actions.make_signing_key import make_signing_key
from civium.foundation.journal.actions.record import PersonalDetail, record
from civium.foundation.journal.actions.sequence_entries import sequence_entries
from civium.foundation.journal.actions.verify import verify_journal
from civium.foundation.journal.append_only import triggers_lifted
from civium.foundation.journal.models import Detail, Entry
from civium.foundation.journal.queries import find_entries, get_detail
from civium.foundation.journal.sealing import DetailTampered
from civium.foundation.journal.tests.happenings import NOW, LampLit
from civium.foundation.vault.actions.destroy_key import destroy_key

pytestmark = pytest.mark.django_db
WORDS = {"reason": "Neighbour heard Ångström cry for help", "rooms": [3, 4]}


@pytest.fixture(autouse=True)
def own_record(own_keys, settings, tmp_path):
    settings.CIVIUM_DATA = tmp_path / "data"
    make_signing_key()


@pytest.fixture
def entry(owner) -> Entry:
    entry = record(LampLit(lamp=uuid4()), by=None, at=NOW, detail=PersonalDetail(owner, WORDS))
    sequence_entries(at=NOW)
    return entry


def stored() -> bytes:
    """Everything that the journal's tables hold, as text."""
    found = []
    for table in ("journal_entry", "journal_detail"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")
            found += [bytes(v) if isinstance(v, memoryview) else v for row in cursor.fetchall() for v in row]
    return b"|".join(v if isinstance(v, bytes) else str(v).encode() for v in found)


def test_a_detail_comes_back_as_it_was_recorded(entry):
    assert get_detail(entry) == WORDS
    (read_again,) = find_entries([entry.stream])
    assert get_detail(read_again) == WORDS
    assert verify_journal().details == 1


def test_none_of_it_lies_in_the_clear(entry):
    assert b"Neighbour" not in stored()


def test_an_entry_without_one_has_none():
    assert get_detail(record(LampLit(lamp=uuid4()), by=None, at=NOW)) is None


def test_forgetting_its_person_leaves_a_record_that_verifies(entry, owner):
    destroy_key(owner, by=None, at=NOW)
    assert get_detail(entry) is None
    assert verify_journal().is_whole


def test_so_does_removing_the_row(entry, owner):
    assert erase_details(owner, by=None, at=NOW) == 1
    sequence_entries(at=NOW)
    assert not Detail.objects.exists()
    assert get_detail(entry) is None
    assert verify_journal().is_whole
    assert erase_details(owner, by=None, at=NOW) == 0


def test_the_same_words_leave_nothing_that_could_be_compared(owner):
    """Whoever guesses the words cannot try the guess on what the entry holds: the salt is sealed with them."""
    entries = [
        record(LampLit(lamp=uuid4()), by=None, at=NOW, detail=PersonalDetail(owner, WORDS)) for _ in range(2)
    ]
    first, second = (bytes(entry.detail_hash) for entry in entries)
    assert first[:32] != second[:32]
    assert first[32:] != second[32:]


def test_the_leaf_commits_to_the_detail(entry):
    entry.detail_hash = bytes(64)
    assert entry.computed_leaf() != bytes(entry.leaf)


def test_a_detail_cannot_be_changed_but_can_go(entry):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Detail.objects.update(owner="person:other")


@pytest.mark.parametrize("change", [{"owner": "person:other"}, {"sealed": b"x" * 80}])
def test_a_changed_detail_is_named(entry, change):
    with triggers_lifted():
        Detail.objects.update(**change)
    finding = verify_journal().finding
    assert (finding.kind, finding.entry) == ("changed", entry.id)
    with pytest.raises(DetailTampered):
        get_detail(entry)


def test_a_detail_put_beside_another_entry_is_named(entry):
    other = record(LampLit(lamp=uuid4()), by=None, at=NOW)
    with triggers_lifted():
        Detail.objects.update(entry=other)
    finding = verify_journal().finding
    assert (finding.kind, finding.entry) == ("inserted", other.id)
