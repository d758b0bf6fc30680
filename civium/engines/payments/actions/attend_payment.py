"""Put a payment on finance's list, and take it off once somebody has looked."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal, require

from ..events import PaymentAttended
from ..models import Attention, FinanceNote, Payment
from ..rules import may_look_after
from ._changing import locked, mark
from ._noting import seal_note
from .close_quarantined import written_reason


class NoteMissing(Refusal):
    """Others must be able to understand later what was done."""

    message = _("Enter what you did.")
    status = 422


@transaction.atomic
def flag_payment(
    payment: Payment, *, at: datetime, reason: str = Attention.UNPLACED.value, by: Person | None = None
) -> None:
    """Have finance look at a payment, for example when it was settled after what it was for had gone. ``reason``: a code."""
    mark(locked(payment.pk), Attention(reason).value, by=by, at=at)


@transaction.atomic
def attend_payment(payment: Payment, *, note: str, by: Person, at: datetime) -> None:
    """Finance has looked at the payment, says what was done and keeps the money; it leaves the list.

    See ``refund_payment`` for sending it back.
    """
    current = locked(payment.pk)
    require(may_look_after(by, current.agency, pays=current.payer_id == by.pk))
    if not current.needs_attention:
        return
    kept = FinanceNote(
        id=uuid.uuid4(), payment=current, reason=current.needs_attention, written_by=by, written_at=at
    )
    words = written_reason(note, missing=NoteMissing)
    kept.under, kept.words_sealed = seal_note(words, about=current, at=kept.place)
    kept.save(force_insert=True)
    current.needs_attention, current.attention_since = "", None
    current.save(update_fields=["needs_attention", "attention_since"])
    record(PaymentAttended(current.id, current.subject), by=by, at=at)
