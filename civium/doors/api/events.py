"""What this room puts on the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from civium.foundation.journal.events import Event


@dataclass(frozen=True)
class TokenMade(Event):
    """A program was let in on somebody's behalf."""

    words: ClassVar[Any] = _("Access for a program made")

    person: UUID
    token: UUID
    scopes: str


@dataclass(frozen=True)
class TokenEnded(Event):
    """It is let in no more."""

    words: ClassVar[Any] = _("Access for a program ended")

    person: UUID
    token: UUID
