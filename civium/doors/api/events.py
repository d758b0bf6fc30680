"""What this room puts on the record."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from civium.foundation.journal.events import Event


@dataclass(frozen=True)
class TokenMade(Event):
    """A program was let in on somebody's behalf."""

    person: UUID
    token: UUID
    scopes: str


@dataclass(frozen=True)
class TokenEnded(Event):
    """It is let in no more."""

    person: UUID
    token: UUID
