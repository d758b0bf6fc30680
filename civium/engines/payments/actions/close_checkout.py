"""Have the provider close a page that nobody should pay on any more."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from civium.foundation.jobs.actions.enqueue import job

from ..adapters.provider import get_provider
from ..models import Payment


@job(attempts=6, first_wait=timedelta(seconds=20))
def close_checkout(payment_id: str) -> None:
    """Have the provider take no more money for a payment that is no longer asked for."""
    payment = Payment.objects.get(pk=UUID(payment_id))
    if payment.state == "cancelled":
        get_provider(payment.provider).close_checkout(payment.provider_reference, at=timezone.now())
