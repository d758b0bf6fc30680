"""Uploads arrive in memory, and what is too big is thrown away as it comes."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory

from civium.foundation.files.rules import MEGABYTE, MOST_BYTES_PER_FILE
from civium.foundation.files.uploads import KeptInMemory, TooBig

from .samples import CANARY


def _posted(**files: bytes) -> HttpRequest:
    parts = {field: SimpleUploadedFile(f"{field}.pdf", data) for field, data in files.items()}
    return RequestFactory().post("/", {"dog_name": "Rex", **parts})


def test_the_site_uses_this_way_of_arriving() -> None:
    assert [type(handler) for handler in _posted(proof=b"x").upload_handlers] == [KeptInMemory]


def test_an_upload_arrives_whole_with_the_other_answers() -> None:
    request = _posted(proof=b"x" * (3 * MEGABYTE), plan=b"y")
    assert request.POST["dog_name"] == "Rex"
    assert request.FILES["proof"].read() == b"x" * (3 * MEGABYTE)
    assert (request.FILES["plan"].name, request.FILES["plan"].size) == ("plan.pdf", 1)


def test_an_upload_is_never_spooled_in_the_clear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    request = _posted(proof=CANARY.encode() * 200_000)
    assert request.FILES["proof"].size > 3 * MEGABYTE
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_too_big_is_known_but_not_kept() -> None:
    request = _posted(proof=b"x" * (MOST_BYTES_PER_FILE + 1), plan=b"y")
    assert isinstance(request.FILES["proof"], TooBig)
    assert request.FILES["proof"].size == MOST_BYTES_PER_FILE + 1
    assert request.FILES["plan"].read() == b"y"
    assert request.POST["dog_name"] == "Rex"


def test_a_file_of_exactly_the_most_is_kept() -> None:
    assert _posted(proof=b"x" * MOST_BYTES_PER_FILE).FILES["proof"].size == MOST_BYTES_PER_FILE


def test_many_files_together_do_not_fill_the_memory() -> None:
    request = _posted(**{f"plan_{n}": b"x" * (9 * MEGABYTE) for n in range(3)})
    kept = [not isinstance(file, TooBig) for file in request.FILES.values()]
    assert kept == [True, True, False]


def test_a_request_that_says_it_is_too_long_is_not_kept_at_all() -> None:
    request = _posted(**{f"plan_{n}": b"x" * (9 * MEGABYTE) for n in range(4)})
    assert all(isinstance(file, TooBig) for file in request.FILES.values())
    assert len(request.FILES) == 4
