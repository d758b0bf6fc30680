"""Keep a document that the town made."""

from __future__ import annotations

from datetime import datetime

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record

from ..events import DocumentStored
from ..models import State, StoredFile
from ..storage import NoRoomLeft
from .keep_content import content_kept, new_file

__all__ = ["NoRoomLeft", "store_document"]


def store_document(
    data: bytes, *, name: str, media_type: str, under: str, by: Person | None, at: datetime
) -> StoredFile:
    """Keep our own document, sealed under the key of ``under``. It is neither scanned nor cleaned. Refuses NoRoomLeft."""
    file = new_file(data, name=name, media_type=media_type, under=under, state=State.CLEAN, by=by, at=at)
    with content_kept(file, data):
        file.save(force_insert=True)
        record(DocumentStored(file=file.id, media_type=media_type, size=file.size), by=by, at=at)
    return file
