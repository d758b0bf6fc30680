"""What an application can put on the record."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from civium.foundation.journal.events import Event


@dataclass(frozen=True)
class ApplicationStarted(Event):
    """Somebody began to apply."""

    application: UUID
    service: str
    version: int


@dataclass(frozen=True)
class ApplicationReopened(Event):
    """The applicant went back to change answers instead of paying."""

    application: UUID


@dataclass(frozen=True)
class ApplicationSent(Event):
    """The applicant sent the application: it is complete, and paid or free."""

    application: UUID
    service: str


@dataclass(frozen=True)
class ApplicationDropped(Event):
    """The applicant deleted an application that was never sent, or it expired."""

    application: UUID
    expired: bool


@dataclass(frozen=True)
class AnswersOpened(Event):
    """A member of staff opened the answers of a case to work on it."""

    application: UUID
    case: UUID
    purpose: str


@dataclass(frozen=True)
class FileOpened(Event):
    """A member of staff opened a file of a case to work on it."""

    application: UUID
    case: UUID
    file: UUID
    purpose: str


@dataclass(frozen=True)
class CertificateIssued(Event):
    """The town issued a document."""

    application: UUID
    document: str


@dataclass(frozen=True)
class CertificateWithdrawn(Event):
    """The town withdrew a document before its time."""

    application: UUID
    document: str
