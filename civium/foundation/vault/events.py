"""What the vault puts on the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from civium.foundation.journal.events import Event


@dataclass(frozen=True)
class KeyDestroyed(Event):
    """An owner's key was destroyed: what was sealed under it, and under the keys below it, is erased."""

    also: ClassVar[str] = "owner"
    words: ClassVar[Any] = _("Key of erased data destroyed")

    key: UUID
    owner: str


@dataclass(frozen=True)
class KeyMoved(Event):
    """An owner's key is wrapped by another parent's key: what it seals belongs to somebody else."""

    words: ClassVar[Any] = _("Key of data moved")

    key: UUID
    owner: str
    parent: str


@dataclass(frozen=True)
class PurposeKeyRotated(Event):
    """A purpose has a new key, and everything its older keys wrapped is wrapped by the new one."""

    purpose_key: UUID
    purpose: str
    version: int


@dataclass(frozen=True)
class RootKeyRotated(Event):
    """Every purpose key is wrapped by a new root key; the old one opens nothing of this database any more."""

    root_key: UUID
    rewrapped: int


@dataclass(frozen=True)
class OwnersRotated(Event):
    """Owners of a kind have new keys: what is sealed for them from now on is under these."""

    owners: str
    count: int
