"""Payments, the provider's calls about them, the ledger, and the demo provider's own records."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Membership, Person
from civium.foundation.identity.policy import those_that
from civium.foundation.identity.rules import Relation
from civium.foundation.kit.money import Money
from civium.foundation.kit.references import shown_reference
from civium.foundation.vault.actions.sealing import open_sealed, seal

from .rules import OPEN, RECEIVED, from_minor

# Whose the notes of finance were before they were the payers'.
OF_THE_TOWN = "purpose:finance-notes"
# One line of a bill: its name, its words in the payer's language, and so many of the currency's smallest unit.
Line = dict[str, Any]


class PaymentState(models.TextChoices):
    """Where a payment stands; ``rules.states`` says where it may go."""

    ASKED = "asked", _("To pay")
    STARTED = "started", _("Payment page opened")
    PENDING = "pending", _("On its way")
    PAID = "paid", _("Paid")
    DECLINED = "declined", _("Declined")
    CANCELLED = "cancelled", _("No longer asked")
    REFUNDED = "refunded", _("Paid back")


class Attention(models.TextChoices):
    """Why finance must look at a payment."""

    PAID_AFTER_CANCELLED = "paid-after-cancelled", _("Paid after it was cancelled")
    PAID_AFTER_REPLACED = "paid-after-replaced", _("Paid after a newer payment was asked")
    PAID_TWICE = "paid-twice", _("Paid twice")
    UNPLACED = "unplaced", _("What it was for is gone")
    WITHDRAWN = "withdrawn", _("What it was for was withdrawn")
    NO_ANSWER = "no-answer", _("The provider does not say what became of it")


class Payments(models.QuerySet["Payment"]):
    """Reads that never show a payment to somebody whose business it is not."""

    def for_(self, actor: Person) -> Payments:
        """The actor's own payments, and those of the agencies for which the actor keeps the money."""
        return self._that("see", "payment", actor)

    def for_finance(self, actor: Person) -> Payments:
        """The payments that the actor looks after as finance: the whole town's, or those of some agencies; never their own."""
        return self._that("settle", "payment", actor).exclude(payer=actor)

    def _that(self, action: str, kind: str, actor: Person) -> Payments:
        memberships = (
            actor.memberships.filter(role="finance")
            if "finance" in actor.roles
            else Membership.objects.none()
        )
        agencies: list[str | None] = list(memberships.values_list("agency_id", flat=True))
        ways = {
            Relation.OWNER: Q(payer=actor),
            Relation.FINANCE: Q(agency__in=[agency for agency in agencies if agency]),
            Relation.TOWN_FINANCE: Q(pk__isnull=None not in agencies),
        }
        return self.filter(those_that(action, kind, ways))

    def current(self, subject: str) -> Payments:
        """The subject's payment that counts, if there is one; older ones were replaced by it."""
        return self.filter(subject=subject, is_replaced=False)


class Payment(models.Model):
    """One amount asked for once. It knows its payer and an opaque ``subject``, not what it pays for."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=8, unique=True)
    subject = models.CharField(max_length=100)
    payer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Nobody once it is kept for the books only.",
    )
    agency = models.CharField(
        max_length=60, blank=True, help_text="Whose income it is; with the service, the account."
    )
    service = models.CharField(max_length=80, blank=True)
    minor = models.BigIntegerField(help_text="The amount in the currency's smallest unit.")
    currency = models.CharField(max_length=3)
    lines_sealed = models.BinaryField(
        null=True,
        editable=False,
        help_text="What the amount is made of: name, words, minor. They tell answers.",
    )
    description = models.CharField(max_length=200)
    language = models.CharField(max_length=10)
    return_to = models.CharField(max_length=300, help_text="The path where the payer comes back.")
    leave_to = models.CharField(max_length=300, help_text="The path for a payer who leaves without paying.")
    state = models.CharField(max_length=10, choices=PaymentState, default=PaymentState.ASKED)
    provider = models.CharField(max_length=40, blank=True)
    provider_reference = models.CharField(max_length=200, blank=True)
    checkout_url = models.CharField(max_length=1000, blank=True)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was declined, cancelled or paid back."
    )
    cancelled_because = models.CharField(max_length=40, blank=True)
    is_replaced = models.BooleanField(
        default=False, help_text="A newer payment is asked for the same subject."
    )
    next_check_at = models.DateTimeField(null=True, blank=True)
    needs_attention = models.CharField(max_length=40, blank=True, choices=Attention)
    attention_since = models.DateTimeField(null=True, blank=True)

    objects = Payments.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        indexes: ClassVar = [
            models.Index(fields=["subject", "-asked_at"], name="payment_of_subject"),
            models.Index(fields=["-asked_at", "-id"], name="payment_recent"),
            models.Index(
                fields=["next_check_at"], condition=Q(next_check_at__isnull=False), name="payment_to_check"
            ),
            models.Index(
                fields=["attention_since"], condition=~Q(needs_attention=""), name="payment_attention"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject"], condition=Q(is_replaced=False), name="one_current_payment_each"
            ),
            models.CheckConstraint(condition=Q(minor__gt=0), name="payment_asks_for_something"),
            models.CheckConstraint(condition=Q(state__in=PaymentState.values), name="payment_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=RECEIVED, settled_at__isnull=False)
                | (~Q(state__in=RECEIVED) & Q(settled_at__isnull=True)),
                name="payment_paid_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_reference

    @property
    def stream(self) -> str:
        """Where the journal keeps what happened to this payment."""
        return f"payment:{self.id}"

    @property
    def shown_reference(self) -> str:
        return shown_reference(self.reference)

    @property
    def amount(self) -> Money:
        return from_minor(self.minor, self.currency)

    @property
    def lines_place(self) -> str:
        return f"payments:lines:{self.id}"

    @property
    def lines(self) -> list[Line]:
        """What the amount is made of. Refuses (KeyDestroyed) when the subject was forgotten."""
        return _opened_lines(self.lines_sealed, under=self.subject, at=self.lines_place)

    @lines.setter
    def lines(self, lines: list[Line]) -> None:
        """Sealed under the subject's key, and so forgotten with it: "less for a neutered dog" is an answer."""
        self.lines_sealed = seal(lines, under=self.subject, at=self.lines_place)

    @property
    def priced_lines(self) -> list[tuple[str, Money]]:
        """The lines as (words in the payer's language, money), for a bill."""
        return _priced(self.lines, self.currency)

    @property
    def received(self) -> Money | None:
        """What really came, which finance may have taken although it was not what was asked; None before anything came."""
        lines = (line for line in self.ledger_lines.all() if line.kind == "settlement")
        return next((from_minor(line.minor, line.currency) for line in lines), None)

    @property
    def is_paid(self) -> bool:
        return self.state == PaymentState.PAID

    @property
    def is_received(self) -> bool:
        """True when its money came, also when it was paid back since."""
        return self.state in RECEIVED

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_declined(self) -> bool:
        return self.state == PaymentState.DECLINED


class ProviderCall(models.Model):
    """A genuine call that a provider made about a payment, once per event however often it was made."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    provider = models.CharField(max_length=40)
    event_id = models.CharField(max_length=200)
    received_at = models.DateTimeField()
    times_heard = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64, help_text="SHA-256 of what was received.")
    kind = models.CharField(max_length=20)
    reference = models.CharField(max_length=60, blank=True)
    provider_reference = models.CharField(max_length=200, blank=True)
    minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True)
    payee = models.CharField(max_length=200, blank=True)
    happened_at = models.DateTimeField(null=True, blank=True)
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="calls"
    )
    verdict = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(
        max_length=20, blank=True, help_text="Of a quarantined call: settled or dismissed."
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note_sealed = models.BinaryField(null=True, editable=False)
    note_under = models.CharField(
        max_length=100,
        blank=True,
        help_text="The owner of the vault's key for the note; empty for the call itself, when it is about no payment.",
    )

    class Meta:
        verbose_name = _("provider's call")
        verbose_name_plural = _("provider's calls")
        indexes: ClassVar = [
            models.Index(
                fields=["received_at"],
                condition=Q(verdict="quarantined", closed_at__isnull=True),
                name="call_quarantined",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="one_call_per_event"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.kind} ({self.verdict})"

    @property
    def amount(self) -> Money | None:
        """What the provider says was paid; None when it named no currency."""
        return from_minor(self.minor, self.currency) if self.currency else None

    @property
    def vault_key(self) -> str:
        return f"payment-call:{self.id}"

    @property
    def note_place(self) -> str:
        return f"payments:note:{self.id}"

    @property
    def note(self) -> str:
        """Why finance settled or dismissed it."""
        if self.note_sealed is None:
            return ""
        under = self.note_under or self.vault_key
        return str(open_sealed(bytes(self.note_sealed), under=under, at=self.note_place))


class FinanceNote(models.Model):
    """What finance did about a payment that needed a look, for colleagues and auditors."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="notes")
    reason = models.CharField(max_length=40, help_text="Why it needed a look.")
    words_sealed = models.BinaryField(editable=False)
    under = models.CharField(max_length=100, help_text="The owner of the vault's key for the words.")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("note of finance")
        verbose_name_plural = _("notes of finance")

    def __str__(self) -> str:
        return str(self.id)

    @property
    def place(self) -> str:
        """Where in the database the sealed words belong; they open nowhere else."""
        return f"payments.financenote:words:{self.id}"

    @property
    def words(self) -> str:
        return str(open_sealed(bytes(self.words_sealed), under=self.under, at=self.place))


class LedgerLine(models.Model):
    """Money that moved from one account to another. A row is both sides of the entry, so the books always sum to zero.

    Rows are never changed or deleted: the database refuses (see the migration).
    """

    id = models.BigAutoField(primary_key=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="ledger_lines")
    kind = models.CharField(max_length=20, help_text="settlement or refund; each at most once.")
    debit = models.CharField(
        max_length=200, help_text="The account that receives, for example clearing:demo."
    )
    credit = models.CharField(max_length=200, help_text="The account that gives: income:<agency>:<service>.")
    minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    booked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("ledger line")
        verbose_name_plural = _("ledger lines")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["payment", "kind"], name="ledger_books_once"),
            models.CheckConstraint(condition=Q(minor__gt=0), name="ledger_moves_something"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="ledger_two_accounts"),
        ]

    def __str__(self) -> str:
        return f"{self.debit} <- {self.credit}: {self.minor} {self.currency}"

    @property
    def amount(self) -> Money:
        return from_minor(self.minor, self.currency)


class DemoCheckout(models.Model):
    """The demo provider's own record of a page it opened for somebody. No other part of the product reads it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token = models.CharField(max_length=64, unique=True)
    idempotency_key = models.CharField(max_length=200, unique=True)
    reference = models.CharField(max_length=60)
    payee = models.CharField(max_length=200)
    minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    under = models.CharField(max_length=100, help_text="The owner of the vault's key for the lines.")
    lines_sealed = models.BinaryField(null=True, editable=False)
    description = models.CharField(max_length=200)
    language = models.CharField(max_length=10)
    return_to = models.CharField(max_length=300)
    leave_to = models.CharField(max_length=300)
    opened_at = models.DateTimeField()
    outcome = models.CharField(max_length=20, blank=True, help_text="paid, declined, pending or closed.")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("demo checkout")
        verbose_name_plural = _("demo checkouts")

    def __str__(self) -> str:
        return str(self.id)

    @property
    def amount(self) -> Money:
        return from_minor(self.minor, self.currency)

    @property
    def lines_place(self) -> str:
        return f"payments:demo-lines:{self.id}"

    @property
    def lines(self) -> list[Line]:
        return _opened_lines(self.lines_sealed, under=self.under, at=self.lines_place)

    @lines.setter
    def lines(self, lines: list[Line]) -> None:
        self.lines_sealed = seal(lines, under=self.under, at=self.lines_place)

    @property
    def priced_lines(self) -> list[tuple[str, Money]]:
        return _priced(self.lines, self.currency)

    def as_call(self, event_id: str, kind: str) -> dict[str, Any]:
        """The body of a webhook about this checkout."""
        return {
            "id": event_id,
            "type": f"payment.{kind}",
            "payment": str(self.id),
            "reference": self.reference,
            "amount": self.minor,
            "currency": self.currency,
            "payee": self.payee,
            "created": int(self.decided_at.timestamp()) if self.decided_at else 0,
        }


def _opened_lines(sealed: bytes | memoryview | None, *, under: str, at: str) -> list[Line]:
    return [] if sealed is None else list(open_sealed(sealed, under=under, at=at))


def _priced(lines: list[Line], currency: str) -> list[tuple[str, Money]]:
    return [(line["words"], from_minor(line["minor"], currency)) for line in lines]
