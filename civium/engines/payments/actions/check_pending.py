"""Ask the provider about payments whose webhook never came."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from civium.foundation.kit.refusals import NotFound

from ..adapters.provider import ProviderAway, get_provider
from ..models import Payment
from ._changing import locked, mark
from .hear_provider import weigh_call

ONE_ROUND: Final = 200
GIVE_UP_AFTER: Final = timedelta(days=7)


def check_pending(*, at: datetime) -> int:
    """Ask about each payment that is due for it, ever more rarely, for seven days; give the number asked about.

    An answer is weighed exactly like a webhook. A payment still on its way after seven days needs attention.
    """
    due = Payment.objects.filter(next_check_at__lte=at).order_by("next_check_at")[:ONE_ROUND]
    return sum(_check(payment, at=at) for payment in due)


def _check(payment: Payment, *, at: datetime) -> bool:
    try:
        heard = get_provider(payment.provider).ask_about(payment.provider_reference)
    except (ProviderAway, NotFound):  # not reachable, or the provider of an earlier configuration
        heard = None
    if heard is not None:
        weigh_call(heard, provider=payment.provider, body=b"", at=at)
    with transaction.atomic():
        current = locked(payment.pk)
        if current.is_open:
            _plan_next(current, at=at)
    return True


def _plan_next(payment: Payment, *, at: datetime) -> None:
    """Wait as long again as the payment has been open; give up after seven days."""
    waited = at - (payment.started_at or at)
    payment.next_check_at = at + max(waited, timedelta(minutes=5)) if waited < GIVE_UP_AFTER else None
    payment.save(update_fields=["next_check_at"])
    if payment.next_check_at is None and payment.state == "pending":
        mark(payment, "no-answer", by=None, at=at)
