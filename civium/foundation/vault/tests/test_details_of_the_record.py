"""What entries say about people beyond codes: sealed, committed to, and gone when somebody is forgotten."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from civium.foundation.journal.actions.erase_details import erase_details
from civium.foundation.journal.actions.export_record import export_record
from civium.foundation.journal.actions.make_signing_key import make_signing_key
from civium.foundation.journal.actions.record import PersonalDetail, record
from civium.foundation.journal.actions.sequence_entries import sequence_entries
from civium.foundation.journal.actions.verify import verify_journal
from civium.foundation.journal.append_only import triggers_lifted
from civium.foundation.journal.events import DetailsErased
from civium.foundation.journal.models import Detail, Entry
from civium.foundation.journal.queries import find_entries, get_detail
from civium.foundation.journal.sealing import DetailTampered
from civium.foundation.journal.signing import public_keys
from civium.foundation.journal.standalone.verify_record import Check, ExportedRecord, Finding, Tampered
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


def note(owner: str, *, times: int = 1) -> list[Entry]:
    """Entries with words about this owner."""
    detail = PersonalDetail(owner, WORDS)
    return [record(LampLit(lamp=uuid4()), by=None, at=NOW, detail=detail) for _ in range(times)]


def remove(*entries: Entry) -> None:
    """As somebody does who owns the database: details may be deleted, and only the site says so on the record."""
    with connection.cursor() as cursor:
        for entry in entries:
            cursor.execute("DELETE FROM journal_detail WHERE entry_id = %s", [entry.pk])


def found_by_both(tmp_path) -> list[Finding | None]:
    """What the site and the single-file verifier say, which reads an export."""
    path = tmp_path / f"{uuid4()}.jsonl"
    export_record(path)
    try:
        Check(ExportedRecord(path), public_keys()).run()
    except Tampered as tampered:
        return [verify_journal().finding, tampered.finding]
    return [verify_journal().finding, None]


def test_a_detail_that_nobody_erased_is_missed(entry, owner, tmp_path):
    remove(entry)
    for finding in found_by_both(tmp_path):
        assert finding is not None
        assert (finding.kind, finding.entry) == ("missing detail", entry.pk)


@pytest.mark.parametrize("is_signed", [True, False])
def test_one_that_was_removed_among_erased_ones_is_named(owner, tmp_path, is_signed):
    note(owner, times=23)
    other, _kept = note("person:other", times=2)
    sequence_entries(at=NOW)
    assert erase_details(owner, by=None, at=NOW) == 23
    if is_signed:
        sequence_entries(at=NOW)
    assert found_by_both(tmp_path) == [None, None]
    remove(other)
    assert [finding and finding.entry for finding in found_by_both(tmp_path)] == [other.pk, other.pk]


def test_what_is_erased_while_nobody_has_signed_for_it_yet_is_missed_by_nobody(entry, owner, tmp_path):
    note(owner)
    erase_details(owner, by=None, at=NOW)
    assert found_by_both(tmp_path) == [None, None]
    sequence_entries(at=NOW)
    assert found_by_both(tmp_path) == [None, None]


def test_erasures_from_before_entries_were_named_count_as_many_as_they_say(owner, tmp_path):
    old = note(owner, times=2)
    (other,) = note("person:other")
    remove(*old)
    record(DetailsErased(owner=owner, count=2), by=None, at=NOW)
    sequence_entries(at=NOW)
    assert found_by_both(tmp_path) == [None, None]
    remove(other)
    for finding in found_by_both(tmp_path):
        assert finding is not None
        assert (finding.kind, finding.entry) == ("missing detail", None)
