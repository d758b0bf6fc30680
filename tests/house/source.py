"""The house's own files, for the rules to read."""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from setup import ROOT

FLOORS = ("foundation", "engines", "journeys", "doors")


@lru_cache(maxsize=1)
def our_files() -> tuple[Path, ...]:
    """Every file that is, or would be, in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return tuple(ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file())


def is_test(path: Path) -> bool:
    """Whether the file belongs to tests."""
    return "tests" in path.relative_to(ROOT).parts or path.name == "conftest.py"


@dataclass(frozen=True)
class Module:
    """A Python file of a room: ``room`` is ``engines.cases``, ``path`` relative to the repository."""

    path: str
    room: str
    tree: ast.Module

    @property
    def inside(self) -> str:
        """Its place inside the room: ``actions/open_case.py``."""
        return "/".join(Path(self.path).parts[3:])


def module_of(path: Path) -> Module:
    """Read one Python file of a room."""
    name = path.relative_to(ROOT)
    return Module(
        name.as_posix(), ".".join(name.parts[1:3]), ast.parse(path.read_text(encoding="utf-8"), str(name))
    )


@lru_cache(maxsize=1)
def room_modules() -> tuple[Module, ...]:
    """Every Python file of every room, tests and migrations left out."""
    return tuple(
        module_of(path)
        for path in our_files()
        if path.suffix == ".py"
        and path.is_relative_to(ROOT / "civium")
        and len(path.relative_to(ROOT).parts) > 3
        and not is_test(path)
        and "migrations" not in path.parts
    )


def rooms() -> list[str]:
    """``foundation.kit`` and so on."""
    return sorted({module.room for module in room_modules()})


def words_of(suffixes: set[str]) -> dict[str, str]:
    """The text of every file with one of these endings, by its name in the repository."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in our_files()
        if path.suffix in suffixes
    }
