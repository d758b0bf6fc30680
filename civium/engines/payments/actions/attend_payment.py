"""Put a payment on finance's list, and take it off once somebody has looked."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import require

from ..events import PaymentAttended
from ..models import Attention, Payment
from ..rules import may_look_after
from ._changing import locked, mark


@transaction.atomic
def flag_payment(
    payment: Payment, *, at: datetime, reason: str = Attention.UNPLACED.value, by: Person | None = None
) -> None:
    """Have finance look at a payment, for example when it was settled after what it was for had gone. ``reason``: a code."""
    mark(locked(payment.pk), Attention(reason).value, by=by, at=at)


@transaction.atomic
def attend_payment(payment: Payment, *, by: Person, at: datetime) -> None:
    """Finance has looked at the payment and keeps the money; it leaves the list. See ``refund_payment`` for sending it back."""
    current = locked(payment.pk)
    require(may_look_after(by, current.agency))
    if not current.needs_attention:
        return
    current.needs_attention, current.attention_since = "", None
    current.save(update_fields=["needs_attention", "attention_since"])
    record(PaymentAttended(current.id, current.subject), by=by, at=at)
