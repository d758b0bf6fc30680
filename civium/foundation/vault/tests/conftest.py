"""A key folder of its own for a test that changes keys, and owners."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from civium.foundation.vault import key_ring
from civium.foundation.vault.actions.make_root_key import make_root_key


@pytest.fixture(autouse=True)
def nothing_at_hand() -> Iterator[None]:
    """Each test begins as a new process would."""
    key_ring.forget_keys()
    key_ring._unwrapped.cache_clear()
    yield
    key_ring.forget_keys()
    key_ring._unwrapped.cache_clear()


@pytest.fixture
def own_keys(settings: object, tmp_path: Path) -> Path:
    """A key folder with a root key that only this test uses."""
    settings.CIVIUM_KEYS = tmp_path / "keys"  # type: ignore[attr-defined]
    make_root_key()
    return tmp_path / "keys"


@pytest.fixture
def new_process() -> Callable[[], None]:
    """Forget everything this process has in memory."""

    def forget() -> None:
        key_ring.forget_keys()
        key_ring._unwrapped.cache_clear()

    return forget


@pytest.fixture
def owner() -> str:
    return f"person:{uuid4()}"
