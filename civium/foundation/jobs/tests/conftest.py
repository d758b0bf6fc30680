"""What the tests of jobs ask for."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    """A file in which errands note who ran them."""
    return tmp_path / "diary"
