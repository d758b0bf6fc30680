"""What identity can put on the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from civium.foundation.journal.events import Event


@dataclass(frozen=True)
class PersonJoined(Event):
    """Somebody made an account, or one was made for them."""

    person: UUID


@dataclass(frozen=True)
class GuestWelcomed(Event):
    """Somebody without an account began an application."""

    person: UUID


@dataclass(frozen=True)
class ContactGiven(Event):
    """A guest said where mail reaches them, or that none should."""

    person: UUID


@dataclass(frozen=True)
class PersonVerified(Event):
    """A person proved who they are; ``how`` is the adapter that checked it."""

    person: UUID
    how: str


@dataclass(frozen=True)
class PersonRenamed(Event):
    """Somebody gave or changed their name."""

    person: UUID


@dataclass(frozen=True)
class RoleGranted(Event):
    """A person was given a role; ``agency`` is empty for the town as a whole."""

    person: UUID
    role: str
    agency: str


@dataclass(frozen=True)
class RoleEnded(Event):
    """A person's role ended."""

    person: UUID
    role: str
    agency: str


@dataclass(frozen=True)
class RepresentationGranted(Event):
    """A person may act for an organisation."""

    person: UUID
    organisation: UUID


@dataclass(frozen=True)
class PartyRegistered(Event):
    """A register vouched for a child or an organisation, who never signs in: others act for them."""

    person: UUID
    register: str


@dataclass(frozen=True)
class MandateInvited(Event):
    """A person invited whoever has an address to act for them; ``powers`` are joined by ``+``, ``service`` is empty for all."""

    mandate: UUID
    person: UUID
    powers: str
    service: str

    also: ClassVar[str] = "person"


@dataclass(frozen=True)
class MandateAccepted(Event):
    """The invited accepted: the mandate holds from now on."""

    mandate: UUID
    person: UUID

    also: ClassVar[str] = "person"


@dataclass(frozen=True)
class MandateDeclined(Event):
    """The invited said no."""

    mandate: UUID
    person: UUID

    also: ClassVar[str] = "person"


@dataclass(frozen=True)
class MandateRegistered(Event):
    """A register said that somebody is guardian of a person, or officer of an organisation: they may act for them."""

    mandate: UUID
    person: UUID
    basis: str
    register: str

    also: ClassVar[str] = "person"


@dataclass(frozen=True)
class MandateConfirmed(Event):
    """The register was asked again and still says so."""

    mandate: UUID
    person: UUID

    also: ClassVar[str] = "person"


@dataclass(frozen=True)
class MandateEnded(Event):
    """One side ended the mandate; or the giver withdrew the invitation (``was`` says what it was); or the register says no more."""

    mandate: UUID
    person: UUID
    was: str

    also: ClassVar[str] = "person"


@dataclass(frozen=True)
class MandateExpired(Event):
    """The last day is over, or nobody answered the invitation in time."""

    mandate: UUID
    person: UUID
    was: str

    also: ClassVar[str] = "person"


@dataclass(frozen=True)
class MandateEndsSoon(Event):
    """The last day is near: both sides are told."""

    mandate: UUID
    person: UUID

    also: ClassVar[str] = "person"


@dataclass(frozen=True)
class SignedIn(Event):
    """Somebody came in; ``how`` is the kind of proof, ``sign_in`` where browser and network are sealed for them."""

    person: UUID
    sign_in: UUID
    how: str


@dataclass(frozen=True)
class SessionsEnded(Event):
    """A person ended so many of their own visits, elsewhere."""

    person: UUID
    count: int


@dataclass(frozen=True)
class SignInDisowned(Event):
    """A person says that a sign-in was somebody else: every visit is ended, the password and what was added since are void."""

    person: UUID
    sign_in: UUID
    removed_factors: int


@dataclass(frozen=True)
class RecoveryAsked(Event):
    """Somebody with the password of an account says that its second factors are lost; nothing happens before ``ripe_at``."""

    person: UUID
    recovery: UUID
    ripe_at: datetime


@dataclass(frozen=True)
class RecoveryStopped(Event):
    """The owner stopped it, with the link of a mail or by signing in."""

    person: UUID
    recovery: UUID


@dataclass(frozen=True)
class FactorsRemoved(Event):
    """The waiting time passed and nobody stopped it: so many lost factors no longer count."""

    person: UUID
    recovery: UUID
    count: int
