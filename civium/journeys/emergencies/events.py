"""What happens when a case is opened in an emergency: ids and codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from civium.foundation.journal.events import Event


@dataclass(frozen=True)
class EmergencyOpened(Event):
    """Somebody may read one case without the usual right until ``until``; ``why`` is a code. It ends then by itself."""

    also: ClassVar[str] = "subject"

    emergency: UUID
    subject: str
    why: str
    until: datetime


@dataclass(frozen=True)
class EmergencyEnded(Event):
    """Whoever opened the case needs it no longer."""

    also: ClassVar[str] = "subject"

    emergency: UUID
    subject: str


@dataclass(frozen=True)
class EmergencyReviewed(Event):
    """A second person said whether it was right; ``verdict`` is a code."""

    also: ClassVar[str] = "subject"

    emergency: UUID
    subject: str
    verdict: str
