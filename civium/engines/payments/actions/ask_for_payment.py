"""Ask somebody for money, once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.paths import is_of_this_site
from civium.foundation.kit.references import new_reference

from ..events import PaymentAsked
from ..models import Payment
from ..rules import FeeDue, to_minor
from ._changing import PaymentOnItsWay, cancel_locked, mark, set_replaced

_TRIES: Final = 8
_COPIED: Final = (
    "payer_id",
    "agency",
    "service",
    "minor",
    "currency",
    "lines",
    "description",
    "language",
    "return_to",
    "leave_to",
)

_COLUMNS: Final = {"payer_id": "payer", "lines": "lines_sealed"}


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
    leave_to: str = "",
) -> Payment:
    """Ask the payer for what is due, once per subject: two tabs, a double click and a reload get the same payment.

    What was paid already for the same amount is given back, paid: look at ``is_paid``. When the amount changed, a payment
    that nobody started is brought up to date; a started one is replaced and its page closed; a paid one is replaced and shown
    to finance. Refuses (PaymentOnItsWay) another amount while the provider has the money in hand.

    The payer comes back to the path ``return_to``, or to ``leave_to`` when they left without paying.
    ``words``: the fee lines' words in ``language``, by name. ``agency`` and ``service`` name the income account.
    """
    if due.nothing_to_pay:
        raise ValueError("there is nothing to pay")
    leave_to = leave_to or return_to
    if not (is_of_this_site(return_to) and is_of_this_site(leave_to)):
        raise ValueError("return_to and leave_to must be paths of this site")
    wanted: dict[str, Any] = {
        "payer_id": payer.pk,
        "agency": agency,
        "service": service,
        "minor": to_minor(due.total),
        "currency": due.total.currency,
        "lines": [
            {"name": name, "words": str((words or {}).get(name, name)), "minor": to_minor(money)}
            for name, money in due.lines
        ],
        "description": description[:200],
        "language": language,
        "return_to": return_to,
        "leave_to": leave_to,
    }
    for _ in range(_TRIES):
        current = Payment.objects.current(subject).select_for_update().first()
        if current is not None and _still_serves(current, wanted, at=at):
            return current
        if fresh := _asked_anew(subject, wanted, instead_of=current, at=at):
            return fresh
    raise RuntimeError(f"no payment could be asked in {_TRIES} tries")


@transaction.atomic
def ask_again(payment: Payment, *, at: datetime) -> Payment:
    """Ask for a declined payment once more, under a new reference. In every other case: the one that counts, unchanged."""
    for _ in range(_TRIES):
        current = Payment.objects.current(payment.subject).select_for_update().first()
        if current is not None and not current.is_declined:
            return current
        wanted = {name: getattr(current or payment, name) for name in _COPIED}
        if fresh := _asked_anew(payment.subject, wanted, instead_of=current, at=at):
            return fresh
    raise RuntimeError(f"no payment could be asked in {_TRIES} tries")


def _still_serves(current: Payment, wanted: Mapping[str, Any], *, at: datetime) -> bool:
    """Whether the payment that counts can be used for what is wanted now; makes room for another where it cannot."""
    same_amount = (current.minor, current.currency) == (wanted["minor"], wanted["currency"])
    if current.state == "asked":
        for name, value in wanted.items():
            setattr(current, name, value)
        current.save(update_fields=[_COLUMNS.get(name, name) for name in wanted])
        if not same_amount:
            _say_asked(current, at=at)
        return True
    if current.state in ("declined", "cancelled", "refunded"):
        return False
    if same_amount:
        return True
    if current.state == "pending":
        raise PaymentOnItsWay
    if current.is_paid:
        mark(current, "unplaced", by=None, at=at)
    else:
        cancel_locked(current, because="replaced", by=None, at=at)
    return False


def _asked_anew(
    subject: str, wanted: Mapping[str, Any], *, instead_of: Payment | None, at: datetime
) -> Payment | None:
    """A new payment in the place of the present one; None when another tab was quicker or the reference is taken."""
    if instead_of is not None:
        set_replaced(instead_of, True)
    fresh = Payment(id=uuid.uuid4(), reference=new_reference(), subject=subject, asked_at=at, **wanted)
    # The database decides between two tabs, and between two equal references, without a failed statement.
    Payment.objects.bulk_create([fresh], ignore_conflicts=True)
    if not Payment.objects.filter(pk=fresh.pk).exists():
        return None
    _say_asked(fresh, at=at)
    return fresh


def _say_asked(payment: Payment, *, at: datetime) -> None:
    asked = PaymentAsked(payment.id, payment.subject, str(payment.amount.amount), payment.currency)
    record(asked, by=payment.payer, at=at)
