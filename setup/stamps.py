"""Skip what is already done: a stamp holds the hash of everything a step was made from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from setup import ROOT


def fingerprint(*sources: Path | str) -> str:
    """One hash over words, files, and every file under folders (names and contents)."""
    whole = hashlib.sha256()
    for source in sources:
        if isinstance(source, str):
            whole.update(f"word {source}\n".encode())
            continue
        for path in _files_in(source):
            whole.update(f"file {path.relative_to(ROOT).as_posix()}\n".encode())
            whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def _files_in(source: Path) -> Iterable[Path]:
    if source.is_file():
        return [source]
    hidden = {"node_modules", "__pycache__"}
    return sorted(path for path in source.rglob("*") if path.is_file() and not hidden & set(path.parts))


def is_done(stamp: Path, mark: str) -> bool:
    """Whether this was done, from exactly these sources."""
    return stamp.is_file() and stamp.read_text(encoding="ascii") == mark


def set_done(stamp: Path, mark: str) -> None:
    """Remember that this is done."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(mark, encoding="ascii")
