"""Write the record into a file that the single-file verifier reads, from whatever database it lies in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from civium.foundation.journal.actions.verify import the_record
from civium.foundation.journal.signing import public_keys
from civium.foundation.journal.standalone.verify_record import (
    DETAILS_ERASED,
    SUBTREE,
    DatabaseRecord,
    HeadRow,
    NoteRow,
    Row,
    bound,
    written_line,
)


def export_record(path: Path) -> int:
    """Write everything up to the head as it is now, and give the number of entries. Refuses to replace a file. Nobody but this account
    may read it: it tells who did what, and when.

    What no longer fits is written as it lies there, so that who checks the file finds it.
    """
    record = the_record()
    head = record.head()
    size = head.size if head.size > 0 else record.total()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for each in _objects(record, head, size):
            file.write(written_line(each))
    return size


def _objects(record: DatabaseRecord, head: HeadRow, size: int) -> Iterator[dict[str, Any]]:
    yield {"civium-record": 1, "keys": [str(key) for key in public_keys()]}
    yield {"head": 1, "size": head.size, "frontier": head.frontier.hex(), "note": head.note}
    with_detail: set[int | None] = set()
    is_one_gone = False
    for row in record.rows():
        if row.place >= size:
            break
        is_one_gone |= row.body is None and not row.leaf
        entry = _entry(row)
        if entry["detail_hash"] is not None:
            with_detail.add(row.entry)
        yield {"entry": row.entry, "place": row.place, **entry}
    yield from (
        {"checkpoint": each.size, "at": each.at, "note": each.note}
        for each in record.checkpoints()
        if _belongs(each, size)
    )
    yield from (
        {"cosignature": each.size, "number": each.number, "witness": each.witness, "note": each.note}
        for each in record.cosignatures()
        if _belongs(each, size)
    )
    yield from (
        {"detail": each.entry, "owner": each.owner, "sealed": each.sealed.hex()}
        for each in record.details()
        if each.entry in with_detail or each.detail_hash is None
    )
    # Read after the details, so that whoever erased one in the meantime is in it; those that have a place by then come twice.
    yield from (
        {"waiting": row.entry, "entry": row.entry, "place": row.place, **_entry(row)}
        for row in chain(record.waiting(), record.rows(size))
        if (is_one_gone and row.place < 0)  # perhaps it is there, under another id
        or _tells_of_erasure(row)
    )
    yield from (
        {"subtree": number, "root": root.hex()}
        for number, root in record.subtrees()
        if number < size // SUBTREE
    )
    yield {"end": True}


def _belongs(each: NoteRow, size: int) -> bool:
    """Whether it is of the record up to the size; or stands for more than it says, which is damage and no newer head."""
    return each.size <= size or each.note.split("\n")[1:2] != [str(each.size)]


def _tells_of_erasure(row: Row) -> bool:
    return row.body is not None and row.body.split(b"\n")[1:2] == [DETAILS_ERASED.encode()]


def _entry(row: Row) -> dict[str, Any]:
    """The entry as it lies there; one that no longer has its form goes without its fields, and is found by that."""
    fields = row.body.decode("utf-8", "replace").split("\n") if row.body is not None else []
    return {
        "salt": row.salt.hex(),
        "fields": fields[:7],
        "detail_hash": fields[7] if len(fields) > 7 else None,
        "leaf": row.leaf.hex(),
        "bound": bound(row.place, row.entry or 0, row.leaf),
    }
