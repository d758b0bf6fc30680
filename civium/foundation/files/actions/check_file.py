"""Ask the virus scanner about a file that is in quarantine."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal

from ..adapters import the_scanner
from ..cleaner import CleanerBusy, clean
from ..events import FileCleared, FileRefused
from ..models import State, StoredFile
from ..rules import KINDS, Kind
from ..storage import ContentMissing, NoRoomLeft, delete_content
from .keep_content import content_kept, replace_content
from .open_file import content_of


def check_file(file: StoredFile, *, at: datetime) -> StoredFile:
    """Release the file from quarantine, cleaned, or refuse it and delete its content. Does nothing for any other file.

    Raises ScannerDown when the scanner still does not answer, and refuses (CleanerBusy, NoRoomLeft) without a verdict.
    """
    if not file.is_being_checked:
        return file
    try:
        data = content_of(file)
        if the_scanner()(data).is_infected:
            return _refuse(file, reason="infected", at=at)
        return _release(file, clean(data, _kind_of(file)), at=at)
    except (NoRoomLeft, CleanerBusy):
        raise
    except ContentMissing:
        return _refuse(file, reason="lost", at=at)
    except Refusal:
        return _refuse(file, reason="broken", at=at)


def _kind_of(file: StoredFile) -> Kind:
    return next(kind for kind in KINDS.values() if kind.media_type == file.media_type)


def _release(file: StoredFile, cleaned: bytes, *, at: datetime) -> StoredFile:
    replace_content(file)
    file.size, file.state = len(cleaned), State.CLEAN
    with content_kept(file, cleaned):
        file.save(update_fields=["content", "size", "state"])
        record(FileCleared(file=file.id), by=None, at=at)
    return file


@transaction.atomic
def _refuse(file: StoredFile, *, reason: str, at: datetime) -> StoredFile:
    file.state, file.refused_for = State.REFUSED, reason
    file.save(update_fields=["state", "refused_for"])
    record(FileRefused(file=file.id, reason=reason), by=None, at=at)
    transaction.on_commit(lambda: delete_content(file.content))
    return file
