"""Which files there are. Whether somebody may see one is asked in the room that it belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from civium.foundation.kit.refusals import NotFound

from .models import State, StoredFile


def get_file(file_id: UUID | str) -> StoredFile:
    """The file with this id. Refuses (NotFound) when there is none, or it is no id."""
    try:
        return StoredFile.objects.get(id=UUID(str(file_id)))
    except (ValueError, StoredFile.DoesNotExist):
        raise NotFound from None


def find_files(ids: Iterable[UUID | str]) -> list[StoredFile]:
    """The files with these ids that are still there, in the order asked."""
    wanted = [UUID(str(file_id)) for file_id in ids]
    found = StoredFile.objects.in_bulk(wanted) if wanted else {}
    return [found[file_id] for file_id in wanted if file_id in found]


def find_files_under(under: str) -> list[StoredFile]:
    """Every file of this owner, oldest first."""
    return list(StoredFile.objects.filter(under=under).order_by("taken_at", "id"))


def find_quarantined(*, most: int) -> list[StoredFile]:
    """Files that wait for the virus scanner, the longest waiting first."""
    return list(StoredFile.objects.filter(state=State.QUARANTINED).order_by("taken_at")[:most])
