"""What happens to files. Never their names."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from civium.foundation.journal.events import Event


@dataclass(frozen=True)
class FileTaken(Event):
    """Somebody gave us a file; ``state`` is quarantined when the virus scanner could not be asked yet."""

    file: UUID
    media_type: str
    size: int
    state: str


@dataclass(frozen=True)
class FileCleared(Event):
    """A file left quarantine: it was scanned and cleaned."""

    file: UUID


@dataclass(frozen=True)
class FileRefused(Event):
    """A file in quarantine turned out to be one that we do not keep (``infected``, ``broken``, ``lost``). Its content is gone."""

    file: UUID
    reason: str


@dataclass(frozen=True)
class DocumentStored(Event):
    """The town made a document and keeps it."""

    file: UUID
    media_type: str
    size: int


@dataclass(frozen=True)
class FileRemoved(Event):
    """A file is gone, with its content."""

    file: UUID
