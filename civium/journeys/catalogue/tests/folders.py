"""Service folders for tests: the demo town's dog licence, with one thing changed."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings

from civium.journeys.catalogue.actions.check_folder import check_folder
from civium.journeys.catalogue.problems import Problem


def copy_of(name: str, to: Path) -> Path:
    """A copy of a demo service that a test may change."""
    folder = to / name
    if not folder.exists():
        shutil.copytree(Path(settings.CIVIUM_SERVICES) / name, folder)
    return folder


def change(folder: Path, file: str, old: str, new: str) -> int:
    """Replace a text that stands there once; the line where it stood."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def problems_after(to: Path, file: str, old: str, new: str) -> tuple[int, list[Problem]]:
    """The line that was changed in the dog licence, and what is wrong with it then."""
    folder = copy_of("dog-licence", to)
    return change(folder, file, old, new), check_folder(folder)
