"""What an application can put on the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from civium.foundation.journal.events import Event


@dataclass(frozen=True)
class ApplicationStarted(Event):
    """Somebody began to apply."""

    words: ClassVar[Any] = _("Application started")

    application: UUID
    service: str
    version: int


@dataclass(frozen=True)
class ApplicationReopened(Event):
    """The applicant went back to change answers instead of paying."""

    words: ClassVar[Any] = _("Answers opened again to change them")

    application: UUID


@dataclass(frozen=True)
class ApplicationSent(Event):
    """The applicant sent the application: it is complete, and paid or free."""

    words: ClassVar[Any] = _("Application sent")

    application: UUID
    service: str


@dataclass(frozen=True)
class ApplicationClaimed(Event):
    """Somebody who applied without an account keeps it in their account from now on."""

    words: ClassVar[Any] = _("Kept in an account from now on")

    application: UUID
    person: UUID


@dataclass(frozen=True)
class VersionChanged(Event):
    """The applicant moved an application that was not sent to a newer version of the service."""

    words: ClassVar[Any] = _("Moved to the newer form")

    application: UUID
    version: int


@dataclass(frozen=True)
class WayBackMade(Event):
    """The applicant asked for a code or a link to come back without signing in, or for the counter; ``way`` says which."""

    words: ClassVar[Any] = _("Code or link made, to go on later")

    application: UUID
    way: str


@dataclass(frozen=True)
class WayBackTaken(Event):
    """Somebody came back with the code or link."""

    words: ClassVar[Any] = _("Opened with a code or link")

    application: UUID
    way: str


@dataclass(frozen=True)
class WayBackClosed(Event):
    """A code was answered wrongly too often, so it opens nothing any more."""

    words: ClassVar[Any] = _("Code closed after wrong answers")

    application: UUID
    way: str


@dataclass(frozen=True)
class CounterHelpBegan(Event):
    """A member of staff opened the application at the counter, with the code that the applicant showed."""

    words: ClassVar[Any] = _("Opened at the counter, to help")

    application: UUID


@dataclass(frozen=True)
class CounterHelpEnded(Event):
    """The member of staff can no longer change the application."""

    words: ClassVar[Any] = _("Help at the counter ended")

    application: UUID


@dataclass(frozen=True)
class ActedForApplicant(Event):
    """Somebody filled in (``fill``), went to pay (``pay``) or said that it is ``ready`` to be sent, for the applicant."""

    words: ClassVar[Any] = _("Filled in")

    application: UUID
    what: str


@dataclass(frozen=True)
class ApplicationDropped(Event):
    """The applicant deleted an application that was never sent, or it expired."""

    words: ClassVar[Any] = _("Application deleted")

    application: UUID
    expired: bool


@dataclass(frozen=True)
class AnswersCorrected(Event):
    """The applicant put other answers in the place of those that were sent, because the agency asked; the old ones are kept."""

    words: ClassVar[Any] = _("Answers corrected")

    application: UUID
    question: UUID


@dataclass(frozen=True)
class CertificateIssued(Event):
    """The town issued a document."""

    words: ClassVar[Any] = _("Document issued")

    application: UUID
    document: str


@dataclass(frozen=True)
class CertificateWithdrawn(Event):
    """The town withdrew a document before its time."""

    words: ClassVar[Any] = _("Document withdrawn")

    application: UUID
    document: str
