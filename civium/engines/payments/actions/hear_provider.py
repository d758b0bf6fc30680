"""Hear what a provider says about a payment, and believe no more of it than agrees with what we asked."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import F

from civium.foundation.journal.actions.record import record

from ..adapters.provider import get_provider
from ..events import PaymentDeclined, PaymentQuarantined
from ..models import Payment, ProviderCall
from ..rules import Heard, Verdict, weigh
from ._changing import move, settle


def hear_provider(provider: str, *, headers: Mapping[str, str], body: bytes, at: datetime) -> ProviderCall:
    """Take a webhook: prove who sent these raw bytes and when, then compare and decide. The kept call has the verdict.

    Refuses (CallNotGenuine) forged and stale calls, of which nothing is kept, and (NotFound) providers this site does not use.
    A call heard before changes nothing, whoever repeats it.
    """
    heard = get_provider(provider).read_call(headers, body, at=at)
    return weigh_call(heard, provider=provider, body=body, at=at)


@transaction.atomic
def weigh_call(heard: Heard, *, provider: str, body: bytes, at: datetime) -> ProviderCall:
    """Keep what a provider said and do what follows from it, once per event."""
    digest = hashlib.sha256(body).hexdigest()
    heard = heard if heard.event_id else replace(heard, event_id=f"unreadable:{digest}")
    call = ProviderCall(
        id=uuid.uuid4(),
        provider=provider,
        event_id=heard.event_id,
        received_at=at,
        digest=digest,
        kind=heard.kind,
        reference=heard.reference,
        provider_reference=heard.provider_reference,
        minor=heard.minor,
        currency=heard.currency,
        payee=heard.payee,
        happened_at=heard.happened_at,
    )
    # Of two equal calls at once the database lets one in; the other waits here until the first is done.
    ProviderCall.objects.bulk_create([call], ignore_conflicts=True)
    kept = ProviderCall.objects.get(provider=provider, event_id=heard.event_id)
    if kept.pk != call.pk:
        ProviderCall.objects.filter(pk=kept.pk).update(times_heard=F("times_heard") + 1)
        return kept
    payment = Payment.objects.select_for_update().filter(reference=heard.reference).first()
    payee = get_provider(provider).payee
    call.payment = payment
    call.verdict, call.reason = weigh(heard, payment, provider=provider, payee=payee)
    call.save(update_fields=["payment", "verdict", "reason"])
    if call.verdict == Verdict.QUARANTINED:
        record(PaymentQuarantined(call.id, call.reason, payment.id if payment else None), by=None, at=at)
    elif payment is not None:
        _follow(call, payment, at=at)
    return call


def _follow(call: ProviderCall, payment: Payment, *, at: datetime) -> None:
    """Do what a believed call means for its payment."""
    if call.verdict == Verdict.SETTLED:
        settle(payment, provider=call.provider, minor=call.minor, currency=call.currency, by=None, at=at)
    elif call.verdict == Verdict.DECLINED:
        move(payment, "declined", closed_at=at, next_check_at=None)
        record(PaymentDeclined(payment.id, payment.subject), by=None, at=at)
    elif call.verdict == Verdict.NOTED:
        move(payment, call.kind)
