"""Note that finance sent a payment back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal, require

from ..events import PaymentRefunded
from ..models import LedgerLine, Payment
from ..rules import may_look_after
from ._changing import locked, move


class NothingToRefund(Refusal):
    """No money came, or it was sent back already."""

    message = _("There is no money to pay back.")


@transaction.atomic
def refund_payment(payment: Payment, *, by: Person, at: datetime) -> Payment:
    """Book that the whole amount went back to the payer at the provider, and take the payment off finance's list.

    The subject can then be asked for money again. Refuses what was never paid or was refunded before.
    """
    current = locked(payment.pk)
    require(may_look_after(by, current.agency, pays=current.payer_id == by.pk))
    if not current.is_paid:
        raise NothingToRefund
    received = LedgerLine.objects.get(payment=current, kind="settlement")
    LedgerLine.objects.create(
        payment=current,
        kind="refund",
        debit=received.credit,
        credit=received.debit,
        minor=received.minor,
        currency=received.currency,
        booked_at=at,
    )
    move(current, "refunded", closed_at=at, needs_attention="", attention_since=None)
    record(PaymentRefunded(current.id, current.subject), by=by, at=at)
    return current
