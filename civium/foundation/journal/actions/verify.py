"""Prove that nobody rewrote the record, or name the first place where somebody did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection
from django.db.models import Max

from civium.foundation.journal.append_only import missing_triggers
from civium.foundation.journal.backdating import looks_backdated
from civium.foundation.journal.copies import CopiedCheckpoint, read_copies
from civium.foundation.journal.merkle import HASH_SIZE, Frontier
from civium.foundation.journal.models import Checkpoint, Entry, Head, Leaf, leaf_of
from civium.foundation.journal.signing import CheckpointForged, SignedHead, read_checkpoint

_CHUNK = 5000
CHANGED, REMOVED, INSERTED, REORDERED = "changed", "removed", "inserted", "reordered"
REWRITTEN, FORGED, CHECKPOINT_REMOVED, COPY_DAMAGED = (
    "rewritten",
    "forged checkpoint",
    "removed checkpoint",
    "damaged copy",
)
HEAD_CHANGED, UNGUARDED = "changed head", "unguarded"

T = TypeVar("T")
Progress = Callable[[int, int], None]


class Finding(NamedTuple):
    """What was done to the record, and where. ``entry``: its id, when one entry can be named."""

    kind: str
    place: int
    entry: int | None
    words: str


@dataclass(frozen=True)
class Report:
    """What verifying found. ``entries`` and ``checkpoints`` were checked, ``copied`` of the entries against the copies;
    ``waiting`` entries are younger than the last checkpoint."""

    entries: int
    checkpoints: int
    copied: int
    waiting: int
    last_checkpoint_at: datetime | None
    finding: Finding | None

    @property
    def is_whole(self) -> bool:
        return self.finding is None

    @property
    def what_to_do(self) -> str:
        """The finding, and the next step; empty when there is nothing to do."""
        if self.finding is None:
            return ""
        return (
            f"{self.finding.words}. Stop the site, keep the database and the checkpoints folder as they are, "
            "and compare with a backup from before."
        )


class _Tampered(Exception):
    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.words)
        self.finding = finding


class _Row(NamedTuple):
    place: int
    entry: int
    leaf: bytes


@dataclass
class _Count:
    entries: int = 0
    checkpoints: int = 0
    copied: int = 0
    waiting: int = 0
    last_checkpoint_at: datetime | None = None
    copied_sizes: set[int] = field(default_factory=set)


def verify_journal(*, at_least: int = 0, progress: Progress | None = None) -> Report:
    """Recompute every leaf and the tree from the entries, and hold them against the signed checkpoints and their copies.

    ``at_least``: how many entries were signed for already, from a place that nobody can roll back together with the database
    and the copies: an auditor's notes, a report of yesterday. Stops at the first finding. Reads in chunks, so a long record needs little memory; ``progress(done, of)`` is called
    now and then.
    """
    count, finding = _Count(), None
    try:
        _check_guards()
        head = _head()
        _check_tree(count, head, progress or (lambda done, of: None))
        _check_size(count, at_least=max(at_least, head.size))
        _check_checkpoints_are_there(count)
        _check_waiting(count)
    except _Tampered as tampered:
        finding = tampered.finding
    return Report(
        entries=count.entries,
        checkpoints=count.checkpoints,
        copied=count.copied,
        waiting=count.waiting,
        last_checkpoint_at=count.last_checkpoint_at,
        finding=finding,
    )


def _check_guards() -> None:
    """The database still refuses to change and remove."""
    if missing := missing_triggers(connection):
        words = f"the database no longer guards the record: {', '.join(missing)} missing or changed"
        raise _Tampered(Finding(UNGUARDED, 0, None, words))


def _head() -> Head:
    """What the sequencer knows of the tree, committed together with its leaves."""
    return Head.objects.filter(id=1).first() or Head(size=0, frontier=b"")


def _check_tree(count: _Count, head: Head, progress: Progress) -> None:
    """Walk the entries in the order of the tree, with the copied leaves and the checkpoints beside them."""
    total = Leaf.objects.count()
    frontier, rows, copied = Frontier(), _Ahead(_rows()), _Ahead(_copied_leaves(count))
    checkpoints = _Ahead(_checkpoints())
    while (row := rows.take()) is not None:
        expected = copied.take()
        if expected is not None and expected != row.leaf:
            raise _Tampered(_explain(row, rows.peek(), expected, copied.peek()))
        frontier.append(row.leaf)
        while (checkpoint := checkpoints.peek()) and checkpoint.size <= frontier.size:
            _check_checkpoint(checkpoint, frontier)
            count.checkpoints, count.last_checkpoint_at = count.checkpoints + 1, checkpoint.at
            checkpoints.take()
        if frontier.size == head.size and frontier.to_bytes() != bytes(head.frontier):
            raise _Tampered(_changed_head(head.size, frontier.size))
        count.entries = frontier.size
        count.copied += expected is not None
        if frontier.size % _CHUNK == 0:
            progress(frontier.size, total)
    _check_end(frontier.size, is_copied_further=copied.peek() is not None, checkpoint=checkpoints.peek())
    progress(total, total)


def _rows() -> Iterator[_Row]:
    """Each entry in its place, its leaf computed anew. Refuses a place without its entry and an entry that is not as
    it says it was recorded."""
    place = 0
    while chunk := _chunk(place):
        for found, entry, leaf, *values in chunk:
            if found != place:
                raise _Tampered(_missing(place))
            computed = leaf_of(bytes(values[0]), *values[1:])
            if computed != bytes(leaf):
                words = f"entry {entry} was changed after it was recorded"
                raise _Tampered(Finding(CHANGED, place, entry, words))
            yield _Row(place, entry, computed)
            place += 1


def _chunk(place: int) -> list[tuple[Any, ...]]:
    columns = ("salt", "at", "kind", "stream", "also", "by_id", "on_behalf_of_id", "data")
    leaves = Leaf.objects.filter(place__gte=place).order_by("place")
    return list(
        leaves.values_list("place", "entry_id", "entry__leaf", *(f"entry__{column}" for column in columns))[
            :_CHUNK
        ]
    )


def _missing(place: int) -> Finding:
    entry = Leaf.objects.filter(place=place).values_list("entry_id", flat=True).first()
    name = f"entry {entry}" if entry else "an entry"
    return Finding(REMOVED, place, entry, f"{name}, number {place + 1} of the record, was removed")


def _explain(row: _Row, following: _Row | None, expected: bytes, expected_after: bytes | None) -> Finding:
    """What was done where the tree and its copy part."""
    where = f"number {row.place + 1} of the record"
    is_next = following is not None and following.leaf == expected
    was_next = expected_after == row.leaf
    if (is_next and was_next) or (not is_next and not was_next and _is_elsewhere(expected, row.place)):
        return Finding(REORDERED, row.place, row.entry, f"entry {row.entry} was moved to {where}")
    if is_next:
        return Finding(INSERTED, row.place, row.entry, f"entry {row.entry} was inserted as {where}")
    if was_next:
        return Finding(REMOVED, row.place, None, f"the entry before entry {row.entry}, {where}, was removed")
    return Finding(
        CHANGED, row.place, row.entry, f"entry {row.entry}, {where}, is not the one that was recorded"
    )


def _is_elsewhere(leaf: bytes, place: int) -> bool:
    return Entry.objects.filter(leaf=leaf, place__place__gt=place).exists()


def _checkpoints() -> Iterator[Checkpoint]:
    size = 0
    while chunk := list(Checkpoint.objects.filter(size__gt=size).order_by("size")[:_CHUNK]):
        yield from chunk
        size = chunk[-1].size


def _check_checkpoint(checkpoint: Checkpoint, frontier: Frontier) -> None:
    head = _read(checkpoint.note, checkpoint.size)
    if head.size != checkpoint.size or head.at != checkpoint.at:
        raise _Tampered(_forged(checkpoint.size))
    if head.root != frontier.root():
        words = (
            f"the first {head.size} entries are not those that were signed for at {head.at:%Y-%m-%d %H:%M}"
        )
        raise _Tampered(
            Finding(REWRITTEN, head.size, None, f"{words}: one was changed, removed, inserted or moved")
        )


def _copied_leaves(count: _Count) -> Iterator[bytes]:
    """The leaves in the copies, each line checked against its own signature first. Refuses what does not fit."""
    frontier = Frontier()
    try:
        for copy in read_copies():
            _check_copy(copy, frontier)
            count.copied_sizes.add(copy.size)
            yield from copy.each_leaf
    except ValueError as error:
        words = f"a line of the checkpoints folder, after {frontier.size} entries, cannot be read"
        raise _Tampered(Finding(COPY_DAMAGED, frontier.size, None, words)) from error


def _check_copy(copy: CopiedCheckpoint, frontier: Frontier) -> None:
    head = _read(copy.note, copy.size)
    for leaf in copy.each_leaf:
        frontier.append(leaf)
    is_whole = len(copy.leaves) % HASH_SIZE == 0 and head.size == copy.size == frontier.size
    if not is_whole or head.root != frontier.root():
        words = (
            f"the checkpoints folder does not hold the leaves that were signed for with {copy.size} entries"
        )
        raise _Tampered(Finding(COPY_DAMAGED, copy.size, None, words))


def _read(note: str, size: int) -> SignedHead:
    try:
        return read_checkpoint(note)
    except CheckpointForged as error:
        raise _Tampered(_forged(size)) from error


def _forged(size: int) -> Finding:
    return Finding(FORGED, size, None, f"the checkpoint for {size} entries was not signed by this site")


def _check_end(size: int, *, is_copied_further: bool, checkpoint: Checkpoint | None) -> None:
    """Nothing that was signed for lies beyond the last entry."""
    if is_copied_further or checkpoint:
        words = f"entries after number {size} of the record were signed for, and were removed"
        raise _Tampered(Finding(REMOVED, size, None, words))


def _check_size(count: _Count, *, at_least: int) -> None:
    """The tree has grown since the head was read, or not; it has not shrunk, and its head has kept up with it."""
    if count.entries < at_least:
        words = (
            f"the record ends after {count.entries} of at least {at_least} entries: the others were removed"
        )
        raise _Tampered(Finding(REMOVED, count.entries, None, words))
    now = _head()
    if now.size < count.entries:
        raise _Tampered(_changed_head(now.size, count.entries))


def _changed_head(size: int, found: int) -> Finding:
    words = f"the head of the tree, which stands at {size} entries, does not fit the {found} that there are"
    return Finding(HEAD_CHANGED, size, None, words)


def _check_checkpoints_are_there(count: _Count) -> None:
    """Every copied checkpoint is still in the database, and the tree ends with one."""
    there = set(Checkpoint.objects.values_list("size", flat=True))
    missing = count.copied_sizes - there
    if count.entries and count.entries not in there:
        missing.add(count.entries)
    if missing:
        size = min(missing)
        words = f"the checkpoint for {size} entries was removed from the database"
        raise _Tampered(Finding(CHECKPOINT_REMOVED, size, None, words))


def _check_waiting(count: _Count) -> None:
    """Entries that have no place yet are as they say they were recorded, and came in the order of their ids."""
    newest = Leaf.objects.aggregate(newest=Max("entry_id"))["newest"] or 0
    for entry in Entry.objects.filter(place__isnull=True).iterator(chunk_size=_CHUNK):
        if looks_backdated(entry.id, entry.at, newest_id=newest, signed_at=count.last_checkpoint_at):
            words = f"entry {entry.id}, which waits for its place, was slipped in below those signed for"
            raise _Tampered(Finding(INSERTED, count.entries, entry.id, words))
        if entry.computed_leaf() != bytes(entry.leaf):
            words = f"entry {entry.id} was changed after it was recorded"
            raise _Tampered(Finding(CHANGED, count.entries, entry.id, words))
        count.waiting += 1


class _Ahead(Generic[T]):
    """An iterator that shows what comes next; None at the end."""

    def __init__(self, source: Iterator[T]) -> None:
        self._source = source
        self._next: T | None = None

    def peek(self) -> T | None:
        if self._next is None:
            self._next = next(self._source, None)
        return self._next

    def take(self) -> T | None:
        item = self.peek()
        self._next = None
        return item
