"""Paying in the demo town's story: at once, and by the provider's own signed call."""

from __future__ import annotations

import json
from datetime import datetime

from django.conf import settings

from civium.engines.payments.actions.hear_provider import hear_provider
from civium.engines.payments.actions.start_checkout import start_checkout
from civium.engines.payments.adapters.demo import SIGNATURE_HEADER, event_id_of
from civium.engines.payments.models import DemoCheckout
from civium.engines.payments.queries import get_payment_of
from civium.foundation.vault.actions.signing import sign_message
from civium.journeys.applications.models import Application


def pay_at_once(application: Application, *, at: datetime) -> None:
    """The payer pays at once: the provider's signed call arrives as it would over the network."""
    payment = get_payment_of(application.subject)
    if payment is None:
        return
    start_checkout(payment, at=at)
    payment.refresh_from_db()
    checkout = DemoCheckout.objects.get(pk=payment.provider_reference)
    checkout.outcome, checkout.decided_at = "paid", at
    checkout.save(update_fields=["outcome", "decided_at"])
    body = json.dumps(checkout.as_call(event_id_of(checkout, "paid"), "paid")).encode()
    signature = sign_message(body, secret=settings.CIVIUM_PAYMENT_SECRET, at=at)
    hear_provider("demo", headers={SIGNATURE_HEADER: signature}, body=body, at=at)
