#!/usr/bin/env python3
"""Check a copy of a Civium record, or one receipt from it. One file, Python 3.9 or later, nothing else to install.

    python3 verify_record.py record civium.sqlite3 --keys record-keys.txt
    python3 verify_record.py record export.jsonl --keys record-keys.txt --copies checkpoints/ --checkpoint noted.txt
    python3 verify_record.py receipt receipt.tlog-proof --keys record-keys.txt

``record``: a copy of a SQLite database, or what ``civium journal export`` wrote. Every entry is hashed anew, the tree built
from them (RFC 6962), and held against every signed checkpoint (C2SP tlog-checkpoint, signed-note, tlog-cosignature), the copies
of them and any checkpoint noted elsewhere. It names the first entry that is not as it was, and what was done to it.
``receipt``: an inclusion proof (C2SP tlog-proof). ``--keys``: the public keys of the record and of its witnesses, one a line, from
a place that whoever could rewrite the record could not change.

Exit codes: 0 whole, 1 not whole (and said), 2 not understood.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import json
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cached_property, lru_cache
from hashlib import sha256, sha512
from itertools import repeat
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")

# --- Ed25519 (RFC 8032), checking only: everything here is public, so time tells nothing -------------------------------

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT_OF_MINUS_1 = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]
_ZERO: _Point = (0, 1, 1, 0)


def _add(a: _Point, b: _Point) -> _Point:
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    minus, plus = (y1 - x1) * (y2 - x2) % _P, (y1 + x1) * (y2 + x2) % _P
    c, d = 2 * t1 * t2 * _D % _P, 2 * z1 * z2 % _P
    e, f, g, h = plus - minus, d - c, d + c, plus + minus
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _point(packed: bytes) -> _Point | None:
    """The point that 32 bytes stand for; None when they stand for none (RFC 8032, 5.1.3)."""
    number = int.from_bytes(packed, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if len(packed) != 32 or y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_1 % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


def _packed(point: _Point) -> bytes:
    x, y, z, _ = point
    inverse = pow(z, _P - 2, _P)
    return (y * inverse % _P | (x * inverse % _P & 1) << 255).to_bytes(32, "little")


@lru_cache(maxsize=16)
def _multiples(packed: bytes, is_negative: bool) -> list[list[_Point]] | None:
    """For each half byte of a factor the multiples of the point, so that multiplying is 64 additions."""
    point = _point(packed)
    if point is None:
        return None
    if is_negative:
        point = (_P - point[0], point[1], 1, _P - point[3])
    table = []
    for _ in range(64):
        row = [_ZERO]
        for _ in range(15):
            row.append(_add(row[-1], point))
        table.append(row)
        point = _add(row[-1], point)
    return table


def _sum(total: _Point, table: list[list[_Point]], factor: int) -> _Point:
    for row in table:
        total = _add(total, row[factor & 15])
        factor >>= 4
    return total


_BASE = bytes.fromhex("5866666666666666666666666666666666666666666666666666666666666666")


def is_signed_by(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the Ed25519 signature is by this key."""
    of_base, of_key = _multiples(_BASE, False), _multiples(public, True)
    s = int.from_bytes(signature[32:], "little")
    if of_base is None or of_key is None or len(signature) != 64 or s >= _ORDER:
        return False
    h = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % _ORDER
    return _packed(_sum(_sum(_ZERO, of_base, s), of_key, h)) == signature[:32]


CheckSignature = Callable[[bytes, bytes, bytes], bool]

# --- signed notes, checkpoints and cosignatures (C2SP) -----------------------------------------------------------------

BY_THE_RECORD, BY_A_WITNESS = 1, 4
_DASH = "\N{EM DASH} "


class NotSigned(Exception):
    """The text is no checkpoint, or no key that is trusted signed it."""


class Key(NamedTuple):
    """A public key that may sign. ``kind``: the record's own (1) or a witness's (4)."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        """The key as C2SP writes it (signed-note, "verifier keys")."""
        packed = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{packed}"


def read_key(line: str) -> Key:
    """The key on the line. Refuses with ValueError."""
    name, id, packed = line.strip().split("+", 2)
    unpacked = _unbase64(packed)
    key = Key(name, unpacked[0], unpacked[1:])
    if len(key.public) != 32 or key.kind not in (BY_THE_RECORD, BY_A_WITNESS) or key.id.hex() != id:
        raise ValueError(f"this is no key: {line.strip()[:80]}")
    return key


def read_keys(lines: Iterable[str]) -> list[Key]:
    """The keys of a file; empty lines and those that begin with # are skipped. Refuses with ValueError."""
    return [read_key(line) for line in lines if line.strip() and not line.startswith("#")]


class Signed(NamedTuple):
    """What a checkpoint states, and who else says so. ``at``: when the record signed it; ``witnesses``: names and moments;
    ``ids``: what it commits to of the entries' ids (``next_ids``), nothing in checkpoints from before that began."""

    origin: str
    size: int
    root: bytes
    at: datetime
    witnesses: dict[str, datetime]
    ids: bytes = b""


def _unbase64(text: str) -> bytes:
    """Strictly: one text for each value, so that no character can be another. Refuses with ValueError."""
    try:
        found = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError from error
    if base64.b64encode(found).decode() != text:
        raise ValueError
    return found


def signature_line(key: Key, signature: bytes) -> str:
    return f"{_DASH}{key.name} {base64.b64encode(key.id + signature).decode()}\n"


def cosigned_message(body: str, timestamp: int) -> bytes:
    """What a witness signs (C2SP, tlog-cosignature)."""
    return f"cosignature/v1\ntime {timestamp}\n{body}".encode()


def split_note(note: str) -> tuple[str, list[str]]:
    """The text that is signed, and the signature lines. Refuses with ValueError."""
    body, blank, signatures = note.rpartition("\n\n")
    if not blank or not signatures.endswith("\n"):
        raise ValueError
    return body + "\n", signatures[:-1].split("\n")


def read_checkpoint(
    note: str,
    keys: Iterable[Key],
    *,
    is_strict: bool = False,
    check: CheckSignature = is_signed_by,
) -> Signed:
    """What the checkpoint states, if a key of the record signed it. Refuses with NotSigned.

    Signatures by unknown keys are passed over; ``is_strict`` refuses them, so that every character is accounted for.
    """
    try:
        body, lines = split_note(note)
        origin, size, root, moment, *more = body[:-1].split("\n")
        by = {(key.name, key.id): key for key in keys if key.kind == BY_A_WITNESS or key.name == origin}
        is_signed, witnesses = False, {}
        for line in lines:
            key, signature = _signature(line, by)
            if key is None:
                if is_strict:
                    raise ValueError
            elif key.kind == BY_THE_RECORD:
                if not check(key.public, signature, body.encode()):
                    raise ValueError
                is_signed = True
            else:
                timestamp = int.from_bytes(signature[:8], "big")
                if len(signature) != 72 or not check(
                    key.public, signature[8:], cosigned_message(body, timestamp)
                ):
                    raise ValueError
                witnesses[key.name] = datetime.fromtimestamp(timestamp, timezone.utc)
        at = datetime.fromisoformat(moment[3:]) if moment.startswith("at ") else None
        signed_root, number, ids = _unbase64(root), int(size), _read_ids(more)
        if not is_signed or at is None or at.tzinfo is None or len(signed_root) != 32 or str(number) != size:
            raise ValueError
        return Signed(origin, number, signed_root, at, witnesses, ids)
    except (ValueError, OverflowError, OSError) as error:
        raise NotSigned from error


def _read_ids(lines: list[str]) -> bytes:
    """What the lines after the moment say of the ids: one line, or none."""
    if not lines:
        return b""
    (line,) = lines
    ids = _unbase64(line[4:])
    if not line.startswith("ids ") or len(ids) != 32:
        raise ValueError
    return ids


def _signature(line: str, keys: dict[tuple[str, bytes], Key]) -> tuple[Key | None, bytes]:
    dash, name, packed = line.split(" ")
    if dash + " " != _DASH:
        raise ValueError
    unpacked = _unbase64(packed)
    return keys.get((name, unpacked[:4])), unpacked[4:]


# --- the tree (RFC 6962, section 2.1) ----------------------------------------------------------------------------------

HASH_SIZE = 32
# So many leaves have a root that is kept, for proofs.
SUBTREE = 1024


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def leaf_of_body(salt: bytes, body: bytes) -> bytes:
    return sha256(b"\x00" + salt + body).digest()


def next_ids(ids: bytes, entry: int) -> bytes:
    """What a checkpoint commits to of the entries' ids, after one more. An id is given after the leaf, so it is not in it."""
    return sha256(ids + b"%d\n" % entry).digest()


def sealed_hash(owner: str, sealed: bytes) -> bytes:
    """The commitment to a detail as it lies there, sealed."""
    return sha256(b"civium sealed detail\n" + owner.encode() + b"\n" + sealed).digest()


class Frontier:
    """The right edge of a growing tree: what must be kept to append leaves and know the root, log2(size) hashes."""

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self._hashes = list(hashes)

    @classmethod
    def from_bytes(cls, size: int, packed: bytes) -> Frontier:
        return cls(size, (packed[i : i + HASH_SIZE] for i in range(0, len(packed), HASH_SIZE)))

    def to_bytes(self) -> bytes:
        return b"".join(self._hashes)

    def copy(self) -> Frontier:
        return Frontier(self.size, self._hashes)

    def append(self, leaf: bytes) -> None:
        """Add a leaf, joining each two full subtrees of the same size."""
        size = self.size
        while size & 1:
            leaf = sha256(b"\x01" + self._hashes.pop() + leaf).digest()
            size >>= 1
        self._hashes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The Merkle tree hash; of no leaves at all the hash of nothing."""
        if not self._hashes:
            return sha256().digest()
        *rest, root = self._hashes
        for left in reversed(rest):
            root = node_hash(left, root)
        return root


def root_by_inclusion(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes | None:
    """The root of the tree in which the leaf has this place, by the proof; None when the proof fits no such tree (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    number, last, root = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if number & 1 or number == last:
            root = node_hash(sibling, root)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        number, last = number >> 1, last >> 1
    return root if last == 0 else None


def is_consistent(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: list[bytes]) -> bool:
    """Whether the larger tree begins with the smaller one, by the proof (RFC 9162, 2.1.4.2)."""
    if old_size == new_size:
        return old_root == new_root and not proof
    if old_size == 0:
        return not proof
    if not 0 < old_size < new_size:
        return False
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    number, last = old_size - 1, new_size - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        number, last = number >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


# --- what is found -----------------------------------------------------------------------------------------------------

CHANGED, REMOVED, INSERTED, REORDERED = "changed", "removed", "inserted", "reordered"
TRUNCATED, ROLLED_BACK, FORKED, REWRITTEN = "truncated", "rolled back", "forked", "rewritten"
FORGED, CHECKPOINT_REMOVED, COPY_DAMAGED = "forged checkpoint", "removed checkpoint", "damaged copy"
HEAD_CHANGED, UNGUARDED, HIDDEN, DETAIL_MISSING = "changed head", "unguarded", "hidden", "missing detail"

# How long a transaction may have stayed open that commits after later ones were signed for.
LATEST = timedelta(hours=1)


class Finding(NamedTuple):
    """What was done to the record, and where. ``place`` counts from 0; ``entry``: its id, when one entry can be named."""

    kind: str
    place: int
    entry: int | None
    words: str


class Tampered(Exception):
    def __init__(self, kind: str, place: int, entry: int | None, words: str) -> None:
        super().__init__(words)
        self.finding = Finding(kind, place, entry, words)


@dataclass
class Counted:
    """How much was checked. ``copied`` of the entries against the copies; ``waiting`` are younger than the last checkpoint."""

    entries: int = 0
    checkpoints: int = 0
    cosigned: int = 0
    copied: int = 0
    waiting: int = 0
    details: int = 0
    last_checkpoint_at: datetime | None = None
    last_cosigned: int = 0
    witnesses: set[str] = field(default_factory=set)


def looks_backdated(entry_id: int, at: datetime, *, newest_id: int, signed_at: datetime | None) -> bool:
    """Whether an entry that waits for its place was slipped in.

    ``newest_id``: the largest id that has a place; ``signed_at``: the moment of the last checkpoint, None when there is none.
    The database hands out no id below 1, and none below one that is signed for and belongs to a moment long before.
    """
    if entry_id < 1:
        return True
    return signed_at is not None and entry_id < newest_id and at < signed_at - LATEST


# --- where a record is read from ---------------------------------------------------------------------------------------


class Row(NamedTuple):
    """An entry as it lies there. ``body`` is None when a value has no form that the record writes."""

    place: int
    entry: int | None
    at: bytes
    salt: bytes
    body: bytes | None
    leaf: bytes


class HeadRow(NamedTuple):
    size: int
    frontier: bytes
    note: str


class NoteRow(NamedTuple):
    """A checkpoint (``at``: the moment in the column beside it) or a cosigned one (``witness``: whose name is beside it).

    ``number``: under which number a cosigned one lies there, None in an export.
    """

    size: int
    note: str
    at: str = ""
    witness: str = ""
    number: int | None = None


class DetailRow(NamedTuple):
    entry: int
    owner: str
    sealed: bytes
    detail_hash: bytes | None


class Gone(NamedTuple):
    """``entries`` whose sealed detail is not there any more, and what the record tells of erasures: the data of each as it is written."""

    entries: set[int]
    told: list[bytes]


class Copy(NamedTuple):
    """One line of the copies folder: the checkpoint, the leaves that are new in it, and their entries' ids.

    Lines from before ids were copied have none.
    """

    size: int
    leaves: bytes
    note: str
    ids: list[int] | None = None

    @property
    def each_leaf(self) -> Iterator[CopiedLeaf]:
        count = len(self.leaves) // HASH_SIZE
        ids: Iterable[int | None] = repeat(None, count) if self.ids is None else self.ids
        return (
            CopiedLeaf(self.leaves[i * HASH_SIZE : (i + 1) * HASH_SIZE], entry) for i, entry in enumerate(ids)
        )


class CopiedLeaf(NamedTuple):
    """A leaf as it was copied, and the id of its entry when that was copied too."""

    leaf: bytes
    entry: int | None


# Below it lie the numbers of cosignatures that were counted, before they followed from what is cosigned.
_COUNTED = 2**31


def cosignature_number(size: int, witness: str) -> int:
    """Under which number a cosignature lies in the database: it follows from what it is, so that no other number fits."""
    return int.from_bytes(sha256(f"cosignature {size} {witness}".encode()).digest()[:8], "big") >> 1


# The kind of the entries that say whose details were erased.
DETAILS_ERASED = "journal.DetailsErased"
_CHUNK = 5000
_BEFORE_ALL = -(2**63) + 1
# In the place of the leaf of an entry that is there, and has no form that the record writes.
_ODD = b"odd"
# In the place of what is no number: no place, size or id is below 0.
_NO_NUMBER = -1


def written_body(fields: list[bytes], detail_hash: bytes | None) -> bytes | None:
    """What the leaf is the hash of, after the salt: the fields, one a line; None when one of them holds a line end."""
    if detail_hash is not None:
        fields = [*fields, detail_hash.hex().encode()]
    body = b"\n".join(fields)
    return body if body.count(b"\n") == len(fields) - 1 else None


class DatabaseRecord:
    """The record in a SQLite database. ``run`` executes a statement and gives its rows.

    A column of SQLite takes values of any kind, and bytes equal no text: of an entry that lies there as bytes the hash fits, and no list
    finds it. So text is read only where it lies as text, bytes as bytes and numbers as numbers; anything else fits no hash.
    """

    _TEXT = "CASE typeof({0}) WHEN 'text' THEN CAST({0} AS BLOB) END"
    _BYTES = "CASE typeof({0}) WHEN 'blob' THEN {0} END"
    _NUMBER = "CASE typeof({0}) WHEN 'integer' THEN {0} END"
    _ID = "CASE typeof({0}) WHEN 'text' THEN CAST({0} AS BLOB) WHEN 'null' THEN NULL ELSE x'' END"
    _HASH = "CASE typeof({0}) WHEN 'blob' THEN {0} WHEN 'null' THEN NULL ELSE x'' END"
    _AT = _TEXT.format("at")
    _COLUMNS = ", ".join(
        (
            _TEXT.format("e.at"),
            _TEXT.format("e.kind"),
            _TEXT.format("e.stream"),
            _TEXT.format("e.also"),
            _ID.format("e.by_id"),
            _ID.format("e.on_behalf_of_id"),
            _TEXT.format("e.data"),
        )
    )

    def __init__(self, run: Callable[[str], Iterable[tuple[Any, ...]]]) -> None:
        self._run = run

    def head(self) -> HeadRow:
        columns = f"{self._number('size')}, {self._bytes('frontier')}, {self._text('note')}"
        rows = list(self._run(f"SELECT {columns} FROM journal_head WHERE id = 1"))  # noqa: S608
        if not rows:
            return HeadRow(0, b"", "")
        size, frontier, note = rows[0]
        return HeadRow(_whole(size), _raw(frontier), _read(note))

    def total(self) -> int:
        return int(next(iter(self._run("SELECT COUNT(*) FROM journal_leaf")))[0])

    def rows(self, start: int = _BEFORE_ALL) -> Iterator[Row]:
        """The entries by their places, from ``start``."""
        place_and_entry = f"{self._number('l.place')}, {self._number('l.entry_id')}"
        while True:
            place = start - 1
            for there, wanted, found, salt, leaf, detail_hash, *values in self._run(
                f"SELECT {place_and_entry}, e.id, {self._hashes}, {self._COLUMNS} "  # noqa: S608
                "FROM journal_leaf l LEFT JOIN journal_entry e ON e.id = l.entry_id "
                f"WHERE l.place >= {start} ORDER BY l.place LIMIT {_CHUNK}"
            ):
                if there is None:  # its place is no number
                    yield Row(place + 1, _whole(wanted), b"", b"", None, _ODD)
                    return
                place = there
                if found is None:
                    yield Row(place, _whole(wanted), b"", b"", None, b"")
                else:
                    yield self._row(place, found, salt, leaf, detail_hash, values)
            if place < start:
                return
            start = place + 1

    def waiting(self) -> Iterator[Row]:
        """The entries that have no place yet."""
        for entry, salt, leaf, detail_hash, *values in self._run(
            f"SELECT e.id, {self._hashes}, {self._COLUMNS} FROM journal_entry e "  # noqa: S608
            "LEFT JOIN journal_leaf l ON l.entry_id = e.id WHERE l.entry_id IS NULL ORDER BY e.id"
        ):
            yield self._row(-1, entry, salt, leaf, detail_hash, values)

    def newest_placed(self) -> int:
        return next(iter(self._run("SELECT MAX(entry_id) FROM journal_leaf")))[0] or 0

    def checkpoints(self) -> Iterator[NoteRow]:
        for size, at, note in self._run(
            f"SELECT {self._number('size')}, {self._AT}, {self._text('note')} FROM journal_checkpoint ORDER BY size"  # noqa: S608
        ):
            try:
                moment = _read(self._moment(at))
            except (ValueError, TypeError):
                moment = ""  # then it is not the moment of the note
            yield NoteRow(_whole(size), _read(note), at=moment)

    def cosignatures(self) -> Iterator[NoteRow]:
        for number, size, witness, note in self._run(
            f"SELECT {self._number('id')}, {self._number('checkpoint_id')}, {self._text('witness')}, {self._text('note')} "  # noqa: S608
            "FROM journal_cosignature ORDER BY checkpoint_id, id"
        ):
            yield NoteRow(_whole(size), _read(note), witness=_read(witness), number=_whole(number))

    def details(self) -> Iterator[DetailRow]:
        for entry, owner, sealed, detail_hash in self._run(
            f"SELECT {self._number('d.entry_id')}, {self._text('d.owner')}, {self._bytes('d.sealed')}, "  # noqa: S608
            f"{self._HASH.format('e.detail_hash')} FROM journal_detail d "
            "LEFT JOIN journal_entry e ON e.id = d.entry_id ORDER BY d.entry_id"
        ):
            committed = None if detail_hash is None else _raw(detail_hash)
            yield DetailRow(_whole(entry), _read(owner), _raw(sealed), committed)

    def gone_details(self) -> Gone:
        """In one statement, so that an erasure in this very moment is in it with its entry, or not at all."""
        found, told = set(), []
        for entry, data in self._run(
            f"SELECT e.id, {self._text('e.data')} FROM journal_entry e WHERE e.kind = '{DETAILS_ERASED}' "  # noqa: S608
            "UNION ALL SELECT e.id, NULL FROM journal_entry e LEFT JOIN journal_detail d ON d.entry_id = e.id "
            "WHERE e.detail_hash IS NOT NULL AND d.entry_id IS NULL"
        ):
            if data is None:
                found.add(entry)
            else:
                told.append(_raw(data))
        return Gone(found, told)

    def subtrees(self) -> Iterator[tuple[int, bytes]]:
        columns = f"{self._number('number')}, {self._bytes('root')}"
        for number, root in self._run(f"SELECT {columns} FROM journal_subtree ORDER BY number"):  # noqa: S608
            yield _whole(number), _raw(root)

    def misled_lists(self) -> Iterator[str]:
        """What is wrong with the lists by which entries are found: a list from which one is left out hides it, and the entry is whole."""
        tables = self._run(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND lower(name) GLOB 'journal_*'"
        )
        for (table,) in list(tables):
            yield from (said for (said,) in self._run(f"PRAGMA integrity_check('{table}')") if said != "ok")

    @property
    def _hashes(self) -> str:
        return f"{self._bytes('e.salt')}, {self._bytes('e.leaf')}, {self._HASH.format('e.detail_hash')}"

    def _text(self, column: str) -> str:
        return self._TEXT.format(column)

    def _bytes(self, column: str) -> str:
        return self._BYTES.format(column)

    def _number(self, column: str) -> str:
        return self._NUMBER.format(column)

    def _row(self, place: int, entry: int, salt: Any, leaf: Any, detail_hash: Any, values: list[Any]) -> Row:
        at, kind, stream, also, by, on_behalf_of, data = values
        try:
            moment = self._moment(at)
            fields = [moment, kind, stream, also, self._id(by), self._id(on_behalf_of), data]
            salt = _raw(salt)
            committed = None if detail_hash is None else _raw(detail_hash)
            is_odd = len(salt) != 16 or (committed is not None and len(committed) != 64)
            body = None if is_odd else written_body(fields, committed)
            return Row(place, entry, moment, salt, body, _raw(leaf))
        except (ValueError, TypeError):
            return Row(place, entry, b"", b"", None, _ODD)

    def _moment(self, at: bytes) -> bytes:
        """As Django writes it on SQLite, in the form that leaves have."""
        if at[10:11] != b" " or len(at) not in (19, 26):
            raise ValueError
        return at[:10] + b"T" + at[11:] + (b"" if len(at) == 26 else b".000000") + b"+00:00"

    def _id(self, id: bytes | None) -> bytes:
        if id is None:
            return b""
        if len(id) != 32:
            raise ValueError
        return b"-".join((id[:8], id[8:12], id[12:16], id[16:20], id[20:]))


def _raw(value: Any) -> bytes:
    """Bytes; what fits no hash in the place of what is none."""
    return _ODD if value is None else bytes(value)


def _whole(value: int | None) -> int:
    """A number; one that stands nowhere in the place of what is none."""
    return _NO_NUMBER if value is None else value


def _read(value: bytes | str | None) -> str:
    """Text, with a sign in the place of what is none: it then fits no signature."""
    if value is None:
        return "\N{REPLACEMENT CHARACTER}"
    return value if isinstance(value, str) else value.decode("utf-8", "replace")


def open_sqlite(path: Path) -> DatabaseRecord:
    """The record in a SQLite file, which is not written to."""
    database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    database.execute("SELECT 1 FROM journal_entry LIMIT 1")
    return DatabaseRecord(database.execute)


class _Details(NamedTuple):
    """What the entries of an export commit to, by their ids, and what they tell of erasures."""

    hashes: dict[int, bytes]
    told: list[bytes]


def _tells_of_erasure(fields: list[str]) -> bool:
    return len(fields) == 7 and fields[1] == DETAILS_ERASED


class ExportedRecord:
    """The record in a file that ``civium journal export`` wrote: one object a line, the kind of it first."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._now = (0, 0)

    def head(self) -> HeadRow:
        def read(each: dict[str, Any]) -> HeadRow:
            return HeadRow(_number(each["size"]), _unhex(each["frontier"]), _words(each["note"]))

        return next(self._read("head", read), HeadRow(0, b"", ""))

    def total(self) -> int:
        return self.head().size

    def rows(self, start: int = _BEFORE_ALL) -> Iterator[Row]:
        return (row for row in self._read("entry", self._row) if row.place >= start)

    def waiting(self) -> Iterator[Row]:
        """An export ends with its head. It has those that wait when an entry was gone, because its id was changed perhaps."""
        return self._read("waiting", self._row)

    def misled_lists(self) -> Iterator[str]:
        """It has none."""
        return iter(())

    def newest_placed(self) -> int:
        return max((row.entry or 0 for row in self.rows()), default=0)

    def checkpoints(self) -> Iterator[NoteRow]:
        def read(each: dict[str, Any]) -> NoteRow:
            return NoteRow(_number(each["checkpoint"]), _words(each["note"]), at=_words(each["at"]))

        return self._read("checkpoint", read)

    def cosignatures(self) -> Iterator[NoteRow]:
        def read(each: dict[str, Any]) -> NoteRow:
            size, number = _number(each["cosignature"]), each.get("number")
            witness = _words(each["witness"])
            return NoteRow(
                size,
                _words(each["note"]),
                witness=witness,
                number=None if number is None else _number(number),
            )

        return self._read("cosignature", read)

    def details(self) -> Iterator[DetailRow]:
        hashes = self._details_of_entries.hashes

        def read(each: dict[str, Any]) -> DetailRow:
            entry = _number(each["detail"])
            return DetailRow(entry, _words(each["owner"]), _unhex(each["sealed"]), hashes.get(entry))

        return self._read("detail", read)

    def gone_details(self) -> Gone:
        """Of its entries. Erasures that were not signed for yet are among those that wait."""
        of_entries = self._details_of_entries
        gone = of_entries.hashes.keys() - {each.entry for each in self.details()}
        later = [
            each["fields"][6].encode() for each in self._lines("waiting") if _tells_of_erasure(each["fields"])
        ]
        return Gone(gone, of_entries.told + later)

    @cached_property
    def _details_of_entries(self) -> _Details:
        """Read once: every line of the file counts when it is long."""
        hashes, told = {}, []
        for each in self._lines("entry"):
            if each["detail_hash"] is not None:
                hashes[each["entry"]] = _unhex(each["detail_hash"])
            if _tells_of_erasure(each["fields"]):
                told.append(each["fields"][6].encode())
        return _Details(hashes, told)

    def subtrees(self) -> Iterator[tuple[int, bytes]]:
        return self._read("subtree", lambda each: (_number(each["subtree"]), _unhex(each["root"])))

    def _read(self, kind: str, read: Callable[[dict[str, Any]], T]) -> Iterator[T]:
        """The objects of this kind, read. One that is not as the export writes it is a finding."""
        for each in self._lines(kind):
            try:
                found = read(each)
            except (KeyError, ValueError, TypeError) as error:
                raise _damaged(*self._now) from error
            yield found

    def _lines(self, kind: str) -> Iterator[dict[str, Any]]:
        """The objects of this kind. A line that is not as the export writes it is a finding."""
        start, number, place, is_whole = f'{{"{kind}":'.encode(), 0, 0, False
        with self._path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.startswith(b'{"entry":'):
                    place += 1
                is_whole = line == b'{"end":true}\n'
                if line.startswith(start):
                    self._now = (number, place)
                    yield self._object(line, number, place)
                elif not line.startswith(_STARTS):
                    raise _damaged(number, place)
        if not is_whole:
            raise Tampered(TRUNCATED, place, None, f"the export ends after line {number}, without its end")

    @staticmethod
    def _object(line: bytes, number: int, place: int) -> dict[str, Any]:
        try:
            found = json.loads(line)
            if not isinstance(found, dict) or written_line(found) != line:
                raise ValueError
        except ValueError as error:
            raise _damaged(number, place) from error
        return found

    @staticmethod
    def _row(each: dict[str, Any]) -> Row:
        place, entry, leaf = _number(each["place"]), _number(each["entry"]), _unhex(each["leaf"])
        if each["bound"] != bound(place, entry, leaf):
            raise ValueError
        if not each["fields"]:  # as it lay in the database: removed, or no longer of its form
            return Row(place, entry, b"", b"", None, leaf)
        fields, salt = [_words(text).encode() for text in each["fields"]], _unhex(each["salt"])
        committed = None if each["detail_hash"] is None else _unhex(each["detail_hash"])
        is_sound = len(fields) == 7 and len(salt) == 16
        return Row(place, entry, fields[0], salt, written_body(fields, committed) if is_sound else None, leaf)


def _number(value: Any) -> int:
    if type(value) is not int:
        raise ValueError
    return value


def _words(value: Any) -> str:
    if type(value) is not str:
        raise ValueError
    return value


KINDS = (
    "civium-record",
    "head",
    "entry",
    "waiting",
    "checkpoint",
    "cosignature",
    "detail",
    "subtree",
    "end",
)
_STARTS = tuple(f'{{"{kind}":'.encode() for kind in KINDS)


def bound(place: int, entry: int, leaf: bytes) -> str:
    """What binds an entry's line in an export to its leaf, which holds neither place nor id: against damage on the way."""
    return sha256(f"{place} {entry}\n".encode() + leaf).hexdigest()[:16]


def written_line(each: dict[str, Any]) -> bytes:
    """An object as a line of the export: one text for each value."""
    return json.dumps(each, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def _unhex(text: str) -> bytes:
    found = bytes.fromhex(text)
    if found.hex() != text:
        raise ValueError
    return found


def _damaged(line: int, place: int) -> Tampered:
    return Tampered(CHANGED, max(place - 1, 0), None, f"line {line} of the export was changed")


def read_copies(folder: Path) -> Iterator[Copy]:
    """Every copied checkpoint, oldest first. Refuses with ValueError at a line that is none."""
    for path in sorted(folder.glob("*.jsonl")):
        with path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield read_copy(line)


def read_copy(line: bytes) -> Copy:
    """One line of the copies. Refuses with ValueError."""
    try:
        read = json.loads(line)
        ids = None if "ids" not in read else [_number(each) for each in read["ids"]]
        copy = Copy(int(read["size"]), _unbase64(read["leaves"]), str(read["note"]), ids)
    except (KeyError, TypeError) as error:
        raise ValueError from error
    if written_copy(copy) != line:
        raise ValueError
    return copy


def written_copy(copy: Copy) -> bytes:
    leaves = base64.b64encode(copy.leaves).decode()
    ids = {} if copy.ids is None else {"ids": copy.ids}
    return json.dumps({"size": copy.size, "leaves": leaves, "note": copy.note, **ids}).encode() + b"\n"


# --- checking a record -------------------------------------------------------------------------------------------------


class _Ahead(Generic[T]):
    """An iterator that shows what comes next; None at the end."""

    def __init__(self, source: Iterable[T]) -> None:
        self._source = iter(source)
        self._next: T | None = None

    def peek(self) -> T | None:
        if self._next is None:
            self._next = next(self._source, None)
        return self._next

    def take(self) -> T | None:
        item = self.peek()
        self._next = None
        return item


Progress = Callable[[int, int], None]


class Check:
    """One pass over a record. ``run`` raises Tampered at the first finding; ``counted`` tells how far it came.

    ``copies``: the lines of the copies folder; ``noted``: checkpoints from elsewhere, such as a witness or a newspaper; ``at_least``: how
    many entries there were, by somebody's notes.
    """

    def __init__(
        self,
        record: DatabaseRecord | ExportedRecord,
        keys: list[Key],
        *,
        copies: Iterable[Copy] = (),
        noted: Iterable[str] = (),
        at_least: int = 0,
        check: CheckSignature = is_signed_by,
        progress: Progress = lambda done, of: None,
    ) -> None:
        self.counted = Counted()
        self._record = record
        self._keys = keys
        self._witnesses = {key.name for key in keys if key.kind == BY_A_WITNESS}
        self._copies = copies
        self._noted = noted
        self._at_least = at_least
        self._check = check
        self._progress = progress
        # a checkpoint is read twice, one after the other: in the database and in the copies
        self._read_once = lru_cache(maxsize=8)(self._read_note)
        self._copied_sizes: set[int] = set()
        self._sizes: set[int] = set()

    def run(self) -> None:
        """Check everything. Raises Tampered."""
        self._head = self._record.head()
        self._head_note = (
            self._read(self._head.note, self._head.size, "of the head", is_strict=True)
            if self._head.note
            else None
        )
        if self._head_note and self._head.size > self._head_note.size:
            raise self._changed_head(self._head_note.size)
        outside = sorted(
            (self._read(note, 0, "noted elsewhere") for note in self._noted), key=lambda s: s.size
        )
        self._outside = _Ahead(outside)
        self._checkpoints = _Ahead(self._record.checkpoints())
        self._cosignatures = _Ahead(self._record.cosignatures() if self._witnesses else ())
        self._subtrees = _Ahead(self._record.subtrees())
        self._rows = _Ahead(self._record.rows())
        self._copied = _Ahead(self._copied_leaves())
        self._check_tree()
        self._check_end()
        self._check_subtrees_end()
        self._check_checkpoints_are_there()
        self._check_waiting()
        self._check_details()
        self._check_gone_details()
        for said in self._record.misled_lists():
            raise Tampered(HIDDEN, 0, None, f"a list by which entries are found does not fit them: {said}")

    # the tree

    def _check_tree(self) -> None:
        frontier, subtree, total = Frontier(), Frontier(), self._record.total()
        self._agreed, self._ids = 0, b""
        while (row := self._rows.peek()) is not None:
            leaf = self._leaf(row, frontier.size)
            self._rows.take()
            expected = self._copied.take()
            if expected is not None:
                if expected.leaf != leaf:
                    self._explain(row, expected.leaf, frontier)
                if expected.entry not in (None, row.entry):
                    raise self._changed_id(frontier.size, row.entry, expected.entry)
            frontier.append(leaf)
            subtree.append(leaf)
            self._ids = next_ids(self._ids, row.entry or 0)
            if subtree.size == SUBTREE:
                self._check_subtree(frontier.size // SUBTREE - 1, subtree.root(), frontier.size)
                subtree = Frontier()
            self._check_signed(frontier)
            self.counted.entries = frontier.size
            self.counted.copied += expected is not None
            if frontier.size % _CHUNK == 0:
                self._progress(frontier.size, total)
        self._progress(total, total)

    def _leaf(self, row: Row, place: int) -> bytes:
        """The leaf of the row, computed anew. Refuses a place without its entry and an entry that is not as it says."""
        if row.place != place:
            if row.place < place:
                raise Tampered(
                    INSERTED, 0, row.entry, f"entry {row.entry} was given a place before the first"
                )
            raise self._gap(place)
        if row.body is None and not row.leaf:
            raise self._without_its_entry(row)
        if row.body is None or (leaf := leaf_of_body(row.salt, row.body)) != row.leaf:
            words = f"entry {row.entry}, number {place + 1} of the record, was changed after it was recorded"
            raise Tampered(CHANGED, place, row.entry, words)
        return leaf

    def _gap(self, place: int) -> Tampered:
        """No entry has this place: it was removed, or has another one now."""
        expected, where = self._copied.peek(), f"number {place + 1} of the record"
        for row in self._record.rows(place) if expected else ():
            if expected and row.leaf == expected.leaf:
                return Tampered(REORDERED, place, row.entry, f"entry {row.entry} was moved away from {where}")
        return Tampered(REMOVED, place, None, f"an entry, {where}, was removed, or moved away")

    def _without_its_entry(self, row: Row) -> Tampered:
        """The place stands, and no entry has its id: one of the two ids was changed, or the entry is gone."""
        place, expected = row.place, self._copied.peek()
        if expected and expected.entry not in (None, row.entry):
            return self._changed_id(place, row.entry, expected.entry)
        for other in self._record.waiting() if expected else ():
            if expected and other.leaf == expected.leaf:
                return self._changed_id(place, other.entry, row.entry)
        words = f"entry {row.entry}, number {place + 1} of the record, was removed, or its id was changed"
        return Tampered(REMOVED, place, row.entry, words)

    @staticmethod
    def _changed_id(place: int, found: int | None, was: int | None) -> Tampered:
        words = f"the id of entry {was}, number {place + 1} of the record, was changed to {found}"
        return Tampered(CHANGED, place, was, words)

    def _check_signed(self, frontier: Frontier) -> None:
        """Whatever was signed for at this size was signed for this tree."""
        size = frontier.size
        while (row := self._checkpoints.peek()) and row.size <= size:
            self._checkpoints.take()
            signed = self._read(row.note, row.size, "of the database", is_strict=True)
            if signed.size != row.size or _written(signed.at) != row.at or row.size != size:
                raise self._forged(row.size, "of the database")
            self._check_root(signed, frontier)
            self._sizes.add(size)
            self._agreed = size
            self.counted.checkpoints, self.counted.last_checkpoint_at = (
                self.counted.checkpoints + 1,
                signed.at,
            )
        while (row := self._cosignatures.peek()) and row.size <= size:
            self._cosignatures.take()
            signed = self._read(row.note, row.size, "that was cosigned", is_strict=True)
            if signed.size != row.size or row.size != size or set(signed.witnesses) != {row.witness}:
                raise self._forged(row.size, "that was cosigned")
            self._check_number(row)
            self._check_root(signed, frontier)
            self.counted.cosigned += size != self.counted.last_cosigned
            self.counted.last_cosigned = size
            self.counted.witnesses.add(row.witness)
        while (noted := self._outside.peek()) and noted.size <= size:
            self._outside.take()
            if noted.size == size and noted.root != frontier.root():
                words = (
                    f"a checkpoint noted elsewhere is of another record: both are signed, and they part between "
                    f"number {self._agreed + 1} and number {size}"
                )
                raise Tampered(FORKED, self._agreed, None, words)
        if size == self._head.size:
            self._check_head(frontier)

    def _check_head(self, frontier: Frontier) -> None:
        if frontier.to_bytes() != self._head.frontier:
            raise self._changed_head(frontier.size)
        signed = self._head_note
        if signed and signed.size <= frontier.size:
            if signed.size != frontier.size or signed.root != frontier.root():
                raise self._changed_head(frontier.size)
            self._check_root(signed, frontier)
            self.counted.last_checkpoint_at = signed.at

    def _check_root(self, signed: Signed, frontier: Frontier) -> None:
        if signed.root == frontier.root():
            self._check_ids(signed)
            return
        words = (
            f"the first {signed.size} entries are not those that were signed for at {signed.at:%Y-%m-%d %H:%M}: "
            f"between number {self._agreed + 1} and number {signed.size} one was changed, removed, inserted or moved"
        )
        raise Tampered(REWRITTEN, self._agreed, None, words)

    def _check_ids(self, signed: Signed) -> None:
        """The ids are those that were signed for too."""
        if signed.ids and signed.ids != self._ids:
            words = (
                f"the id of an entry between number {self._agreed + 1} and number {signed.size} was changed"
            )
            raise Tampered(CHANGED, self._agreed, None, words)

    @staticmethod
    def _check_number(row: NoteRow) -> None:
        if row.number is None or 0 < row.number < _COUNTED:
            return
        if row.number != cosignature_number(row.size, row.witness):
            words = f"the number of the cosignature by {row.witness} for {row.size} entries was changed"
            raise Tampered(CHANGED, row.size, None, words)

    def _check_subtree(self, number: int, root: bytes, size: int) -> None:
        """The root that is kept for proofs is there. All are, or none yet: the sequencer makes them together with places."""
        found = self._subtrees.take()
        if number == 0:
            self._has_subtrees = found is not None
        if found is None and (size > self._head.size or not self._has_subtrees):
            return
        if found != (number, root):
            raise self._changed_subtree(found[0] if found and found[0] < 0 else number)

    def _check_subtrees_end(self) -> None:
        """None is kept for what is not there."""
        if (left := self._subtrees.peek()) is not None:
            raise self._changed_subtree(left[0])

    @staticmethod
    def _changed_subtree(number: int) -> Tampered:
        first = number * SUBTREE
        words = f"what is kept for proofs, of number {first + 1} to number {first + SUBTREE} of the record, was changed"
        return Tampered(CHANGED, first, None, words)

    def _read(self, note: str, size: int, which: str, *, is_strict: bool = False) -> Signed:
        try:
            return self._read_once(note, is_strict)
        except NotSigned as error:
            raise self._forged(size, which) from error

    def _read_note(self, note: str, is_strict: bool) -> Signed:
        return read_checkpoint(note, self._keys, is_strict=is_strict, check=self._check)

    def _forged(self, size: int, which: str) -> Tampered:
        words = f"the checkpoint {which} for {size} entries was not signed by this site"
        return Tampered(FORGED, size, None, words)

    # where the entries and their copies part

    def _explain(self, row: Row, expected: bytes, before: Frontier) -> None:
        """Say what was done where the tree and its copy part."""
        place, where = row.place, f"number {row.place + 1} of the record"
        following = self._rows.peek()
        is_next = following is not None and following.leaf == expected
        copied_next = self._copied.peek()
        was_next = copied_next is not None and copied_next.leaf == row.leaf
        if self._is_signed_again(row, before):
            words = (
                f"entry {row.entry}, {where}, is another one than in the copies of the checkpoints, and both are signed: "
                "somebody with the signing key wrote two records"
            )
            raise Tampered(FORKED, place, row.entry, words)
        if (is_next and was_next) or (not is_next and not was_next and self._is_elsewhere(expected, place)):
            raise Tampered(REORDERED, place, row.entry, f"entry {row.entry} was moved to {where}")
        if is_next:
            raise Tampered(INSERTED, place, row.entry, f"entry {row.entry} was inserted as {where}")
        if was_next:
            words = f"the entry before entry {row.entry}, {where}, was removed"
            raise Tampered(REMOVED, place, None, words)
        raise Tampered(
            CHANGED, place, row.entry, f"entry {row.entry}, {where}, is not the one that was recorded"
        )

    def _is_elsewhere(self, leaf: bytes, place: int) -> bool:
        return any(row.leaf == leaf for row in self._record.rows(place + 1))

    def _is_signed_again(self, row: Row, before: Frontier) -> bool:
        """Whether the next checkpoint was signed for the tree with this entry in it."""
        checkpoint = self._checkpoints.peek()
        if checkpoint is None:
            return False
        frontier = before.copy()
        for each in self._record.rows(row.place):
            if frontier.size == checkpoint.size:
                break
            frontier.append(each.leaf)
        try:
            signed = read_checkpoint(checkpoint.note, self._keys, check=self._check)
        except NotSigned:
            return False
        return signed.size == frontier.size and signed.root == frontier.root()

    def _copied_leaves(self) -> Iterator[CopiedLeaf]:
        """The leaves in the copies, each line checked against its own signature first. Refuses what does not fit."""
        frontier, ids = Frontier(), b""
        try:
            for copy in self._copies:
                ids = self._check_copy(copy, frontier, ids)
                self._copied_sizes.add(copy.size)
                yield from copy.each_leaf
        except ValueError as error:
            words = f"a line of the checkpoints folder, after {frontier.size} entries, cannot be read"
            raise Tampered(COPY_DAMAGED, frontier.size, None, words) from error

    def _check_copy(self, copy: Copy, frontier: Frontier, ids: bytes) -> bytes:
        """Check the line, which follows on those up to here; give what was signed of the ids up to it."""
        signed = self._read(copy.note, copy.size, "in the checkpoints folder", is_strict=True)
        knows_those_before = bool(ids) or frontier.size == 0
        for leaf, entry in copy.each_leaf:
            frontier.append(leaf)
            ids = next_ids(ids, entry or 0)
        has_all_ids = copy.ids is None or len(copy.ids) * HASH_SIZE == len(copy.leaves)
        if knows_those_before and copy.ids is not None and ids != signed.ids:
            has_all_ids = False
        is_whole = len(copy.leaves) % HASH_SIZE == 0 and signed.size == copy.size == frontier.size
        if not is_whole or not has_all_ids or signed.root != frontier.root():
            words = f"the checkpoints folder does not hold the leaves that were signed for with {copy.size} entries"
            raise Tampered(COPY_DAMAGED, copy.size, None, words)
        return signed.ids

    # where the record ends

    def _check_end(self) -> None:
        """Nothing that was signed for lies beyond the last entry."""
        size = self.counted.entries
        for rows, which in (
            (self._checkpoints, "of the database"),
            (self._cosignatures, "that was cosigned"),
        ):
            row = rows.peek()
            if row and self._read(row.note, row.size, which).size != row.size:
                raise self._forged(row.size, which)
        left = (self._checkpoints.peek(), self._cosignatures.peek(), self._head, self._head_note)
        here = max(row.size for row in left if row)
        if here > size and next(self._record.rows(size), None) is None:
            words = f"the record ends after {size} of {here} entries that were signed for: the others were removed"
            raise Tampered(TRUNCATED, size, None, words)
        noted = self._outside.peek()
        if noted or self._copied.peek() or self._at_least > size:
            known = max(noted.size if noted else size + 1, self._at_least)
            words = f"the record ends after {size} entries, and there were at least {known}: it was put back to an earlier state"
            raise Tampered(ROLLED_BACK, size, None, words)
        now = self._record.head()
        if now.size < size:
            raise self._changed_head(size, now.size)

    def _changed_head(self, found: int, size: int | None = None) -> Tampered:
        said = self._head.size if size is None else size
        words = (
            f"the head of the tree, which stands at {said} entries, does not fit the {found} that there are"
        )
        return Tampered(HEAD_CHANGED, said, None, words)

    def _check_checkpoints_are_there(self) -> None:
        """Every copied checkpoint is still in the database, and the tree ends with one."""
        missing = self._copied_sizes - self._sizes
        if self.counted.entries and self.counted.entries not in self._sizes:
            missing.add(self.counted.entries)
        if missing:
            size = min(missing)
            words = f"the checkpoint for {size} entries was removed from the database"
            raise Tampered(CHECKPOINT_REMOVED, size, None, words)

    # what has no place in the tree

    def _check_waiting(self) -> None:
        """Entries that have no place yet are as they say they were recorded, and came in the order of their ids."""
        newest, place = self._record.newest_placed(), self.counted.entries
        for row in self._record.waiting():
            is_sound = row.body is not None and leaf_of_body(row.salt, row.body) == row.leaf
            at = _moment(row.at) if is_sound else None
            if (row.entry or 0) < 1 or (
                at is not None
                and looks_backdated(
                    row.entry or 0, at, newest_id=newest, signed_at=self.counted.last_checkpoint_at
                )
            ):
                words = f"entry {row.entry}, which waits for its place, was slipped in below those signed for"
                raise Tampered(INSERTED, place, row.entry, words)
            if at is None:
                words = f"entry {row.entry} was changed after it was recorded"
                raise Tampered(CHANGED, place, row.entry, words)
            self.counted.waiting += 1

    def _check_details(self) -> None:
        """Every sealed detail that is still there is the one that its entry commits to."""
        for row in self._record.details():
            if row.detail_hash is None:
                words = f"a sealed detail was added to entry {row.entry}, which has none"
                raise Tampered(INSERTED, self.counted.entries, row.entry, words)
            if sealed_hash(row.owner, row.sealed) != row.detail_hash[32:]:
                words = f"the sealed detail of entry {row.entry} was changed"
                raise Tampered(CHANGED, self.counted.entries, row.entry, words)
            self.counted.details += 1

    def _check_gone_details(self) -> None:
        """Every sealed detail that is not there any more was erased, and an entry says so.

        Erasures from before they named entries count as many as they say, whichever these were.
        """
        gone, told = self._record.gone_details()
        named, uncounted = set(), 0
        for data in told:
            entries, count = _erased(data)
            named |= entries
            uncounted += 0 if entries else count
        missed = sorted(gone - named)
        if len(missed) <= uncounted:
            return
        if uncounted:
            words = (
                f"{len(missed)} sealed details are missing, and the record says of only {uncounted} of them that they were erased: "
                f"one or more of the entries from {missed[0]} to {missed[-1]} lost theirs"
            )
            raise Tampered(DETAIL_MISSING, self.counted.entries, None, words)
        words = f"the sealed detail of entry {missed[0]} is missing, and nothing says that it was erased"
        raise Tampered(DETAIL_MISSING, self.counted.entries, missed[0], words)


def _erased(data: bytes) -> tuple[set[int], int]:
    """Which entries lost their details, and how many did; none where the words are not as the site writes them."""
    try:
        told = json.loads(data)
        return {int(entry) for entry in told.get("entries", "").split()}, _number(told["count"])
    except (AttributeError, KeyError, TypeError, ValueError):
        return set(), 0


def _written(at: datetime) -> str:
    return at.astimezone(timezone.utc).isoformat(timespec="microseconds")


def _moment(at: bytes) -> datetime | None:
    try:
        return datetime.fromisoformat(at.decode())
    except ValueError:
        return None


# --- receipts (C2SP, tlog-proof) ---------------------------------------------------------------------------------------

PROOF_HEADER = "c2sp.org/tlog-proof@v1"
LONGEST_RECEIPT = 8192
FIELDS = ("at", "kind", "stream", "also", "by", "on_behalf_of", "data")


class ReceiptWrong(Exception):
    """The text is no receipt of this record; the message says what does not fit."""


class Receipt(NamedTuple):
    """What a receipt proves: that this entry is number ``place + 1`` of the record whose ``signed`` head it ends with."""

    place: int
    fields: dict[str, str]
    signed: Signed


def write_receipt(*, salt: bytes, body: bytes, index: int, proof: list[bytes], note: str) -> str:
    """The receipt of an entry. The opening, salt and fields, is the "extra" line: whoever has the receipt can read the entry."""
    extra = base64.b64encode(salt + body).decode()
    hashes = "".join(base64.b64encode(each).decode() + "\n" for each in proof)
    return f"{PROOF_HEADER}\nextra {extra}\nindex {index}\n{hashes}\n{note}"


def read_receipt(text: str, keys: Iterable[Key], *, check: CheckSignature = is_signed_by) -> Receipt:
    """What the receipt proves. Refuses with ReceiptWrong."""
    if len(text) > LONGEST_RECEIPT:
        raise ReceiptWrong("this is too long to be a receipt")
    text = text.replace("\r\n", "\n").lstrip("\n\ufeff ").rstrip("\n ") + "\n"
    try:
        proof, _, note = text.partition("\n\n")
        header, extra, index, *hashes = proof.split("\n")
        if header != PROOF_HEADER or not extra.startswith("extra ") or not index.startswith("index "):
            raise ValueError
        opening = _unbase64(extra[6:])
        place, path = int(index[6:]), [_unbase64(each) for each in hashes]
        salt, body = opening[:16], opening[16:]
        lines = body.decode().split("\n")
        if len(lines) not in (7, 8) or str(place) != index[6:] or any(len(each) != 32 for each in path):
            raise ValueError
    except ValueError as error:
        raise ReceiptWrong("this is no receipt, or a part of it is missing or changed") from error
    try:
        signed = read_checkpoint(note, keys, check=check)
    except NotSigned as error:
        raise ReceiptWrong(
            "the record's signature does not fit: it was changed, or is of another record"
        ) from error
    if root_by_inclusion(leaf_of_body(salt, body), place, signed.size, path) != signed.root:
        raise ReceiptWrong("the entry in it is not the one in the record: one of both was changed")
    return Receipt(place, dict(zip(FIELDS, lines)), signed)


# --- the command -------------------------------------------------------------------------------------------------------


def main(words: list[str] | None = None) -> int:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(metavar="record|receipt", required=True)
    record = verbs.add_parser("record", help="check a copy of the whole record")
    record.add_argument("file", type=Path, help="a SQLite database, or an export")
    record.add_argument("--copies", type=Path, metavar="FOLDER", help="the copies of the checkpoints")
    record.add_argument(
        "--checkpoint", type=Path, action="append", default=[], metavar="FILE", help="one noted elsewhere"
    )
    record.add_argument("--at-least", type=int, default=0, metavar="N", help="it had N entries already")
    record.set_defaults(do=_check_record)
    receipt = verbs.add_parser("receipt", help="check a receipt")
    receipt.add_argument("file", type=Path)
    receipt.set_defaults(do=_check_receipt)
    for verb in (record, receipt):
        verb.add_argument("--keys", type=Path, metavar="FILE", help="public keys, one a line")
        verb.add_argument("--key", action="append", default=[], metavar="KEY", help="one public key")
    asked = parser.parse_args(words)
    try:
        lines = asked.keys.read_text(encoding="utf-8").splitlines() if asked.keys else []
        keys = read_keys([*lines, *asked.key])
        if not any(key.kind == BY_THE_RECORD for key in keys):
            raise ValueError(
                "give the public key of the record with --keys or --key; the site shows it where receipts are checked"
            )
        return int(asked.do(asked, keys))
    except (OSError, sqlite3.Error, ValueError) as error:
        print(f"Cannot be checked: {error}", file=sys.stderr)
        return 2


def _check_record(asked: argparse.Namespace, keys: list[Key]) -> int:
    with asked.file.open("rb") as file:
        is_sqlite = file.read(16) == b"SQLite format 3\x00"
    check = Check(
        open_sqlite(asked.file) if is_sqlite else ExportedRecord(asked.file),
        keys,
        copies=read_copies(asked.copies) if asked.copies else (),
        noted=[path.read_text(encoding="utf-8") for path in asked.checkpoint],
        at_least=asked.at_least,
    )
    try:
        check.run()
    except Tampered as tampered:
        found = tampered.finding
        print(f"NOT WHOLE ({found.kind}): {found.words}.")
        print(f"Up to there {check.counted.entries} entries were found as they were recorded.")
        return 1
    counted = check.counted
    signed = (
        f", signed until {counted.last_checkpoint_at:%Y-%m-%d %H:%M} UTC"
        if counted.last_checkpoint_at
        else ""
    )
    print(f"Whole: {counted.entries} entries and {counted.checkpoints} checkpoints{signed}.")
    print(
        f"Checked against copies kept elsewhere: {counted.copied} entries. Not signed for yet: {counted.waiting}."
    )
    if any(key.kind == BY_A_WITNESS for key in keys):
        by = ", ".join(sorted(counted.witnesses)) or "nobody"
        print(f"Checkpoints that witnesses cosigned: {counted.cosigned}, by {by}.")
    else:
        print("No key of a witness was given, so cosignatures were not looked at.")
    return 0


def _check_receipt(asked: argparse.Namespace, keys: list[Key]) -> int:
    try:
        receipt = read_receipt(asked.file.read_text(encoding="utf-8"), keys)
    except (ReceiptWrong, UnicodeDecodeError) as error:
        print(f"NOT PROVEN: {error}.")
        return 1
    signed = receipt.signed
    print(f"Proven: this is number {receipt.place + 1} of the record, unchanged since it was written.")
    for name, value in receipt.fields.items():
        print(f"  {name:<13} {value}")
    print(f"Signed for by {signed.origin} at {signed.at:%Y-%m-%d %H:%M} UTC, with {signed.size} entries.")
    for name, at in signed.witnesses.items():
        print(f"Cosigned by {name} at {at:%Y-%m-%d %H:%M} UTC.")
    if not signed.witnesses:
        print("No witness whose key was given has cosigned it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
