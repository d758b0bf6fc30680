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
