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
class ApplicationClaimed(Event):
    """Somebody who applied without an account keeps it in their account from now on."""

    application: UUID
    person: UUID


@dataclass(frozen=True)
class VersionChanged(Event):
    """The applicant moved an application that was not sent to a newer version of the service."""

    application: UUID
    version: int


@dataclass(frozen=True)
class WayBackMade(Event):
    """The applicant asked for a code or a link to come back without signing in, or for the counter; ``way`` says which."""

    application: UUID
    way: str


@dataclass(frozen=True)
class WayBackTaken(Event):
    """Somebody came back with the code or link."""

    application: UUID
    way: str


@dataclass(frozen=True)
class WayBackClosed(Event):
    """A code was answered wrongly too often, so it opens nothing any more."""

    application: UUID
    way: str


@dataclass(frozen=True)
class CounterHelpBegan(Event):
    """A member of staff opened the application at the counter, with the code that the applicant showed."""

    application: UUID


@dataclass(frozen=True)
class CounterHelpEnded(Event):
    """The member of staff can no longer change the application."""

    application: UUID


@dataclass(frozen=True)
class ActedForApplicant(Event):
    """Somebody filled in (``fill``), went to pay (``pay``) or said that it is ``ready`` to be sent, for the applicant."""

    application: UUID
    what: str


@dataclass(frozen=True)
class ApplicationDropped(Event):
    """The applicant deleted an application that was never sent, or it expired."""

    application: UUID
    expired: bool


@dataclass(frozen=True)
class AnswersCorrected(Event):
    """The applicant put other answers in the place of those that were sent, because the agency asked; the old ones are kept."""

    application: UUID
    question: UUID


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
