"""A data folder of its own for each test, and an owner of files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import UploadedFile

from civium.foundation.files.actions.take_upload import take_upload
from civium.foundation.files.models import StoredFile

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def data_folder(settings: object, tmp_path: Path) -> Path:
    settings.CIVIUM_DATA = tmp_path  # type: ignore[attr-defined]
    return tmp_path


@pytest.fixture
def owner() -> str:
    return f"application:{uuid4()}"


@pytest.fixture
def take(db: None, data_folder: Path, owner: str) -> Callable[..., StoredFile]:
    """Take an upload for the owner; whatever is not said is as a question usually has it."""

    def take(upload: UploadedFile, **asked: object) -> StoredFile:
        usual = {
            "under": owner,
            "accept": ["pdf", "jpg", "png"],
            "max_bytes": 5_000_000,
            "by": None,
            "at": NOW,
        }
        return take_upload(upload, **{**usual, **asked})  # type: ignore[arg-type]

    return take


@pytest.fixture
def scanner_down(settings: object, tmp_path: Path) -> Callable[[], None]:
    """No scanner answers; calling it brings the demo one back."""
    settings.CIVIUM_ANTIVIRUS = "clamav"  # type: ignore[attr-defined]
    settings.CIVIUM_CLAMAV = f"unix:{tmp_path}/nobody"  # type: ignore[attr-defined]

    def repair() -> None:
        settings.CIVIUM_ANTIVIRUS = "demo"  # type: ignore[attr-defined]

    return repair
