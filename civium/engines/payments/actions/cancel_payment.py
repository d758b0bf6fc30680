"""Stop asking for a payment, or for all of one subject."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.foundation.identity.models import Person

from ..models import Payment
from ..rules import OPEN
from ._changing import PaymentAlreadyPaid, cancel_locked, locked


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


@transaction.atomic
def cancel_payments_of(subject: str, *, by: Person | None, at: datetime, because: str) -> None:
    """Ask for nothing any more for this subject: every page that a provider ever opened for it is closed, declined ones too.

    What was paid or paid back stays as it is. ``because`` is a code.
    """
    unsettled = Payment.objects.filter(subject=subject, state__in=(*OPEN, "declined"))
    for payment in unsettled.select_for_update().order_by("asked_at", "pk"):
        cancel_locked(payment, because=because, by=by, at=at)
