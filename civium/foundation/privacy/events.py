"""What privacy puts on the record: ids and codes, never what was held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from civium.foundation.journal.events import Event


@dataclass(frozen=True)
class DataErased(Event):
    """What was held about an owner is gone; ``number`` is its line in the erasure ledger, ``because`` a code."""

    words: ClassVar[Any] = _("Data erased")

    owner: str
    because: str
    number: int


@dataclass(frozen=True)
class ErasuresReplayed(Event):
    """An older database was brought up to the erasure ledger, from its line ``first`` to ``last``."""

    first: int
    last: int


@dataclass(frozen=True)
class DataLockedAway(Event):
    """The law keeps this until a date; nobody works with it any more."""

    words: ClassVar[Any] = _("Data locked away, as the law says")

    owner: str
    because: str
    until: str


@dataclass(frozen=True)
class UseRestricted(Event):
    """Nobody works with this data until its owner or the law ends that."""

    words: ClassVar[Any] = _("Data lies still from now on")

    owner: str
    because: str


@dataclass(frozen=True)
class RestrictionEnded(Event):
    """The data may be used again."""

    words: ClassVar[Any] = _("Data may be used again")

    owner: str


@dataclass(frozen=True)
class ConsentGiven(Event):
    """Somebody agreed to a purpose, in the words of ``version``."""

    also: ClassVar[str] = "owner"
    words: ClassVar[Any] = _("Agreed to something")

    consent: UUID
    owner: str
    purpose: str
    version: int


@dataclass(frozen=True)
class ConsentWithdrawn(Event):
    """Somebody agrees no longer; ``how`` is by themselves, by their browser's signal, or by objecting."""

    also: ClassVar[str] = "owner"
    words: ClassVar[Any] = _("Agrees no longer")

    consent: UUID
    owner: str
    purpose: str
    how: str


@dataclass(frozen=True)
class DataRead(Event):
    """Somebody else read something of a person's: ``by`` is who, None when the town's computers did it by themselves.

    ``of`` is whose data (``person:<uuid>``), ``subject`` what it belongs to (``application:<uuid>``; empty when to the person
    alone). ``kinds``: codes of what was read, joined by spaces. ``system``: the job that read, or ``civium``.
    """

    also: ClassVar[str] = "subject"
    words: ClassVar[Any] = _("Data read")

    of: str
    subject: str
    purpose: str
    legal_basis: str
    agency: str
    role: str
    service: str
    channel: str
    kinds: str
    system: str
