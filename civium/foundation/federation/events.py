"""What federation can put on the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from civium.foundation.journal.events import Event


@dataclass(frozen=True)
class IdentityLinked(Event):
    """A person made another system's identity a way into their account; ``level``: how sure it makes us."""

    words: ClassVar[Any] = _("Identity from elsewhere linked")

    person: UUID
    identity: UUID
    provider: str
    level: str


@dataclass(frozen=True)
class IdentityUsed(Event):
    """A person came with a linked identity: to sign in, or to show again who they are."""

    words: ClassVar[Any] = _("Came with an identity from elsewhere")

    person: UUID
    identity: UUID
    provider: str
    level: str


@dataclass(frozen=True)
class IdentityUnlinked(Event):
    """A linked identity opens the account no more."""

    words: ClassVar[Any] = _("Link to an identity ended")

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

    words: ClassVar[Any] = _("Another system let in")

    person: UUID
    system: str
    scopes: str


@dataclass(frozen=True)
class SystemSignInDone(Event):
    """A system signed a person in."""

    words: ClassVar[Any] = _("Signed in to another system")

    person: UUID
    system: str


@dataclass(frozen=True)
class SystemConsentEnded(Event):
    """A person ended it: what the system held to ask about them was worthless at once."""

    words: ClassVar[Any] = _("Another system let in no more")

    person: UUID
    system: str
