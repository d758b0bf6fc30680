"""Check a service's folder before it is published."""

from __future__ import annotations

from pathlib import Path

from ..checks import check_loaded
from ..loading import load_folder
from ..problems import Problem


def check_folder(path: Path) -> list[Problem]:
    """Everything that is wrong in a service's folder, in the order of files and lines; its examples are run too."""
    return list(check_loaded(load_folder(path)))
