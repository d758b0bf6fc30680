"""What can happen to what somebody asks for about their data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from civium.foundation.journal.events import Event


@dataclass(frozen=True)
class ExportAsked(Event):
    """Somebody asked for everything that the town holds about them."""

    also: ClassVar[str] = "person"
    words: ClassVar[Any] = _("Copy of the data asked for")

    export: UUID
    person: UUID


@dataclass(frozen=True)
class ExportReady(Event):
    """The file lies ready, sealed, for a few days."""

    also: ClassVar[str] = "person"
    words: ClassVar[Any] = _("Copy of the data ready")

    export: UUID
    person: UUID


@dataclass(frozen=True)
class ExportForgotten(Event):
    """The file's time is over, or its owner removed it: it is deleted."""

    also: ClassVar[str] = "person"
    words: ClassVar[Any] = _("Copy of the data deleted")

    export: UUID
    person: UUID


@dataclass(frozen=True)
class RequestCarriedOut(Event):
    """What somebody asked for about their data was done; ``wish`` and ``result`` are codes."""

    also: ClassVar[str] = "person"
    words: ClassVar[Any] = _("Request about data carried out")

    case: UUID
    person: UUID
    wish: str
    result: str


@dataclass(frozen=True)
class RetentionCarriedOut(Event):
    """What was kept long enough was erased today; ``count`` is how many."""

    holding: str
    count: int


@dataclass(frozen=True)
class ReadingsExported(Event):
    """Somebody who checks readings took ``count`` of them away as a file."""

    words: ClassVar[Any] = _("Readings taken away as a file")

    person: UUID
    count: int


@dataclass(frozen=True)
class ReadingQuestioned(Event):
    """Somebody asked the data-protection officer about a reading of their data; ``entry`` is the reading, ``subject`` the request."""

    also: ClassVar[str] = "subject"
    words: ClassVar[Any] = _("Asked about a reading")

    of: str
    subject: str
    entry: int


@dataclass(frozen=True)
class KeptOpened(Event):
    """Somebody opens what the law keeps after an erasure; ``occasion`` is a code, why in words is sealed beside it."""

    words: ClassVar[Any] = _("Data that the law keeps was opened")

    subject: str
    occasion: str
