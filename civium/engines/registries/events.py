"""What registries can put on the record."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from civium.foundation.journal.events import Event


@dataclass(frozen=True)
class RegisterAsked(Event):
    """A register was asked about a person: which field, what for and on what legal basis. Never what it answered.

    ``result`` is ``answered``, ``unknown`` (it knows no such person or value) or ``unavailable``.
    """

    person: UUID
    register: str
    field: str
    purpose: str
    legal_basis: str
    result: str
