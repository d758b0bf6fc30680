"""What identity can put on the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from civium.foundation.journal.events import Event


@dataclass(frozen=True)
class PersonJoined(Event):
    """Somebody made an account, or one was made for them."""

    words: ClassVar[Any] = _("Account made")

    person: UUID


@dataclass(frozen=True)
class GuestWelcomed(Event):
    """Somebody without an account began an application."""

    words: ClassVar[Any] = _("Began without an account")

    person: UUID


@dataclass(frozen=True)
class ContactGiven(Event):
    """A guest said where mail reaches them, or that none should."""

    words: ClassVar[Any] = _("Address for letters given")

    person: UUID


@dataclass(frozen=True)
class PersonVerified(Event):
    """A person proved who they are; ``how`` is the adapter that checked it."""

    words: ClassVar[Any] = _("Proved who they are")

    person: UUID
    how: str


@dataclass(frozen=True)
class PersonNamed(Event):
    """Somebody said for the first time what they are called."""

    words: ClassVar[Any] = _("Name given or changed")

    person: UUID


@dataclass(frozen=True)
class PersonRenamed(Event):
    """Somebody changed their name."""

    words: ClassVar[Any] = _("Name given or changed")

    person: UUID


@dataclass(frozen=True)
class LanguageChosen(Event):
    """Somebody said in which language the town writes to them."""

    words: ClassVar[Any] = _("Language of letters chosen")

    person: UUID
    language: str


@dataclass(frozen=True)
class RoleGranted(Event):
    """A person was given a role; ``agency`` is empty for the town as a whole."""

    words: ClassVar[Any] = _("Role given")

    person: UUID
    role: str
    agency: str


@dataclass(frozen=True)
class RoleEnded(Event):
    """A person's role ended."""

    words: ClassVar[Any] = _("Role ended")

    person: UUID
    role: str
    agency: str


@dataclass(frozen=True)
class RepresentationGranted(Event):
    """A person may act for an organisation."""

    words: ClassVar[Any] = _("May act for an organisation")

    person: UUID
    organisation: UUID


@dataclass(frozen=True)
class PartyRegistered(Event):
    """A register vouched for a child or an organisation, who never signs in: others act for them."""

    words: ClassVar[Any] = _("Vouched for by a register")

    person: UUID
    register: str


@dataclass(frozen=True)
class MandateInvited(Event):
    """A person invited whoever has an address to act for them; ``powers`` are joined by ``+``, ``service`` is empty for all."""

    words: ClassVar[Any] = _("Invited to act")

    mandate: UUID
    person: UUID
    powers: str
    service: str

    also: ClassVar[str] = "person"


@dataclass(frozen=True)
class MandateAccepted(Event):
    """The invited accepted: the mandate holds from now on."""

    words: ClassVar[Any] = _("Invitation to act accepted")

    mandate: UUID
    person: UUID

    also: ClassVar[str] = "person"


@dataclass(frozen=True)
class MandateDeclined(Event):
    """The invited said no."""

    words: ClassVar[Any] = _("Invitation to act declined")

    mandate: UUID
    person: UUID

    also: ClassVar[str] = "person"


@dataclass(frozen=True)
class MandateRegistered(Event):
    """A register said that somebody is guardian of a person, or officer of an organisation: they may act for them."""

    words: ClassVar[Any] = _("May act, a register says")

    mandate: UUID
    person: UUID
    basis: str
    register: str

    also: ClassVar[str] = "person"


@dataclass(frozen=True)
class MandateConfirmed(Event):
    """The register was asked again and still says so."""

    words: ClassVar[Any] = _("May still act, a register says")

    mandate: UUID
    person: UUID

    also: ClassVar[str] = "person"


@dataclass(frozen=True)
class MandateEnded(Event):
    """One side ended the mandate; or the giver withdrew the invitation (``was`` says what it was); or the register says no more."""

    words: ClassVar[Any] = _("Right to act ended")

    mandate: UUID
    person: UUID
    was: str

    also: ClassVar[str] = "person"


@dataclass(frozen=True)
class MandateExpired(Event):
    """The last day is over, or nobody answered the invitation in time."""

    words: ClassVar[Any] = _("Right to act is over")

    mandate: UUID
    person: UUID
    was: str

    also: ClassVar[str] = "person"


@dataclass(frozen=True)
class MandateEndsSoon(Event):
    """The last day is near: both sides are told."""

    words: ClassVar[Any] = _("Right to act ends soon")

    mandate: UUID
    person: UUID

    also: ClassVar[str] = "person"


@dataclass(frozen=True)
class SignedIn(Event):
    """Somebody came in; ``how`` is the kind of proof, ``sign_in`` where browser and network are sealed for them."""

    words: ClassVar[Any] = _("Signed in")

    person: UUID
    sign_in: UUID
    how: str


@dataclass(frozen=True)
class SessionsEnded(Event):
    """A person ended so many of their own visits, elsewhere."""

    words: ClassVar[Any] = _("Signed out elsewhere")

    person: UUID
    count: int


@dataclass(frozen=True)
class SignInDisowned(Event):
    """A person says that a sign-in was somebody else: every visit is ended, the password and what was added since are void."""

    words: ClassVar[Any] = _("Sign-in by somebody else reported")

    person: UUID
    sign_in: UUID
    removed_factors: int


@dataclass(frozen=True)
class RecoveryAsked(Event):
    """Somebody with the password of an account says that its second factors are lost; nothing happens before ``ripe_at``."""

    words: ClassVar[Any] = _("Lost second step reported")

    person: UUID
    recovery: UUID
    ripe_at: datetime


@dataclass(frozen=True)
class RecoveryStopped(Event):
    """The owner stopped it, with the link of a mail or by signing in."""

    words: ClassVar[Any] = _("Recovery of the account stopped")

    person: UUID
    recovery: UUID


@dataclass(frozen=True)
class FactorsRemoved(Event):
    """The waiting time passed and nobody stopped it: so many lost factors no longer count."""

    words: ClassVar[Any] = _("Lost second steps removed")

    person: UUID
    recovery: UUID
    count: int
