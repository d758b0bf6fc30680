"""The sequencer: joins entries into the tree, signs its head, and copies that to a second place."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q

from civium.foundation.journal.actions.copy_checkpoints import copy_checkpoints
from civium.foundation.journal.merkle import SUBTREE, Frontier
from civium.foundation.journal.models import Checkpoint, Entry, Head, Leaf, Subtree
from civium.foundation.journal.signing import SignedHead, read_checkpoint, sign_head
from civium.foundation.journal.standalone.verify_record import looks_backdated, next_ids

# Entries per transaction: on SQLite the others wait for it.
_BATCH = 2000
# How far behind the newest placed entry an id may still be committed late. The daily run looks at all of them.
_LOOK_BACK = 10_000


class RecordTampered(Exception):
    """What is in the database is not what was put on the record; nothing is signed. ``civium journal verify`` says more."""


def sequence_entries(*, at: datetime, from_the_start: bool = False) -> int:
    """Give every committed entry without a place the next one, and sign the grown tree; give the number of entries.

    Places follow ids, except that an entry whose transaction committed late gets a later place. The head of a journal that
    has not grown is signed anew, so that everybody sees that somebody watches. Each entry is hashed anew before it is
    signed for. Refuses with RecordTampered.
    """
    count = 0
    while placed := _place_batch(at=at, from_the_start=from_the_start):
        count += placed
    if not count:
        _sign_anew(at=at)
    copy_checkpoints()
    return count


def lock_head() -> Head:
    """The head, locked for the caller's transaction: one sequencer at a time."""
    return Head.objects.select_for_update().get_or_create(id=1)[0]


@transaction.atomic
def _place_batch(*, at: datetime, from_the_start: bool) -> int:
    head = lock_head()
    frontier = Frontier.from_bytes(head.size, bytes(head.frontier))
    newest_id = Leaf.objects.aggregate(newest=Max("entry_id"))["newest"] or 0
    entries = _entries_without_place(newest_id, from_the_start=from_the_start)
    if not entries:
        return 0
    signed = _check_what_was_signed(head, frontier)
    signed_at, ids = signed.at if signed else None, _ids_signed_for(head, signed)
    for entry in entries:
        if looks_backdated(entry.id, entry.at, newest_id=newest_id, signed_at=signed_at):
            raise RecordTampered(f"entry {entry.id} was slipped in below those signed for")
        _check_entry(entry)
        frontier.append(bytes(entry.leaf))
        ids = next_ids(ids, entry.id)
    Leaf.objects.bulk_create(
        Leaf(place=place, entry=entry) for place, entry in enumerate(entries, start=head.size)
    )
    _keep_subtrees(frontier.size)
    head.note = sign_head(SignedHead(size=frontier.size, root=frontier.root(), at=at, ids=ids))
    Checkpoint.objects.create(size=frontier.size, at=at, note=head.note)
    head.size, head.frontier = frontier.size, frontier.to_bytes()
    head.save(update_fields=["size", "frontier", "note"])
    return len(entries)


@transaction.atomic
def _sign_anew(*, at: datetime) -> None:
    head = lock_head()
    frontier = Frontier.from_bytes(head.size, bytes(head.frontier))
    ids = _ids_signed_for(head, _check_what_was_signed(head, frontier))
    head.note = sign_head(SignedHead(size=head.size, root=frontier.root(), at=at, ids=ids))
    head.save(update_fields=["note"])


def _keep_subtrees(size: int) -> None:
    """Keep the root of each full 1,024 leaves that has none yet."""
    newest = Subtree.objects.aggregate(newest=Max("number"))["newest"]
    for number in range(0 if newest is None else newest + 1, size // SUBTREE):
        subtree = Frontier()
        leaves = Leaf.objects.filter(place__gte=number * SUBTREE, place__lt=(number + 1) * SUBTREE)
        for leaf in leaves.order_by("place").values_list("entry__leaf", flat=True):
            subtree.append(bytes(leaf))
        Subtree.objects.create(number=number, root=subtree.root())


def _entries_without_place(newest_id: int, *, from_the_start: bool) -> list[Entry]:
    """Those to be placed next; ids below 1 too, to be refused."""
    since = 0 if from_the_start else newest_id - _LOOK_BACK
    coming = Q(id__gt=since) | Q(id__lt=1)
    return list(Entry.objects.filter(coming, place__isnull=True).order_by("id")[:_BATCH])


def _check_what_was_signed(head: Head, frontier: Frontier) -> SignedHead | None:
    """The edge of the tree that we are about to extend is the one that we signed; what we signed then."""
    if Leaf.objects.filter(place__gte=head.size).exists() or _is_shorter_than(head.size):
        raise RecordTampered(f"the tree of {head.size} entries has another number of leaves")
    if head.size == 0:
        return None
    checkpoint = Checkpoint.objects.filter(size=head.size).first()
    signed = read_checkpoint(checkpoint.note) if checkpoint else None
    if signed is None or signed.root != frontier.root():
        raise RecordTampered(f"the tree of {head.size} entries is not the one that was signed")
    return signed


def _ids_signed_for(head: Head, signed: SignedHead | None) -> bytes:
    """What was signed of the ids up to here. A record from before ids were signed for is read once, from its start."""
    if signed is None or signed.ids:
        return signed.ids if signed else b""
    again = read_checkpoint(head.note) if head.note else signed
    if again.ids and again.size == head.size:
        return again.ids
    ids = b""
    placed = Leaf.objects.filter(place__lt=head.size).order_by("place")
    for entry in placed.values_list("entry_id", flat=True).iterator():
        ids = next_ids(ids, entry)
    return ids


def _is_shorter_than(size: int) -> bool:
    return size > 0 and not Leaf.objects.filter(place=size - 1).exists()


def _check_entry(entry: Entry) -> None:
    if entry.computed_leaf() != bytes(entry.leaf):
        raise RecordTampered(f"entry {entry.id} is not as it was recorded")
