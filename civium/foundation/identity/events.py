"""What identity can put on the record."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from civium.foundation.journal.events import Event


@dataclass(frozen=True)
class PersonJoined(Event):
    """Somebody made an account, or one was made for them."""

    person: UUID


@dataclass(frozen=True)
class GuestWelcomed(Event):
    """Somebody without an account began an application."""

    person: UUID


@dataclass(frozen=True)
class ContactGiven(Event):
    """A guest said where mail reaches them, or that none should."""

    person: UUID


@dataclass(frozen=True)
class PersonVerified(Event):
    """A person proved who they are; ``how`` is the adapter that checked it."""

    person: UUID
    how: str


@dataclass(frozen=True)
class PersonRenamed(Event):
    """Somebody gave or changed their name."""

    person: UUID


@dataclass(frozen=True)
class RoleGranted(Event):
    """A person was given a role; ``agency`` is empty for the town as a whole."""

    person: UUID
    role: str
    agency: str


@dataclass(frozen=True)
class RoleEnded(Event):
    """A person's role ended."""

    person: UUID
    role: str
    agency: str


@dataclass(frozen=True)
class RepresentationGranted(Event):
    """A person may act for an organisation."""

    person: UUID
    organisation: UUID
