"""What registries can put on the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from civium.foundation.journal.events import Event


@dataclass(frozen=True)
class RegisterAsked(Event):
    """A register was asked about a person: which field, what for and on what legal basis. Never what it answered.

    ``result`` is ``answered``, ``unknown`` (it knows no such person or value) or ``unavailable``. Where a thing was looked
    for, the person is who looked, and ``field`` the keys, joined by ``+``.
    """

    words: ClassVar[Any] = _("A register was asked")

    person: UUID
    register: str
    field: str
    purpose: str
    legal_basis: str
    result: str


@dataclass(frozen=True)
class RegisterTold(Event):
    """A register was told something about a person: which message, what for and on what legal basis. Never what it said.

    ``result`` is ``taken``, ``unavailable`` (it did not answer; it is tried again) or ``refused``. ``key`` names the
    message: it is the same at every try.
    """

    words: ClassVar[Any] = _("A register was told")

    person: UUID
    subject: str
    register: str
    message: str
    key: str
    purpose: str
    legal_basis: str
    result: str

    also: ClassVar[str] = "subject"
