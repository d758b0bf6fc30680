"""What happens when a case is opened in an emergency: ids and codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from civium.foundation.journal.events import Event


@dataclass(frozen=True)
class EmergencyOpened(Event):
    """Somebody may read one case without the usual right until ``until``; ``why`` is a code. It ends then by itself."""

    also: ClassVar[str] = "subject"
    words: ClassVar[Any] = _("Opened in an emergency")

    emergency: UUID
    subject: str
    why: str
    until: datetime


@dataclass(frozen=True)
class EmergencyEnded(Event):
    """Whoever opened the case needs it no longer."""

    also: ClassVar[str] = "subject"
    words: ClassVar[Any] = _("Emergency over")

    emergency: UUID
    subject: str


@dataclass(frozen=True)
class EmergencyReviewed(Event):
    """A second person said whether it was right; ``verdict`` is a code."""

    also: ClassVar[str] = "subject"
    words: ClassVar[Any] = _("Emergency checked by a second person")

    emergency: UUID
    subject: str
    verdict: str
