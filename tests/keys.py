"""Keys that a test may add to: a copy of those of the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as of_the_site


def copy_keys(folder: Path, *, with_seal: bool = True) -> None:
    """Copy the keys of the run into ``folder``, without the town's seal where a test makes one for another day."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in Path(of_the_site.CIVIUM_KEYS).iterdir():
        if file.is_file() and (with_seal or not file.name.startswith("seal.")):
            (folder / file.name).write_bytes(file.read_bytes())


@pytest.fixture
def copied_keys(settings: Any, tmp_path: Path) -> Path:
    """The site's keys are a copy that this test may change."""
    copy_keys(tmp_path / "keys")
    settings.CIVIUM_KEYS = tmp_path / "keys"
    return tmp_path / "keys"
