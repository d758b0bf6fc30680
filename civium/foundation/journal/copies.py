"""The second place of the checkpoints: files beside the database, one a month, one line of JSON per checkpoint.

A line holds the signed note and the leaves that are new in it, so the files alone give the whole tree, and verifying
can name the entry that somebody touched. Leaves are salted hashes: they tell nothing about what they stand for.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from civium.foundation.journal.merkle import HASH_SIZE

# Longer than the longest line that the sequencer writes.
_TAIL = 1024 * 1024


@dataclass(frozen=True)
class CopiedCheckpoint:
    """One line. ``size``: entries in the tree; ``leaves``: the hashes added since the line before."""

    size: int
    leaves: bytes
    note: str

    @property
    def each_leaf(self) -> Iterator[bytes]:
        return (self.leaves[i : i + HASH_SIZE] for i in range(0, len(self.leaves), HASH_SIZE))


def copies_folder() -> Path:
    """``CIVIUM_WITNESS``; without it a folder of the data, which whoever rolls the data back rolls back too."""
    return Path(settings.CIVIUM_WITNESS or Path(settings.CIVIUM_DATA) / "checkpoints")


def copied_size() -> int:
    """The size of the last checkpoint that was copied; 0 when there is none."""
    for path in reversed(_files()):
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
            *complete, _torn = file.read().split(b"\n")
        if complete and complete[-1]:
            return _read_line(complete[-1]).size
    return 0


def append_copies(month: str, copies: Iterable[CopiedCheckpoint]) -> None:
    """Add the lines to the file of the month ("2026-03") and have the disk keep them. A torn last line is removed."""
    folder = copies_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{month}.jsonl").open("ab+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _remove_torn_line(file.fileno())
        for copy in copies:
            file.write(_line(copy))
        file.flush()
        os.fsync(file.fileno())


def read_copies() -> Iterator[CopiedCheckpoint]:
    """Every copied checkpoint, oldest first. Refuses with ValueError at a line that is none."""
    for path in _files():
        with path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield _read_line(line)


def _files() -> list[Path]:
    return sorted(copies_folder().glob("*.jsonl"))


def _line(copy: CopiedCheckpoint) -> bytes:
    leaves = base64.b64encode(copy.leaves).decode()
    return json.dumps({"size": copy.size, "leaves": leaves, "note": copy.note}).encode() + b"\n"


def _read_line(line: bytes) -> CopiedCheckpoint:
    try:
        read = json.loads(line)
        leaves = base64.b64decode(read["leaves"], validate=True)
        return CopiedCheckpoint(size=int(read["size"]), leaves=leaves, note=str(read["note"]))
    except (KeyError, TypeError) as error:
        raise ValueError from error


def _remove_torn_line(descriptor: int) -> None:
    size = os.fstat(descriptor).st_size
    start = max(0, size - _TAIL)
    tail = os.pread(descriptor, size - start, start)
    if tail and not tail.endswith(b"\n"):
        os.ftruncate(descriptor, start + tail.rfind(b"\n") + 1)
