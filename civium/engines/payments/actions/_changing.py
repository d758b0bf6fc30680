"""The one place where a payment's state changes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal

from ..events import PaymentCancelled, PaymentNeedsAttention, PaymentSettled
from ..models import LedgerLine, Payment
from ..rules import from_minor, may_become
from .close_checkout import close_checkout


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


def cancel_locked(payment: Payment, *, because: str, by: Person | None, at: datetime) -> None:
    """Ask no longer for an open payment that the caller holds, and have the provider close its page."""
    move(payment, "cancelled", closed_at=at, cancelled_because=because, next_check_at=None)
    record(PaymentCancelled(payment.id, payment.subject), by=by, at=at)
    if payment.provider_reference:
        close_checkout.enqueue(str(payment.id))


def settle(
    payment: Payment, *, provider: str, minor: int, currency: str, by: Person | None, at: datetime
) -> None:
    """The money for a locked payment came: pay it, book it, and see whether anybody expected it.

    It settles its subject unless something else is asked for that subject by now: whoever changed the answers cannot pay
    the older, smaller amount. Then only finance is told.
    """
    trouble = "paid-after-cancelled" if payment.state == "cancelled" else ""
    if payment.is_replaced:
        trouble = _put_back(payment, at=at)
    move(payment, "paid", settled_at=at, next_check_at=None)
    LedgerLine.objects.create(
        payment=payment,
        kind="settlement",
        debit=f"clearing:{provider}",
        credit=income_account(payment),
        minor=minor,
        currency=currency,
        booked_at=at,
    )
    if trouble:
        mark(payment, trouble, by=by, at=at)
    if not payment.is_replaced:
        amount = str(from_minor(minor, currency).amount)
        record(PaymentSettled(payment.id, payment.subject, amount, currency), by=by, at=at)


def income_account(payment: Payment) -> str:
    """The ledger's account for what this payment brings in."""
    return f"income:{payment.agency or 'town'}:{payment.service or 'other'}"


def _put_back(payment: Payment, *, at: datetime) -> str:
    """Let a replaced payment count again in the place of an open one for the same amount; else say what is wrong."""
    newer = Payment.objects.current(payment.subject).select_for_update().first()
    if newer is not None and newer.is_paid:
        return "paid-twice"
    same_amount = newer is not None and (newer.minor, newer.currency) == (payment.minor, payment.currency)
    if newer is None or not same_amount or newer.state not in ("asked", "started"):
        return "paid-after-replaced"
    cancel_locked(newer, because="paid-otherwise", by=None, at=at)
    set_replaced(newer, True)
    set_replaced(payment, False)
    return ""


def set_replaced(payment: Payment, is_replaced: bool) -> None:
    """Say whether a newer payment of the subject counts instead of this one."""
    payment.is_replaced = is_replaced
    payment.save(update_fields=["is_replaced"])


def mark(payment: Payment, reason: str, *, by: Person | None, at: datetime) -> None:
    """Put the payment on finance's list; the first reason stays until somebody has looked."""
    if payment.needs_attention:
        return
    payment.needs_attention, payment.attention_since = reason, at
    payment.save(update_fields=["needs_attention", "attention_since"])
    record(PaymentNeedsAttention(payment.id, payment.subject, reason), by=by, at=at)
