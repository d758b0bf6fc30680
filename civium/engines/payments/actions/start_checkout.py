"""Open the provider's page for a payment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal

from ..adapters.provider import Order, get_provider
from ..events import PaymentStarted
from ..models import Payment
from ._changing import PaymentAlreadyPaid, PaymentClosed, PaymentOnItsWay, locked, move

# A webhook takes seconds; when none came after this long, we ask.
FIRST_CHECK: Final = timedelta(minutes=10)


class AmountChanged(Refusal):
    """The amount changed in another tab while the page was being opened."""

    message = _("The amount to pay has changed.")
    what_next = _("Go back, check the amount and pay again. Nothing was charged.")


def start_checkout(payment: Payment, *, at: datetime) -> str:
    """Open the provider's hosted page and give its address; started again, the payment has the same page.

    Refuses what is paid, on its way or closed, and (ProviderAway) when the provider does not answer: then nothing changed.
    The provider is called outside the transaction, under a key that makes a repeated call give the same page.
    """
    asked = Payment.objects.get(pk=payment.pk)
    _refuse_unless_startable(asked)
    if asked.state == "started":
        return asked.checkout_url
    name = settings.CIVIUM_PAYMENT_PROVIDER
    opened = get_provider(name).open_checkout(_order(asked), at=at)
    with transaction.atomic():
        current = locked(payment.pk)
        _refuse_unless_startable(current)
        if current.state == "started":
            return current.checkout_url
        if (current.minor, current.currency) != (asked.minor, asked.currency):
            raise AmountChanged
        move(
            current,
            "started",
            provider=name,
            provider_reference=opened.provider_reference,
            checkout_url=opened.url,
            started_at=at,
            next_check_at=at + FIRST_CHECK,
        )
        record(PaymentStarted(current.id, current.subject, name), by=current.payer, at=at)
    return opened.url


def _refuse_unless_startable(payment: Payment) -> None:
    refusals = {
        "paid": PaymentAlreadyPaid,
        "pending": PaymentOnItsWay,
        "declined": PaymentClosed,
        "cancelled": PaymentClosed,
        "refunded": PaymentClosed,
    }
    if payment.state in refusals:
        raise refusals[payment.state]


def _order(payment: Payment) -> Order:
    return Order(
        idempotency_key=f"{payment.id}:{payment.minor}{payment.currency}",
        reference=payment.reference,
        minor=payment.minor,
        currency=payment.currency,
        description=payment.description,
        lines=payment.lines,
        under=payment.subject,
        language=payment.language,
        return_to=payment.return_to,
        leave_to=payment.leave_to,
    )
