"""What waits in quarantine leaves it clean, or not at all."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from civium.foundation.files import cleaner, storage, tasks
from civium.foundation.files.actions.check_file import check_file
from civium.foundation.files.actions.keep_content import content_kept, new_file
from civium.foundation.files.actions.open_file import FileWasRefused, open_file
from civium.foundation.files.adapters import ScannerDown
from civium.foundation.files.cleaner import CleanerBusy
from civium.foundation.files.models import State, StoredFile
from civium.foundation.files.storage import NoRoomLeft
from civium.foundation.journal.queries import find_entries

from . import samples
from .conftest import NOW
from .samples import CANARY, upload

Take = Callable[..., StoredFile]
Repair = Callable[[], None]


def _contents(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_leaves_quarantine_scanned_and_cleaned(
    take: Take,
    scanner_down: Repair,
    data_folder: Path,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    waiting = take(upload(samples.photo_with_place(), "photo.jpg"))
    scanner_down()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        check_file(waiting, at=NOW)
    file = StoredFile.objects.get(id=waiting.id)
    content = open_file(file)
    assert file.is_clean
    assert len(content) == file.size
    assert CANARY.encode() not in content
    assert file.name == "photo.jpg"
    assert _contents(data_folder) == [storage.path_of(file.content)]
    assert [entry.kind for entry in find_entries([f"file:{file.id}"])] == [
        "files.FileTaken",
        "files.FileCleared",
    ]


def test_a_virus_in_quarantine_is_refused_and_deleted(
    take: Take,
    scanner_down: Repair,
    data_folder: Path,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    waiting = take(upload(samples.picture() + samples.EICAR, "photo.jpg"))
    scanner_down()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        check_file(waiting, at=NOW)
    file = StoredFile.objects.get(id=waiting.id)
    assert (file.state, file.refused_for) == (State.REFUSED, "infected")
    assert _contents(data_folder) == []
    with pytest.raises(FileWasRefused):
        open_file(file)


def test_a_file_stays_in_quarantine_while_the_scanner_is_down(take: Take, scanner_down: Repair) -> None:
    waiting = take(upload(samples.picture(), "photo.jpg"))
    with pytest.raises(ScannerDown):
        check_file(waiting, at=NOW)
    assert StoredFile.objects.get(id=waiting.id).is_being_checked


def test_a_file_that_was_lost_does_not_wait_for_ever(take: Take, scanner_down: Repair) -> None:
    waiting = take(upload(samples.picture(), "photo.jpg"))
    storage.delete_content(waiting.content)
    scanner_down()
    assert check_file(waiting, at=NOW).refused_for == "lost"


def test_a_clean_file_is_not_checked_again(take: Take) -> None:
    file = take(upload(samples.picture(), "photo.jpg"))
    content = file.content
    assert check_file(file, at=NOW).content == content


def test_the_job_asks_again_about_all_that_wait(take: Take, scanner_down: Repair) -> None:
    for n in range(3):
        take(upload(samples.picture(), f"photo-{n}.jpg"))
    with pytest.raises(ScannerDown):
        tasks.check_quarantine.func()
    scanner_down()
    tasks.check_quarantine.func()
    assert set(StoredFile.objects.values_list("state", flat=True)) == {State.CLEAN}


def test_a_file_that_cannot_be_cleaned_any_more_is_refused(db: None, data_folder: Path, owner: str) -> None:
    data = samples.picture()[:200]
    waiting = new_file(
        data, name="x.jpg", media_type="image/jpeg", under=owner, state=State.QUARANTINED, by=None, at=NOW
    )
    with content_kept(waiting, data):
        waiting.save()
    assert check_file(waiting, at=NOW).refused_for == "broken"


def test_while_others_are_cleaned_a_file_stays_in_quarantine(
    take: Take, scanner_down: Repair, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = take(upload(samples.picture(), "photo.jpg"))
    scanner_down()
    monkeypatch.setattr(cleaner, "LONGEST_WAIT", 0.01)
    with cleaner._one_at_a_time, pytest.raises(CleanerBusy):
        check_file(waiting, at=NOW)
    assert check_file(StoredFile.objects.get(id=waiting.id), at=NOW).is_clean


def test_on_a_full_disk_a_file_stays_in_quarantine(
    take: Take, scanner_down: Repair, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_asked: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    waiting = take(upload(samples.picture(), "photo.jpg"))
    scanner_down()
    with monkeypatch.context() as disk:
        disk.setattr(storage.os, "fsync", full)
        with pytest.raises(NoRoomLeft):
            check_file(waiting, at=NOW)
    assert check_file(StoredFile.objects.get(id=waiting.id), at=NOW).is_clean
