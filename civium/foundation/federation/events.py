"""What federation can put on the record."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from civium.foundation.journal.events import Event


@dataclass(frozen=True)
class IdentityLinked(Event):
    """A person made another system's identity a way into their account; ``level``: how sure it makes us."""

    person: UUID
    identity: UUID
    provider: str
    level: str


@dataclass(frozen=True)
class IdentityUsed(Event):
    """A person came with a linked identity: to sign in, or to show again who they are."""

    person: UUID
    identity: UUID
    provider: str
    level: str


@dataclass(frozen=True)
class IdentityUnlinked(Event):
    """A linked identity opens the account no more."""

    person: UUID
    identity: UUID
    provider: str


@dataclass(frozen=True)
class SystemRegistered(Event):
    """An administrator let another system of the town sign people in."""

    system: str
    scopes: str


@dataclass(frozen=True)
class SystemRemoved(Event):
    """A system signs nobody in any more."""

    system: str


@dataclass(frozen=True)
class SystemConsentGiven(Event):
    """A person let a system sign them in and learn what ``scopes`` name."""

    person: UUID
    system: str
    scopes: str


@dataclass(frozen=True)
class SystemSignInDone(Event):
    """A system signed a person in."""

    person: UUID
    system: str


@dataclass(frozen=True)
class SystemConsentEnded(Event):
    """A person ended it: what the system held to ask about them was worthless at once."""

    person: UUID
    system: str
