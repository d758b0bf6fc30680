"""The erasure ledger: one line for each erasure, in a file of its own, apart from the database and its backups.

A line holds its number, the moment, the scope, who it was about as an HMAC that only this site can make again, and the digest of
the line before, so that a line changed, taken out or put between is found. It names nobody. A database restored from before an
erasure has not followed its line; ``actions.replay_erasures`` makes it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TextIO

from django.conf import settings

from civium.foundation.vault.actions.lasting_names import NamingKeyMissing, lasting_name

FIRST: Final = "0" * 64
LOCKED: Final = "locked"
# A line has some 250 characters.
_LONGEST: Final = 1024


class LedgerBroken(Exception):
    """The ledger was changed or cut, or is not this site's; the message says where and what to do."""


@dataclass(frozen=True)
class Line:
    """One erasure. ``about`` is the HMAC of its owner; ``scope`` the kind of owner: person, application.

    Or something that was to be erased and that the law keeps: ``locked`` before the owner, and as the scope.
    """

    number: int
    at: datetime
    scope: str
    about: str
    before: str

    @property
    def written(self) -> str:
        """The line as it stands in the file."""
        return json.dumps(
            {
                "number": self.number,
                "at": self.at.isoformat(),
                "scope": self.scope,
                "about": self.about,
                "before": self.before,
            },
            separators=(",", ":"),
        )

    @property
    def digest(self) -> str:
        """SHA-256 of the line."""
        return hashlib.sha256(self.written.encode()).hexdigest()


def ledger_path() -> Path:
    """Where the ledger is."""
    return Path(settings.CIVIUM_ERASURES) / "erasures.jsonl"


def name_of(owner: str) -> str:
    """What the ledger calls this owner. Raises LedgerBroken when the key is gone and lines made with it are not."""
    try:
        return lasting_name(owner, may_begin=not ledger_path().exists())
    except NamingKeyMissing as missing:
        raise LedgerBroken(str(missing)) from None


def read_lines() -> list[Line]:
    """Every line, checked to follow from the one before. Raises LedgerBroken."""
    path = ledger_path()
    return list(_checked(path.read_text("ascii").splitlines(), path)) if path.exists() else []


def add_line(owner: str, *, at: datetime) -> Line:
    """Write that the owner is erased, on the disk before this returns."""
    about = name_of(owner)
    with _alone() as file:
        line = _next(_last(file), owner, about, at)
        file.write(line.written + "\n")
        file.flush()
        os.fsync(file.fileno())
    return line


def foresee_line(owner: str, *, at: datetime) -> Line:
    """The line that ``add_line`` would write now; another one may come between."""
    lines = read_lines()
    return _next(lines[-1] if lines else None, owner, name_of(owner), at)


def _next(last: Line | None, owner: str, about: str, at: datetime) -> Line:
    number, before = (last.number + 1, last.digest) if last else (1, FIRST)
    return Line(number, at, owner.partition(":")[0], about, before)


def _last(file: TextIO) -> Line | None:
    """The last line alone: a page that somebody waits for may add one, and all are checked whenever the site starts."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _LONGEST))
    *_before, text = file.read().splitlines() or [""]
    if not size:
        return None
    line = _read(text)
    if line is None:
        raise LedgerBroken(
            f"The last line of the erasure ledger {ledger_path()} is cut. Put it back from its copy."
        )
    return line


def _checked(written: list[str], path: Path) -> Iterator[Line]:
    before = FIRST
    for number, text in enumerate(written, 1):
        line = _read(text)
        if line is None or line.number != number or line.before != before:
            raise LedgerBroken(_broken(path, number))
        yield line
        before = line.digest


def _read(text: str) -> Line | None:
    """The line that is written so; None for anything else."""
    try:
        found = json.loads(text)
        at = datetime.fromisoformat(found["at"])
        line = Line(found["number"], at, found["scope"], found["about"], found["before"])
    except (ValueError, KeyError, TypeError):
        return None
    return line if line.written == text else None


def _broken(path: Path, number: int) -> str:
    return f"The erasure ledger {path} does not follow at line {number}. Put it back from its copy."


@contextmanager
def _alone() -> Iterator[TextIO]:
    """The file, opened to read and append, with nobody else at it."""
    path = ledger_path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
