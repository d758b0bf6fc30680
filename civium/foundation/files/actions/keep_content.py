"""Put content on the disk, sealed, and never without the row that knows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final
from uuid import uuid4

from django.db import transaction

from civium.foundation.identity.models import Person
from civium.foundation.vault.actions.sealing import seal
from civium.foundation.vault.actions.streams import seal_stream

from ..models import State, StoredFile
from ..storage import delete_content, write_content

_PIECE: Final = 64 * 1024


def new_file(
    data: bytes, *, name: str, media_type: str, under: str, state: State, by: Person | None, at: datetime
) -> StoredFile:
    """An unsaved file whose row knows all but that its content is on the disk."""
    file = StoredFile(
        under=under, media_type=media_type, size=len(data), state=state, taken_by=by, taken_at=at
    )
    file.name_sealed = seal(name, under=under, at=file.name_place)
    return file


@contextmanager
def content_kept(file: StoredFile, data: bytes) -> Iterator[None]:
    """Write the content, then do the block in one transaction; when that fails, the content goes again.

    A rollback further out leaves an orphan, which the sweep removes.
    """
    pieces = (data[start : start + _PIECE] for start in range(0, len(data), _PIECE))
    write_content(file.content, seal_stream(pieces, under=file.under, at=file.content_place))
    try:
        with transaction.atomic():
            yield
    except BaseException:
        delete_content(file.content)
        raise


def replace_content(file: StoredFile) -> None:
    """Have the file point to new content, still to be written; the old goes when the transaction is committed."""
    old, file.content = file.content, uuid4()
    transaction.on_commit(lambda: delete_content(old))
