"""Files are served so that they are kept, never run; they go when they are removed."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils.module_loading import import_string

from civium.foundation.files import storage, tasks
from civium.foundation.files.actions.open_file import ContentMissing, open_file
from civium.foundation.files.actions.remove_file import remove_file
from civium.foundation.files.actions.serve_file import download_response
from civium.foundation.files.actions.store_document import store_document
from civium.foundation.files.actions.sweep_files import sweep_files
from civium.foundation.files.models import StoredFile
from civium.foundation.files.queries import find_files, find_files_under, get_file
from civium.foundation.journal.queries import find_entries
from civium.foundation.kit.refusals import NotFound
from civium.foundation.vault.actions.destroy_key import destroy_key
from civium.foundation.vault.actions.sealing import KeyDestroyed

from . import samples
from .conftest import NOW
from .samples import upload

Take = Callable[..., StoredFile]


@pytest.fixture
def certificate(db: None, data_folder: Path, owner: str) -> StoredFile:
    data = bytes(range(256)) * 1000
    return store_document(data, name="شهادة.pdf", media_type="application/pdf", under=owner, by=None, at=NOW)


def test_a_document_of_ours_is_kept_as_it_is(certificate: StoredFile) -> None:
    assert open_file(get_file(certificate.id)) == bytes(range(256)) * 1000
    assert get_file(str(certificate.id)).name == "شهادة.pdf"
    assert [entry.kind for entry in find_entries([f"file:{certificate.id}"])] == ["files.DocumentStored"]


def test_a_download_is_whole_and_safe(certificate: StoredFile) -> None:
    response = download_response(certificate)
    assert b"".join(response) == bytes(range(256)) * 1000  # type: ignore[arg-type]
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == "256000"
    assert response["Content-Disposition"].startswith('attachment; filename="file.pdf"; filename*=UTF-8')
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-store"


def test_the_sites_own_policy_does_not_replace_that_of_a_download(certificate: StoredFile) -> None:
    def view(_request: HttpRequest) -> HttpResponse:
        return download_response(certificate)  # type: ignore[return-value]

    middleware = import_string("civium.foundation.design.middleware.ContentPolicy")(view)
    response = middleware(RequestFactory().get("/"))
    response.close()  # as the server does, also when it sent nothing of it
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_content_that_is_missing_is_refused_before_anything_is_sent(certificate: StoredFile) -> None:
    storage.delete_content(certificate.content)
    with pytest.raises(ContentMissing):
        download_response(certificate)


def test_a_forgotten_owner_has_no_files_to_open(certificate: StoredFile, owner: str) -> None:
    destroy_key(owner, by=None, at=NOW)
    for use in (download_response, open_file, lambda file: file.name):
        with pytest.raises(KeyDestroyed):
            use(certificate)


def test_files_are_found_in_the_order_asked(take: Take, owner: str) -> None:
    files = [take(upload(samples.plain_pdf(), f"{n}.pdf")) for n in range(3)]
    ids = [str(files[2].id), str(uuid4()), files[0].id]
    assert [file.name for file in find_files(ids)] == ["2.pdf", "0.pdf"]
    assert find_files([]) == []
    assert {file.id for file in find_files_under(owner)} == {file.id for file in files}


@pytest.mark.parametrize("file_id", [str(uuid4()), "", "1", "../../etc/passwd", "0" * 32])
@pytest.mark.django_db
def test_what_is_not_there_is_not_found(file_id: str) -> None:
    with pytest.raises(NotFound):
        get_file(file_id)


def test_a_removed_file_is_gone_with_its_content(
    certificate: StoredFile, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    path = storage.path_of(certificate.content)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        remove_file(certificate, by=None, at=NOW)
        assert path.exists(), "until the removal is committed"
    assert not path.exists()
    with pytest.raises(NotFound):
        get_file(certificate.id)
    remove_file(certificate, by=None, at=NOW)
    assert [entry.kind for entry in find_entries([f"file:{certificate.id}"])] == [
        "files.DocumentStored",
        "files.FileRemoved",
    ]


def test_a_removal_that_was_rolled_back_removes_nothing(certificate: StoredFile) -> None:
    with transaction.atomic():
        remove_file(certificate, by=None, at=NOW)
        transaction.set_rollback(True)
    assert open_file(get_file(certificate.id))


def test_the_sweep_deletes_what_no_file_knows(certificate: StoredFile, data_folder: Path) -> None:
    orphan, young, part = (storage.path_of(uuid4()) for _ in range(3))
    part = part.with_name(part.name + ".part")
    for path in (orphan, young, part):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"left behind")
    for path in (orphan, part, storage.path_of(certificate.content)):
        os.utime(path, (NOW.timestamp() - 100_000,) * 2)
    os.utime(young, (NOW.timestamp() - 3600,) * 2)
    assert sweep_files(at=NOW) == 2
    assert [path.exists() for path in (orphan, part, young)] == [False, False, True]
    assert open_file(certificate)
    assert sweep_files(at=NOW + dt.timedelta(minutes=1)) == 0


@pytest.mark.django_db
def test_the_sweep_runs_where_there_are_no_files_yet(data_folder: Path) -> None:
    tasks.sweep_files.func()
