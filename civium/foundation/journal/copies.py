"""The second place of the checkpoints: files beside the database, one a month, one line of JSON per checkpoint.

A line holds the signed note and the leaves that are new in it, so the files alone give the whole tree, and verifying
can name the entry that somebody touched. Leaves are salted hashes: they tell nothing about what they stand for.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Generator, Iterable
from pathlib import Path

from django.conf import settings

from civium.foundation.journal.standalone.verify_record import Copy, read_copy, written_copy
from civium.foundation.journal.standalone.verify_record import read_copies as read_folder

# Longer than the longest line that the sequencer writes.
_TAIL = 1024 * 1024


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
            return read_copy(complete[-1] + b"\n").size
    return 0


def append_copies(month: str, copies: Iterable[Copy]) -> None:
    """Add the lines to the file of the month ("2026-03") and have the disk keep them. A torn last line is removed."""
    folder = copies_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{month}.jsonl").open("ab+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _remove_torn_line(file.fileno())
        for copy in copies:
            file.write(written_copy(copy))
        file.flush()
        os.fsync(file.fileno())


def write_latest(note: str) -> None:
    """Put the head as it was signed last beside the copies: it shows that somebody watches, while nothing is recorded too."""
    folder = copies_folder()
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / ".latest.part"
    part.write_text(note, encoding="utf-8")
    part.replace(folder / "latest.txt")


def read_copies() -> Generator[Copy, None, None]:
    """Every copied checkpoint, oldest first. Refuses with ValueError at a line that is none. Close it: it holds a file open."""
    yield from read_folder(copies_folder())


def _files() -> list[Path]:
    return sorted(copies_folder().glob("*.jsonl"))


def _remove_torn_line(descriptor: int) -> None:
    size = os.fstat(descriptor).st_size
    start = max(0, size - _TAIL)
    tail = os.pread(descriptor, size - start, start)
    if tail and not tail.endswith(b"\n"):
        os.ftruncate(descriptor, start + tail.rfind(b"\n") + 1)
