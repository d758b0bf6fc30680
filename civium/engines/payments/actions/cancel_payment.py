"""Stop asking for a payment."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.enqueue import job
from civium.foundation.journal.actions.record import record

from ..adapters.provider import get_provider
from ..events import PaymentCancelled
from ..models import Payment
from ._changing import PaymentAlreadyPaid, locked, move


@transaction.atomic
def cancel_payment(
    payment: Payment, *, by: Person | None, at: datetime, because: str = "withdrawn"
) -> Payment:
    """Ask for it no longer, and have the provider close its page; a declined or cancelled one stays as it is.

    ``because`` is a code. Refuses (PaymentAlreadyPaid) a paid one. Money that still comes makes it paid, for finance to see.
    """
    current = locked(payment.pk)
    if current.is_paid:
        raise PaymentAlreadyPaid
    if current.is_open:
        cancel_locked(current, because=because, by=by, at=at)
    return current


def cancel_locked(payment: Payment, *, because: str, by: Person | None, at: datetime) -> None:
    """Cancel an open payment that the caller holds."""
    move(payment, "cancelled", closed_at=at, cancelled_because=because, next_check_at=None)
    record(PaymentCancelled(payment.id, payment.subject), by=by, at=at)
    if payment.provider_reference:
        close_checkout.enqueue(str(payment.id))


@job(attempts=6, first_wait=timedelta(seconds=20))
def close_checkout(payment_id: str) -> None:
    """Have the provider take no more money for a payment that is no longer asked for."""
    payment = Payment.objects.get(pk=UUID(payment_id))
    if payment.state == "cancelled":
        get_provider(payment.provider).close_checkout(payment.provider_reference, at=timezone.now())
