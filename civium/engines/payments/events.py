"""What payments put on the record. ``subject`` is the opaque string of whatever asked; its stream has the events too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from civium.foundation.journal.events import Event


@dataclass(frozen=True)
class PaymentAsked(Event):
    """Somebody was asked for an amount; recorded again when the amount changed before anything was started."""

    also: ClassVar[str] = "subject"
    words: ClassVar[Any] = _("Payment asked for")

    payment: UUID
    subject: str
    amount: str
    currency: str


@dataclass(frozen=True)
class PaymentStarted(Event):
    """The provider's page was opened for it."""

    also: ClassVar[str] = "subject"
    words: ClassVar[Any] = _("Went to the payment page")

    payment: UUID
    subject: str
    provider: str


@dataclass(frozen=True)
class PaymentSettled(Event):
    """The money came: the provider said so in a call that agrees with what was asked, or finance found it.

    ``amount`` and ``currency`` are what was booked: what came, which finance may accept though another amount was asked.
    """

    also: ClassVar[str] = "subject"
    words: ClassVar[Any] = _("Payment received")

    payment: UUID
    subject: str
    amount: str
    currency: str


@dataclass(frozen=True)
class PaymentDeclined(Event):
    """The provider took no money."""

    also: ClassVar[str] = "subject"
    words: ClassVar[Any] = _("Payment declined")

    payment: UUID
    subject: str


@dataclass(frozen=True)
class PaymentCancelled(Event):
    """It is no longer asked for."""

    also: ClassVar[str] = "subject"
    words: ClassVar[Any] = _("Payment cancelled")

    payment: UUID
    subject: str


@dataclass(frozen=True)
class PaymentRefunded(Event):
    """Finance sent the money back."""

    also: ClassVar[str] = "subject"
    words: ClassVar[Any] = _("Payment sent back")

    payment: UUID
    subject: str


@dataclass(frozen=True)
class PaymentNeedsAttention(Event):
    """Money came, or may have come, where none was expected; finance looks at it. ``reason`` is a code."""

    also: ClassVar[str] = "subject"
    words: ClassVar[Any] = _("Payment looked at by finance")

    payment: UUID
    subject: str
    reason: str


@dataclass(frozen=True)
class PaymentAttended(Event):
    """Finance looked at it and noted what was done."""

    also: ClassVar[str] = "subject"
    words: ClassVar[Any] = _("Payment looked at by finance")

    payment: UUID
    subject: str


@dataclass(frozen=True)
class PaymentQuarantined(Event):
    """A provider's genuine call does not agree with what we asked; nothing was paid by it. ``reason`` is a code."""

    also: ClassVar[str] = "payment"
    words: ClassVar[Any] = _("Payment looked at by finance")

    call: UUID
    reason: str
    payment: UUID | None


@dataclass(frozen=True)
class QuarantinedCallClosed(Event):
    """Finance settled a payment with a quarantined call, or dismissed the call. ``outcome``: settled or dismissed."""

    call: UUID
    outcome: str


@dataclass(frozen=True)
class PayerChanged(Event):
    """A guest's payment belongs to the account of whoever it was from now on."""

    also: ClassVar[str] = "subject"
    words: ClassVar[Any] = _("Kept in an account from now on")

    payment: UUID
    subject: str
    payer: UUID


@dataclass(frozen=True)
class PaymentKeptForBooks(Event):
    """It is so old that only the books need it: whose it was and what for is gone from the books, and it has another reference."""

    payment: UUID


@dataclass(frozen=True)
class OldCallForgotten(Event):
    """A provider's call about no payment of ours was kept long enough, and is gone with what finance wrote about it."""

    call: UUID
