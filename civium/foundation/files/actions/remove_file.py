"""Remove a file for good."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record

from ..events import FileRemoved
from ..models import StoredFile
from ..storage import delete_content


@transaction.atomic
def remove_file(file: StoredFile, *, by: Person | None, at: datetime) -> None:
    """Delete the file's row, and its content once that is committed. A second call does nothing."""
    removed, _ = StoredFile.objects.filter(id=file.id).delete()
    if removed:
        record(FileRemoved(file=file.id), by=by, at=at)
        transaction.on_commit(lambda: delete_content(file.content))
