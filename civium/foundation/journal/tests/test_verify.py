"""Whoever rewrites the record is found, with the entry and what was done to it."""

from __future__ import annotations

import base64
import datetime as dt
import json
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection, transaction

from civium.foundation.journal import signing
from civium.foundation.journal.actions.copy_checkpoints import copy_checkpoints
from civium.foundation.journal.actions.record import record
from civium.foundation.journal.actions.sequence_entries import RecordTampered, sequence_entries
from civium.foundation.journal.actions.verify import Report, verify_journal
from civium.foundation.journal.append_only import lift_triggers, put_triggers, triggers_lifted
from civium.foundation.journal.copies import copied_size, copies_folder
from civium.foundation.journal.merkle import Frontier
from civium.foundation.journal.models import Checkpoint, Entry, Head, Leaf
from civium.foundation.journal.signing import (
    CheckpointForged,
    SignedHead,
    SigningKeyMissing,
    read_checkpoint,
    sign_head,
)
from civium.foundation.journal.standalone.verify_record import LATEST
from civium.foundation.journal.tests.happenings import NOW, LampLit

pytestmark = pytest.mark.django_db
LAMP = uuid4()


def light(times: int = 1) -> list[int]:
    by = SimpleNamespace(id=uuid4())
    with transaction.atomic():
        return [record(LampLit(lamp=LAMP, brightness=n), by=by, at=NOW).id for n in range(times)]


@pytest.fixture
def ids() -> list[int]:
    """Ten entries, signed for in three checkpoints: after 4, 7 and 10."""
    found = []
    for times in (4, 3, 3):
        found += light(times)
        sequence_entries(at=NOW)
    return found


@pytest.fixture
def attacker() -> Iterator[Callable[..., None]]:
    """Somebody who owns the database: ``attacker("UPDATE ...", ...)``."""

    def execute(*statements: str) -> None:
        with triggers_lifted(), connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA defer_foreign_keys=ON")
            else:
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for statement in statements:
                cursor.execute(statement)

    return execute


def found(kind: str, *, entry: int | None) -> Report:
    report = verify_journal()
    assert report.finding is not None
    assert (report.finding.kind, report.finding.entry) == (kind, entry)
    assert not report.is_whole
    assert report.finding.words in report.what_to_do
    return report


def rewrite(entry_id: int) -> str:
    """SQL that changes an entry and everything about it that the entry itself says."""
    entry = Entry.objects.get(id=entry_id)
    entry.data = entry.data.replace("white", "black")
    leaf = entry.computed_leaf().hex()
    literal = f"x'{leaf}'" if connection.vendor == "sqlite" else rf"'\x{leaf}'"
    return f"UPDATE journal_entry SET data = '{entry.data}', leaf = {literal} WHERE id = {entry_id}"


def swap(a: int, b: int) -> list[str]:
    """SQL that lets two entries change their places."""
    places = dict(Leaf.objects.filter(entry_id__in=[a, b]).values_list("entry_id", "place"))
    return [
        f"DELETE FROM journal_leaf WHERE entry_id IN ({a}, {b})",
        f"INSERT INTO journal_leaf (place, entry_id) VALUES ({places[a]}, {b}), ({places[b]}, {a})",
    ]


def close_gap(entry_id: int) -> list[str]:
    """SQL that removes an entry and moves all later ones up."""
    place = Leaf.objects.get(entry_id=entry_id).place
    return [
        f"DELETE FROM journal_leaf WHERE entry_id = {entry_id}",
        f"DELETE FROM journal_entry WHERE id = {entry_id}",
        f"UPDATE journal_leaf SET place = -place WHERE place > {place}",
        "UPDATE journal_leaf SET place = -place - 1 WHERE place < 0",
    ]


def without_copies() -> None:
    shutil.rmtree(copies_folder())


def test_an_untouched_record_is_whole(ids):
    light(2)
    report = verify_journal()
    assert report.is_whole
    assert (report.entries, report.checkpoints, report.copied, report.waiting) == (10, 3, 10, 2)
    assert report.last_checkpoint_at == NOW
    assert report.what_to_do == ""


def test_an_empty_record_is_whole():
    assert verify_journal().is_whole


def test_progress_is_told(ids):
    told = []
    verify_journal(progress=lambda done, of: told.append((done, of)))
    assert told[-1] == (10, 10)


def test_a_record_that_has_not_grown_is_not_signed_again(ids):
    assert sequence_entries(at=NOW) == 0
    assert Checkpoint.objects.count() == 3


@pytest.mark.parametrize(
    "change", ["data = '{}'", "kind = 'journal.LampBroken'", "by_id = NULL", "stream = 'lamp:other'"]
)
def test_a_changed_entry_is_named(ids, attacker, change):
    attacker(f"UPDATE journal_entry SET {change} WHERE id = {ids[5]}")
    found("changed", entry=ids[5])


def test_one_whose_own_hash_was_changed_with_it_is_named_too(ids, attacker):
    attacker(rewrite(ids[5]))
    found("changed", entry=ids[5])


def test_without_the_copies_it_is_narrowed_down_to_a_checkpoint(ids, attacker):
    attacker(rewrite(ids[5]))
    without_copies()
    finding = found("rewritten", entry=None).finding
    assert finding.place == 4
    assert "between number 5 and number 7" in finding.words


def test_a_changed_entry_that_is_not_signed_for_yet_is_named(ids, attacker):
    (late,) = light()
    attacker(f"UPDATE journal_entry SET data = '{{}}' WHERE id = {late}")
    found("changed", entry=late)


def test_a_removed_place_is_named(ids, attacker):
    attacker(
        f"DELETE FROM journal_leaf WHERE entry_id = {ids[5]}",
        f"DELETE FROM journal_entry WHERE id = {ids[5]}",
    )
    assert found("removed", entry=None).finding.place == 5


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL's foreign key refuses")
def test_an_entry_removed_from_its_place_is_named(ids, attacker):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys=OFF")
    attacker(f"DELETE FROM journal_entry WHERE id = {ids[5]}")
    found("removed", entry=ids[5])
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys=ON")


def test_a_removed_entry_whose_gap_was_closed_is_found(ids, attacker):
    attacker(*close_gap(ids[5]))
    assert found("removed", entry=None).finding.place == 5


def test_an_inserted_entry_is_named(ids, attacker):
    (late,) = light()
    attacker(
        "UPDATE journal_leaf SET place = -place - 1 WHERE place >= 5",
        "UPDATE journal_leaf SET place = -place WHERE place < 0",
        f"INSERT INTO journal_leaf (place, entry_id) VALUES (5, {late})",
    )
    found("inserted", entry=late)


def renumber(entry_id: int, new_id: int) -> list[str]:
    """SQL that gives an entry another id, everywhere."""
    return [
        f"UPDATE journal_entry SET id = {new_id} WHERE id = {entry_id}",
        f"UPDATE journal_leaf SET entry_id = {new_id} WHERE entry_id = {entry_id}",
    ]


def test_an_entry_whose_id_was_changed_everywhere_is_named(ids, attacker):
    attacker(*renumber(ids[5], ids[-1] + 77))
    assert str(ids[-1] + 77) in found("changed", entry=ids[5]).finding.words


def test_without_the_copies_a_changed_id_is_narrowed_down_to_a_checkpoint(ids, attacker):
    attacker(*renumber(ids[5], ids[-1] + 77))
    without_copies()
    finding = found("changed", entry=None).finding
    assert (finding.place, "between number 5 and number 7" in finding.words) == (4, True)


@pytest.fixture
def from_before(ids, attacker) -> list[int]:
    """The record as it was before heads committed to ids."""
    frontier, notes = Frontier(), {}
    for place, leaf in Leaf.objects.order_by("place").values_list("place", "entry__leaf"):
        frontier.append(bytes(leaf))
        notes[place + 1] = sign_head(SignedHead(size=place + 1, root=frontier.root(), at=NOW))
    attacker(
        *(f"UPDATE journal_checkpoint SET note = '{notes[size]}' WHERE size = {size}" for size in (4, 7, 10))
    )
    Head.objects.update(note=notes[10])
    without_copies()
    copy_checkpoints()
    return ids


def test_a_record_from_before_heads_committed_to_ids_is_whole_and_goes_on(from_before):
    assert "ids" not in Checkpoint.objects.get(size=10).note
    assert verify_journal().is_whole
    sequence_entries(at=NOW)
    assert "\nids " in Head.objects.get().note
    light(3)
    sequence_entries(at=NOW)
    assert "\nids " in Checkpoint.objects.get(size=13).note
    report = verify_journal()
    assert (report.is_whole, report.copied) == (True, 13)


def test_its_ids_are_guarded_from_the_next_head_on(from_before, attacker):
    light(3)
    sequence_entries(at=NOW)
    attacker(*renumber(from_before[5], from_before[-1] + 77))
    assert "the id of an entry between" in found("changed", entry=None).finding.words


@pytest.mark.parametrize("other", [6, 8])
def test_entries_that_changed_places_are_named(ids, attacker, other):
    attacker(*swap(ids[5], ids[other]))
    found("reordered", entry=ids[other])


def test_a_record_cut_short_is_found_even_when_its_checkpoints_went_too(ids, attacker):
    attacker(
        "DELETE FROM journal_leaf WHERE place >= 7",
        f"DELETE FROM journal_entry WHERE id > {ids[6]}",
        "DELETE FROM journal_checkpoint WHERE size > 7",
    )
    assert found("truncated", entry=None).finding.place == 7


CUT_AFTER_7 = (
    "DELETE FROM journal_leaf WHERE place >= 7",
    "DELETE FROM journal_entry WHERE id NOT IN (SELECT entry_id FROM journal_leaf)",
    "DELETE FROM journal_checkpoint WHERE size > 7",
)
EMPTIED = ("DELETE FROM journal_leaf", "DELETE FROM journal_entry", "DELETE FROM journal_checkpoint")


@pytest.mark.parametrize(("statements", "left"), [(CUT_AFTER_7, 7), (EMPTIED, 0)])
def test_a_record_rolled_back_together_with_its_copies_is_given_away_by_its_head(
    ids, attacker, statements, left
):
    attacker(*statements)
    without_copies()
    assert found("truncated", entry=None).finding.place == left


@pytest.mark.parametrize(("statements", "left"), [(CUT_AFTER_7, 7), (EMPTIED, 0)])
def test_one_whose_head_went_too_is_given_away_by_a_number_noted_elsewhere(ids, attacker, statements, left):
    signed = Checkpoint.objects.get(size=left).note if left else ""
    attacker(*statements)
    without_copies()
    frontier = Frontier()
    for leaf in Leaf.objects.order_by("place").values_list("entry__leaf", flat=True):
        frontier.append(bytes(leaf))
    Head.objects.update(size=left, frontier=frontier.to_bytes())
    assert found("truncated", entry=None).finding.place == left
    Head.objects.update(note=signed)
    assert verify_journal(at_least=left).is_whole
    report = verify_journal(at_least=10)
    assert (report.finding.kind, report.finding.place) == ("rolled back", left)


@pytest.mark.parametrize("change", [{"size": 7}, {"size": 11}, {"frontier": b"x" * 64}])
def test_a_head_that_is_not_the_trees_is_found(ids, change):
    Head.objects.update(**change)
    report = verify_journal()
    assert report.finding.kind in {"changed head", "truncated"}
    light()
    with pytest.raises(RecordTampered):
        sequence_entries(at=NOW)


def test_copies_on_another_machine_outlive_the_data(ids, attacker, settings, tmp_path):
    settings.CIVIUM_WITNESS = str(tmp_path / "elsewhere")
    copy_checkpoints()
    shutil.rmtree(settings.CIVIUM_DATA)
    attacker(*EMPTIED)
    Head.objects.all().delete()
    assert found("rolled back", entry=None).finding.place == 0


@pytest.mark.parametrize("entry_id", [-7, 0])
def test_an_entry_with_an_id_that_no_database_hands_out_is_neither_waiting_nor_signed(ids, entry_id):
    (late,) = light()
    forged = copy_as(Entry.objects.get(id=late), entry_id)
    Entry.objects.bulk_create([forged])
    found("inserted", entry=entry_id)
    for from_the_start in (False, True):
        with pytest.raises(RecordTampered, match=str(entry_id)):
            sequence_entries(at=NOW, from_the_start=from_the_start)


@pytest.mark.parametrize(
    ("before", "is_forged"), [(LATEST, False), (LATEST + dt.timedelta(microseconds=1), True)]
)
def test_an_entry_of_long_ago_below_those_signed_for_was_slipped_in(ids, before, is_forged):
    newest = max(ids)
    (late,) = light()
    Entry.objects.bulk_create([copy_as(Entry.objects.get(id=late), newest + 1000)])
    sequence_entries(at=NOW)
    slipped_in = copy_as(Entry.objects.get(id=late), newest + 500)
    slipped_in.at = NOW - before
    slipped_in.leaf = slipped_in.computed_leaf()
    Entry.objects.bulk_create([slipped_in])
    if not is_forged:
        sequence_entries(at=NOW)
        assert verify_journal().is_whole
        return
    found("inserted", entry=newest + 500)
    with pytest.raises(RecordTampered, match=str(newest + 500)):
        sequence_entries(at=NOW)


def test_a_record_without_its_guards_names_those_that_are_gone(ids):
    lift_triggers(connection)
    try:
        words = found("unguarded", entry=None).finding.words
    finally:
        put_triggers(connection)
    assert "journal_entry_update" in words
    assert "journal_checkpoint_delete" in words
    assert verify_journal().is_whole


def test_a_guard_that_was_put_to_sleep_is_named():
    change, restore = {
        "sqlite": (
            "CREATE TRIGGER journal_leaf_update BEFORE update ON journal_leaf BEGIN SELECT 1; END",
            "DROP TRIGGER journal_leaf_update",
        ),
        "postgresql": (
            "ALTER TABLE journal_leaf DISABLE TRIGGER journal_leaf_update",
            "ALTER TABLE journal_leaf ENABLE TRIGGER journal_leaf_update",
        ),
    }[connection.vendor]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(restore)
        cursor.execute(change)
        words = found("unguarded", entry=None).finding.words
        cursor.execute(restore)
    assert "journal_leaf_update" in words
    assert "journal_leaf_delete" not in words


STRANGE = {
    "sqlite": [
        (
            "CREATE TRIGGER tidy BEFORE INSERT ON journal_entry WHEN NEW.kind = 'privacy.DataRead' BEGIN SELECT RAISE(IGNORE); END",
            "DROP TRIGGER tidy",
        ),
        (
            "CREATE TRIGGER tidy AFTER INSERT ON Journal_Leaf BEGIN DELETE FROM journal_subtree; END",
            "DROP TRIGGER tidy",
        ),
    ],
    "postgresql": [
        (
            "CREATE TRIGGER tidy BEFORE INSERT ON journal_entry FOR EACH ROW WHEN (NEW.kind = 'privacy.DataRead') "
            "EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            "DROP TRIGGER tidy ON journal_entry",
        ),
        (
            "CREATE RULE tidy AS ON INSERT TO journal_entry WHERE NEW.kind = 'privacy.DataRead' DO INSTEAD NOTHING",
            "DROP RULE tidy ON journal_entry",
        ),
        (
            "CREATE POLICY tidy ON journal_entry USING (kind <> 'privacy.DataRead')",
            "DROP POLICY tidy ON journal_entry",
        ),
    ],
}


@pytest.mark.parametrize(("put", "take"), STRANGE[connection.vendor])
def test_whatever_keeps_entries_from_being_written_or_found_is_named(ids, put, take):
    assert verify_journal().is_whole
    with connection.cursor() as cursor:
        cursor.execute(put)
        try:
            words = found("unguarded", entry=None).finding.words
        finally:
            cursor.execute(take)
    assert "tidy" in words


WEAKENED = {
    "sqlite": [
        (
            "DROP TRIGGER journal_leaf_update",
            "CREATE TRIGGER journal_leaf_update BEFORE update ON journal_leaf WHEN NEW.place > 5 "
            "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
        ),
    ],
    "postgresql": [
        (
            "DROP TRIGGER journal_leaf_update ON journal_leaf",
            "CREATE TRIGGER journal_leaf_update BEFORE UPDATE ON journal_leaf FOR EACH ROW WHEN (NEW.place > 5) "
            "EXECUTE FUNCTION journal_refuse()",
        ),
        (
            "CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        ),
    ],
}


@pytest.mark.parametrize("statements", WEAKENED[connection.vendor])
def test_a_guard_that_refuses_less_is_named(ids, statements):
    with transaction.atomic():
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        words = found("unguarded", entry=None).finding.words
        transaction.set_rollback(True)
    assert "journal_leaf_update" in words
    assert verify_journal().is_whole


def test_a_checkpoint_by_another_key_is_forged(ids, attacker, settings, tmp_path):
    ours = settings.CIVIUM_KEYS
    settings.CIVIUM_KEYS = tmp_path / "attackers-keys"
    signing.signing_key_path().parent.mkdir()
    signing.signing_key_path().write_text(secrets.token_hex(32))
    head = read_own_head()
    note = sign_head(head)
    settings.CIVIUM_KEYS = ours
    attacker(f"UPDATE journal_checkpoint SET note = '{note}' WHERE size = 7")
    assert found("forged checkpoint", entry=None).finding.place == 7


def read_own_head() -> SignedHead:
    return SignedHead(size=7, root=b"\0" * 32, at=NOW)


def test_a_checkpoint_moved_to_another_size_is_forged(ids, attacker):
    note = Checkpoint.objects.get(size=4).note
    attacker(f"UPDATE journal_checkpoint SET note = '{note}' WHERE size = 7")
    found("forged checkpoint", entry=None)


@pytest.mark.parametrize("size", [4, 10])
def test_a_removed_checkpoint_is_found(ids, attacker, size):
    attacker(f"DELETE FROM journal_checkpoint WHERE size = {size}")
    found("removed checkpoint", entry=None)


def copy_file() -> Path:
    (path,) = copies_folder().glob("*.jsonl")
    return path


def test_copies_are_signed_for_too(ids):
    lines = copy_file().read_text().splitlines()
    line = json.loads(lines[1])
    line["leaves"] = base64.b64encode(secrets.token_bytes(3 * 32)).decode()
    copy_file().write_text("\n".join([lines[0], json.dumps(line), lines[2], ""]))
    assert found("damaged copy", entry=None).finding.place == 7


def test_a_copy_that_is_no_copy_is_found(ids):
    with copy_file().open("a") as file:
        file.write("what is this?\n")
    found("damaged copy", entry=None)


def test_a_line_torn_by_a_crash_is_written_again(ids):
    whole = copy_file().read_bytes()
    copy_file().write_bytes(whole[:-50])
    assert copied_size() == 7
    assert verify_journal().copied == 7
    assert copy_checkpoints() == 1
    assert copy_file().read_bytes() == whole


def test_copies_lost_altogether_are_made_again(ids):
    without_copies()
    assert verify_journal().is_whole
    assert copy_checkpoints() == 3
    assert verify_journal().copied == 10


def test_a_tampered_record_is_not_signed_for(ids, attacker):
    (late,) = light()
    attacker(f"UPDATE journal_entry SET data = '{{}}' WHERE id = {late}")
    with pytest.raises(RecordTampered, match=str(late)):
        sequence_entries(at=NOW)


def test_nor_is_one_whose_signed_tree_is_another(ids):
    light()
    Head.objects.update(frontier=secrets.token_bytes(64))
    with pytest.raises(RecordTampered, match="10 entries"):
        sequence_entries(at=NOW)


def test_an_entry_committed_late_gets_a_later_place(ids):
    """Ids can be handed out in one order and committed in another; here the gap stands for the late one."""
    newest = max(ids)
    early, late = (Entry.objects.get(id=entry_id) for entry_id in light(2))
    Entry.objects.bulk_create([copy_as(late, newest + 1000)])
    sequence_entries(at=NOW)
    Entry.objects.bulk_create([copy_as(early, newest + 500)])
    sequence_entries(at=NOW)
    last = list(Leaf.objects.order_by("-place").values_list("entry_id", flat=True)[:2])
    assert last == [newest + 500, newest + 1000]
    assert verify_journal().is_whole


def copy_as(entry: Entry, new_id: int) -> Entry:
    entry.id = new_id
    return entry


def test_a_checkpoint_is_a_signed_note():
    note = sign_head(SignedHead(size=5, root=b"r" * 32, at=NOW))
    body, signatures = note.split("\n\n")
    origin, size, root, _moment = body.splitlines()
    assert (size, root) == ("5", base64.b64encode(b"r" * 32).decode())
    assert signatures.startswith(f"— {origin} ")
    assert read_checkpoint(note) == SignedHead(size=5, root=b"r" * 32, at=NOW)
    with pytest.raises(CheckpointForged):
        read_checkpoint(note.replace("\n5\n", "\n6\n"))
    for text in ("", "\n\n", "a\nb\n\n— a b\n", note.split("\n\n")[0]):
        with pytest.raises(CheckpointForged):
            read_checkpoint(text)


def test_checkpoints_of_an_earlier_key_are_trusted_when_it_is_listed(ids, settings):
    earlier = signing.trusted_keys()[0]
    signing.signing_key_path().write_text(secrets.token_hex(32))
    signing._private_key.cache_clear()
    assert verify_journal().finding.kind == "forged checkpoint"
    (Path(settings.CIVIUM_KEYS) / signing.EARLIER_KEYS_FILE).write_text(earlier.hex() + "\n")
    assert verify_journal().is_whole
    (Path(settings.CIVIUM_KEYS) / signing.EARLIER_KEYS_FILE).write_text(f"{signing._key_of(earlier)}\n")
    assert verify_journal().is_whole
    light()
    sequence_entries(at=NOW)
    assert verify_journal().checkpoints == 4


@pytest.mark.parametrize("content", [None, "not hexadecimal", "abcd"])
def test_without_a_usable_key_nothing_is_signed(content, settings, tmp_path):
    settings.CIVIUM_KEYS = tmp_path / "other-keys"
    settings.CIVIUM_KEYS.mkdir()
    if content is not None:
        signing.signing_key_path().write_text(content)
    light()
    with pytest.raises(SigningKeyMissing):
        sequence_entries(at=NOW)
