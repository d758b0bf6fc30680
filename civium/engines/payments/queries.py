"""Reads about payments. People's payments are found through ``for_``: not yours and not there look the same."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Sum

from civium.foundation.identity.models import Person
from civium.foundation.kit.money import Money
from civium.foundation.kit.references import parse_reference
from civium.foundation.kit.refusals import NotFound

from .models import LedgerLine, Payment, ProviderCall
from .rules import RECEIVED, from_minor

Place = tuple[datetime, UUID]


def get_payment_of(subject: str) -> Payment | None:
    """The subject's payment that counts, whatever its state; None when none was ever asked.

    The caller has made sure that the reader may see the subject.
    """
    return Payment.objects.current(subject).first()


def get_payment(reference: str, *, for_: Person) -> Payment:
    """The payment with this reference as somebody typed it; refuses with NotFound, also when it is not for this person."""
    payment = Payment.objects.for_(for_).filter(reference=parse_reference(reference)).first()
    if payment is None:
        raise NotFound
    return payment


def find_recent_payments(*, for_: Person, after: Place | None = None, limit: int = 20) -> list[Payment]:
    """The newest payments that the person may see, ``after`` the place (``asked_at``, ``id``) of the last one shown."""
    found = Payment.objects.for_(for_).order_by("-asked_at", "-id")
    if after is not None:
        asked_at, last = after
        found = found.filter(Q(asked_at__lt=asked_at) | Q(asked_at=asked_at, id__lt=last))
    return list(found[:limit])


def find_payments_needing_attention(*, for_: Person, limit: int = 100) -> list[Payment]:
    """What finance must look at, the longest waiting first."""
    waiting = Payment.objects.for_finance(for_).exclude(needs_attention="")
    return list(waiting.order_by("attention_since")[:limit])


def find_quarantined_calls(*, for_: Person, limit: int = 100) -> list[ProviderCall]:
    """Calls that agreed with nothing we asked and that nobody has closed, the longest waiting first.

    A call about no payment of ours is for the finance of the whole town.
    """
    waiting = ProviderCall.objects.filter(verdict="quarantined", closed_at__isnull=True)
    theirs = Q(payment__in=Payment.objects.for_finance(for_))
    if for_.works_as("", "finance"):
        theirs |= Q(payment__isnull=True)
    return list(waiting.filter(theirs).select_related("payment").order_by("received_at")[:limit])


def find_balances() -> dict[str, list[Money]]:
    """What each account of the ledger holds, by currency: received is positive, given negative. They sum to zero."""
    totals: dict[tuple[str, str], int] = {}
    for side, sign in (("debit", 1), ("credit", -1)):
        sums = LedgerLine.objects.values_list(side, "currency").annotate(total=Sum("minor")).order_by()
        for account, currency, total in sums:
            totals[account, currency] = totals.get((account, currency), 0) + sign * total
    balances: dict[str, list[Money]] = {}
    for (account, currency), minor in sorted(totals.items()):
        balances.setdefault(account, []).append(from_minor(minor, currency))
    return balances


def find_ledger_differences(*, limit: int = 100) -> list[Payment]:
    """Payments whose state and the ledger disagree about what came and what went back. Must be none."""
    lines = LedgerLine.objects.filter(payment=OuterRef("pk"))
    known = Payment.objects.annotate(
        came=Exists(lines.filter(kind="settlement")), went_back=Exists(lines.filter(kind="refund"))
    )
    wrong = Q(state__in=RECEIVED, came=False) | (~Q(state__in=RECEIVED) & Q(came=True))
    wrong |= Q(state="refunded", went_back=False) | (~Q(state="refunded") & Q(went_back=True))
    return list(known.filter(wrong)[:limit])
