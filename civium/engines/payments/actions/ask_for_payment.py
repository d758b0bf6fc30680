"""Ask somebody for money, once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.http import url_has_allowed_host_and_scheme

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.references import new_reference

from ..events import PaymentAsked
from ..models import Payment
from ..rules import FeeDue, to_minor
from ._changing import PaymentOnItsWay
from .cancel_payment import cancel_locked

_TRIES = 8


@transaction.atomic
def ask_for_payment(
    subject: str,
    *,
    payer: Person,
    due: FeeDue,
    description: str,
    return_to: str,
    language: str,
    at: datetime,
    agency: str = "",
    service: str = "",
    words: Mapping[str, str] | None = None,
) -> Payment:
    """Ask the payer for what is due, once per subject: two tabs, a double click and a reload get the same payment.

    A paid subject is not asked again. When the amount changed, a payment that nobody started is updated and a started one is
    replaced, its page closed. ``words``: the fee lines' words in ``language``, by name. ``agency`` and ``service`` name the
    income account. Refuses (PaymentOnItsWay) another amount while the provider has the money in hand.
    """
    if due.nothing_to_pay:
        raise ValueError("there is nothing to pay")
    if not return_to.startswith("/") or not url_has_allowed_host_and_scheme(return_to, allowed_hosts=None):
        raise ValueError("return_to must be a path of this site")
    wanted: dict[str, Any] = {
        "minor": to_minor(due.total),
        "currency": due.total.currency,
        "lines": [
            {"name": name, "words": (words or {}).get(name, name), "minor": to_minor(money)}
            for name, money in due.lines
        ],
        "description": description[:200],
        "language": language,
        "return_to": return_to,
    }
    for _ in range(_TRIES):
        if (paid := Payment.objects.of(subject).filter(state="paid").first()) is not None:
            return paid
        standing = Payment.objects.select_for_update().filter(
            subject=subject, state__in=["asked", "started", "pending"]
        )
        if (open_payment := standing.first()) is not None:
            kept = _kept(open_payment, wanted, at=at)
            if kept is not None:
                return kept
        fresh = Payment(
            id=uuid.uuid4(),
            reference=new_reference(),
            subject=subject,
            payer=payer,
            agency=agency,
            service=service,
            asked_at=at,
            **wanted,
        )
        # The database decides between two tabs, and between two equal references, without a failed statement.
        Payment.objects.bulk_create([fresh], ignore_conflicts=True)
        if Payment.objects.filter(pk=fresh.pk).exists():
            _say_asked(fresh, at=at)
            return fresh
    raise RuntimeError(f"no payment could be asked in {_TRIES} tries")


@transaction.atomic
def ask_again(payment: Payment, *, at: datetime) -> Payment:
    """Ask for a declined payment once more, under a new reference; whatever else is open or paid for it comes first."""
    standing = Payment.objects.of(payment.subject).filter(state__in=["asked", "started", "pending", "paid"])
    if (other := standing.first()) is not None:
        return other
    fresh = Payment.objects.get(pk=payment.pk)
    if not fresh.is_declined:
        return fresh
    copied = (
        "subject",
        "payer_id",
        "agency",
        "service",
        "minor",
        "currency",
        "lines",
        "description",
        "language",
        "return_to",
    )
    for _ in range(_TRIES):
        again = Payment(
            id=uuid.uuid4(),
            reference=new_reference(),
            asked_at=at,
            **{name: getattr(fresh, name) for name in copied},
        )
        Payment.objects.bulk_create([again], ignore_conflicts=True)
        if Payment.objects.filter(pk=again.pk).exists():
            _say_asked(again, at=at)
            return again
        if (other := standing.all().first()) is not None:
            return other
    raise RuntimeError(f"no free reference in {_TRIES} tries")


def _kept(payment: Payment, wanted: Mapping[str, Any], *, at: datetime) -> Payment | None:
    """The open payment, brought up to date; None when it had to be cancelled because its page shows another amount."""
    same_amount = (payment.minor, payment.currency) == (wanted["minor"], wanted["currency"])
    if payment.state == "asked":
        for name, value in wanted.items():
            setattr(payment, name, value)
        payment.save(update_fields=list(wanted))
        if not same_amount:
            _say_asked(payment, at=at)
        return payment
    if same_amount:
        return payment
    if payment.state == "pending":
        raise PaymentOnItsWay
    cancel_locked(payment, because="replaced", by=None, at=at)
    return None


def _say_asked(payment: Payment, *, at: datetime) -> None:
    asked = PaymentAsked(payment.id, payment.subject, str(payment.amount.amount), payment.currency)
    record(asked, by=payment.payer, at=at)
