"""A file is taken when it is what it says, small enough, whole and clean; else its sender is told what to do."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from django.db import connection

from civium.foundation.files import storage
from civium.foundation.files.actions import take_upload as taking
from civium.foundation.files.actions.open_file import FileBeingChecked, open_file
from civium.foundation.files.actions.take_upload import (
    BrokenFile,
    EmptyFile,
    FileTooBig,
    InfectedFile,
    LockedFile,
    NoRoomLeft,
    TooManyFiles,
    WrongContent,
    WrongKind,
)
from civium.foundation.files.models import State, StoredFile
from civium.foundation.files.uploads import TooBig
from civium.foundation.journal.queries import find_entries
from civium.foundation.kit.refusals import Refusal
from civium.foundation.vault.actions.sealing import SealBroken
from tests.disk import bytes_of_database

from . import samples
from .samples import CANARY, upload

Take = Callable[..., StoredFile]


def test_a_pdf_is_taken(take: Take, owner: str) -> None:
    file = take(upload(samples.plain_pdf(), "Proof of address.pdf"))
    assert (file.state, file.media_type, file.name, file.under) == (
        State.CLEAN,
        "application/pdf",
        "Proof of address.pdf",
        owner,
    )
    content = open_file(StoredFile.objects.get())
    assert content.startswith(b"%PDF-")
    assert len(content) == file.size


def test_a_photo_is_taken_without_its_place(take: Take) -> None:
    content = open_file(take(upload(samples.photo_with_place(), "IMG_0001.JPG")))
    assert content.startswith(b"\xff\xd8\xff")
    assert CANARY.encode() not in content


def test_taking_is_recorded_without_the_name(take: Take) -> None:
    file = take(upload(samples.plain_pdf(), f"{CANARY}.pdf"))
    (entry,) = find_entries([f"file:{file.id}"])
    assert entry.kind == "files.FileTaken"
    assert CANARY not in str(entry.event)


def test_nothing_of_a_file_is_in_the_clear(take: Take, data_folder: Path) -> None:
    take(upload(samples.plain_pdf(), f"{CANARY}.pdf"))
    on_disk = [path for path in data_folder.rglob("*") if path.is_file()]
    assert len(on_disk) == 1
    assert all(secret not in on_disk[0].read_bytes() for secret in (CANARY.encode(), b"%PDF"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM files_storedfile")
        assert CANARY not in str(cursor.fetchall())
    assert on_disk[0].stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db(transaction=True)
def test_nothing_of_a_file_is_in_the_clear_in_the_database_itself(take: Take, data_folder: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the rows were looked at above; where PostgreSQL keeps them is not ours to read")
    take(upload(samples.plain_pdf(), f"{CANARY}.pdf"))
    written = bytes_of_database()
    assert b"files.FileTaken" in written, "the search finds what is there"
    assert CANARY.encode() not in written


@pytest.mark.parametrize(
    ("data", "name", "refusal"),
    [
        (b"", "empty.pdf", EmptyFile),
        (b"GIF89a/*<script>alert(1)</script>*/", "polyglot.gif", WrongKind),
        (b"GIF89a/*<script>alert(1)</script>*/", "polyglot.png", WrongContent),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "drawing.svg", WrongKind),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "drawing.png", WrongContent),
        (b"<html><script>alert(1)</script>", "page.pdf", WrongContent),
        (b"PK\x03\x04 word/document.xml", "letter.docx", WrongKind),
        (b"MZ\x90\x00", "invoice\u202efdp.exe", WrongKind),
        (samples.plain_pdf(), "proof.exe", WrongKind),
        (samples.plain_pdf(), "proof", WrongKind),
        (samples.plain_pdf(), "photo.jpg", WrongContent),
        (samples.picture("PNG"), "photo.jpg", WrongContent),
        (samples.picture("WEBP"), "photo.webp", WrongKind),
        (samples.picture()[:300], "photo.jpg", BrokenFile),
        (samples.plain_pdf()[:200], "proof.pdf", BrokenFile),
        (b"%PDF-1.7\n%%EOF", "proof.pdf", BrokenFile),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    take: Take, data_folder: Path, data: bytes, name: str, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal) as refused:
        take(upload(data, name))
    assert str(refused.value.message).endswith(".")
    assert not StoredFile.objects.exists()
    assert [path for path in data_folder.rglob("*") if path.is_file()] == []


def test_the_sender_reads_which_files_are_taken(take: Take) -> None:
    with pytest.raises(WrongKind) as refused:
        take(upload(b"MZ", "program.exe"))
    assert (
        str(refused.value.message) == "We cannot take this kind of file. Choose one of these: PDF, JPG, PNG."
    )


def test_a_locked_pdf_is_refused_with_help(take: Take) -> None:
    locked = samples.written(samples.document(), encryption=pikepdf.Encryption(owner="o", user="u"))
    with pytest.raises(LockedFile) as refused:
        take(upload(locked, "statement.pdf"))
    assert "Save as PDF" in str(refused.value.what_next)


def test_the_most_a_question_takes_is_the_limit(take: Take) -> None:
    data = samples.plain_pdf()
    assert take(upload(data, "proof.pdf"), max_bytes=len(data))
    with pytest.raises(FileTooBig):
        take(upload(data, "proof.pdf"), max_bytes=len(data) - 1)


def test_what_was_too_big_to_arrive_is_refused(take: Take) -> None:
    with pytest.raises(FileTooBig) as refused:
        take(TooBig(None, "film.pdf", "application/pdf", 99_000_000))
    assert str(refused.value.message) == "The file is too big: it can have at most 4.8\xa0MB."


def test_one_owner_holds_so_many_files_and_no_more(
    take: Take, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "MOST_FILES_PER_OWNER", 2)
    for _ in range(2):
        take(upload(samples.plain_pdf(), "proof.pdf"))
    with pytest.raises(TooManyFiles):
        take(upload(samples.plain_pdf(), "proof.pdf"))
    assert take(upload(samples.plain_pdf(), "proof.pdf"), under=f"{owner}0")
    monkeypatch.setattr(taking, "MOST_FILES_PER_OWNER", 9)
    monkeypatch.setattr(taking, "MOST_BYTES_PER_OWNER", 1500)
    with pytest.raises(TooManyFiles):
        take(upload(samples.plain_pdf(), "proof.pdf"))


def test_a_virus_is_refused(take: Take) -> None:
    with pytest.raises(InfectedFile):
        take(upload(samples.plain_pdf() + b"\n%" + samples.EICAR, "proof.pdf"))
    assert not StoredFile.objects.exists()


def test_a_virus_is_found_in_what_cleaning_would_remove(take: Take) -> None:
    with pytest.raises(InfectedFile):
        take(upload(samples.picture() + samples.EICAR, "photo.jpg"))


def test_a_name_that_misleads_is_kept_without_what_misleads(take: Take) -> None:
    file = take(upload(samples.plain_pdf(), "exe.\u202egpj\u2066.pdf"))
    assert file.name == "exe.gpj.pdf"


def test_a_file_waits_in_quarantine_while_the_scanner_is_down(
    take: Take, scanner_down: Callable[[], None]
) -> None:
    file = take(upload(samples.photo_with_place(), "photo.jpg"))
    assert file.is_being_checked
    with pytest.raises(FileBeingChecked) as refused:
        open_file(file)
    assert "being checked" in str(refused.value.message)


def test_a_broken_file_is_refused_even_while_the_scanner_is_down(
    take: Take, scanner_down: Callable[[], None]
) -> None:
    with pytest.raises(BrokenFile):
        take(upload(samples.picture()[:200], "photo.jpg"))


@pytest.mark.parametrize("fails_at", ["fsync", "replace"])
def test_on_a_full_disk_nothing_is_half_written(
    take: Take, data_folder: Path, monkeypatch: pytest.MonkeyPatch, fails_at: str
) -> None:
    def full(*_asked: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(storage.os, fails_at, full)
        with pytest.raises(NoRoomLeft) as refused:
            take(upload(samples.plain_pdf(), "proof.pdf"))
    assert "is kept" in str(refused.value.what_next)
    assert not StoredFile.objects.exists()
    assert [path for path in data_folder.rglob("*") if path.is_file()] == []


def test_when_the_row_cannot_be_written_the_content_goes_again(
    take: Take, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_asked: object, **_more: object) -> None:
        raise RuntimeError("database is locked")

    monkeypatch.setattr(taking, "record", locked)
    with pytest.raises(RuntimeError):
        take(upload(samples.plain_pdf(), "proof.pdf"))
    assert not StoredFile.objects.exists()
    assert [path for path in data_folder.rglob("*") if path.is_file()] == []


def test_contents_that_were_swapped_do_not_open(take: Take) -> None:
    one, other = (take(upload(samples.plain_pdf(), "proof.pdf")) for _ in range(2))
    first, second = storage.path_of(one.content), storage.path_of(other.content)
    first_bytes, second_bytes = first.read_bytes(), second.read_bytes()
    first.write_bytes(second_bytes)
    second.write_bytes(first_bytes)
    for file in (one, other):
        with pytest.raises(SealBroken):
            open_file(file)


def test_content_cut_short_on_the_disk_does_not_open(take: Take) -> None:
    file = take(upload(samples.picture(size=(900, 900), mode="RGB", quality=100), "photo.jpg"))
    path = storage.path_of(file.content)
    os.truncate(path, path.stat().st_size - 100)
    with pytest.raises(SealBroken):
        open_file(file)
