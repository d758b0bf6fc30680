"""Stop asking for the payments of one subject."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.foundation.identity.models import Person

from ..models import Payment
from ..rules import OPEN
from ._changing import cancel_locked


@transaction.atomic
def cancel_payments_of(subject: str, *, by: Person | None, at: datetime, because: str) -> None:
    """Ask for nothing any more for this subject: every page that a provider ever opened for it is closed, declined ones too.

    What was paid or paid back stays as it is. Money that still comes makes a payment paid, for finance to see. ``because`` is a code.
    """
    unsettled = Payment.objects.filter(subject=subject, state__in=(*OPEN, "declined"))
    for payment in unsettled.select_for_update().order_by("asked_at", "pk"):
        cancel_locked(payment, because=because, by=by, at=at)
