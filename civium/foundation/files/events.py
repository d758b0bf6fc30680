"""What happens to files. Never their names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from civium.foundation.journal.events import Event


@dataclass(frozen=True)
class FileTaken(Event):
    """Somebody gave us a file; ``state`` is quarantined when the virus scanner could not be asked yet."""

    words: ClassVar[Any] = _("File received")

    file: UUID
    media_type: str
    size: int
    state: str


@dataclass(frozen=True)
class FileCleared(Event):
    """A file left quarantine: it was scanned and cleaned."""

    words: ClassVar[Any] = _("File checked")

    file: UUID


@dataclass(frozen=True)
class FileRefused(Event):
    """A file in quarantine turned out to be one that we do not keep (``infected``, ``broken``, ``lost``). Its content is gone."""

    words: ClassVar[Any] = _("File not kept")

    file: UUID
    reason: str


@dataclass(frozen=True)
class DocumentStored(Event):
    """The town made a document and keeps it."""

    words: ClassVar[Any] = _("Document made")

    file: UUID
    media_type: str
    size: int


@dataclass(frozen=True)
class FileRemoved(Event):
    """A file is gone, with its content."""

    words: ClassVar[Any] = _("File deleted")

    file: UUID
