"""The one place where a payment's state changes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal

from ..events import PaymentNeedsAttention, PaymentSettled
from ..models import LedgerLine, Payment
from ..rules import may_become


class PaymentAlreadyPaid(Refusal):
    """There is nothing left to pay."""

    message = _("This is already paid.")
    what_next = _("You do not have to do anything. You were not charged again.")


class PaymentOnItsWay(Refusal):
    """The provider has the payment in hand and has not answered yet."""

    message = _("Your payment is on its way.")
    what_next = _("We are waiting for the payment service to answer. Please do not pay again.")


class PaymentClosed(Refusal):
    """It is no longer asked for, or was declined."""

    message = _("This payment is closed.")
    what_next = _("Go back to your application to see what comes next.")


def locked(payment_id: UUID) -> Payment:
    """The payment as it is now, held until the transaction ends."""
    return Payment.objects.select_for_update().get(pk=payment_id)


def move(payment: Payment, state: str, **changes: object) -> None:
    """Give a locked payment its next state; a transition that is not in the table is a defect."""
    if not may_become(payment.state, state):
        raise ValueError(f"a payment cannot become {state} when it is {payment.state}")
    payment.state = state
    for name, value in changes.items():
        setattr(payment, name, value)
    payment.save(update_fields=["state", *changes])


def settle(
    payment: Payment, *, provider: str, minor: int, currency: str, by: Person | None, at: datetime
) -> None:
    """The money for a locked payment came: pay it, book it, say so, and see whether anybody expected it.

    Money for an amount that was replaced does not settle its subject: only finance is told.
    """
    was_cancelled, was_replaced = payment.state == "cancelled", payment.cancelled_because == "replaced"
    counted = Payment.objects.of(payment.subject).exclude(pk=payment.pk)
    is_twice = counted.filter(state="paid").exists()
    move(payment, "paid", settled_at=at, next_check_at=None)
    LedgerLine.objects.create(
        payment=payment,
        debit=f"clearing:{provider}",
        credit=f"income:{payment.agency or 'town'}:{payment.service or 'other'}",
        minor=minor,
        currency=currency,
        booked_at=at,
    )
    if was_replaced:
        mark(payment, "paid-after-replaced", by=by, at=at)
    elif is_twice:
        mark(payment, "paid-twice", by=by, at=at)
    elif was_cancelled:
        mark(payment, "paid-after-cancelled", by=by, at=at)
    if not was_replaced:
        amount = str(payment.amount.amount)
        record(PaymentSettled(payment.id, payment.subject, amount, payment.currency), by=by, at=at)


def mark(payment: Payment, reason: str, *, by: Person | None, at: datetime) -> None:
    """Put the payment on finance's list; the first reason stays until somebody has looked."""
    if payment.needs_attention:
        return
    payment.needs_attention, payment.attention_since = reason, at
    payment.save(update_fields=["needs_attention", "attention_since"])
    record(PaymentNeedsAttention(payment.id, payment.subject, reason), by=by, at=at)
