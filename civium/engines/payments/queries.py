"""Reads about payments. People's payments are found through ``for_``: not yours and not there look the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Sum

from civium.foundation.identity.models import Person
from civium.foundation.identity.rules import may, relations_by_role
from civium.foundation.journal.models import Entry
from civium.foundation.kit.money import Money
from civium.foundation.kit.references import parse_reference
from civium.foundation.kit.refusals import NotFound

from .events import PaymentSettled
from .models import DemoCheckout, FinanceNote, LedgerLine, Payment, PaymentState, ProviderCall
from .rules import RECEIVED, from_minor

Place = tuple[datetime, UUID]
_AT_ONCE: Final = 500
# Nobody is asked to pay for one thing more often than this.
FOUND: Final = 30


def get_payment_of(subject: str) -> Payment | None:
    """The subject's payment that counts, whatever its state; None when none was ever asked.

    The caller has made sure that the reader may see the subject.
    """
    return Payment.objects.current(subject).first()


def find_subjects_being_paid() -> list[str]:
    """Every subject for which money is on its way, by the provider's word."""
    pending = Payment.objects.filter(state=PaymentState.PENDING, is_replaced=False)
    return list(pending.values_list("subject", flat=True))


def get_demo_checkout(token: str) -> DemoCheckout:
    """The demo provider's page with this secret address: whoever has it is the payer."""
    found = DemoCheckout.objects.filter(token=token).first() if "\0" not in token else None
    if found is None:
        raise NotFound
    return found


def find_payers(checkout: DemoCheckout) -> list[UUID]:
    """Who pays on this page: one person, or nobody when what it was for is gone."""
    paid_here = Payment.objects.filter(provider_reference=str(checkout.pk))
    return list(paid_here.values_list("payer_id", flat=True))


def find_recent_payments(*, for_: Person, after: Place | None = None, limit: int = 20) -> list[Payment]:
    """The newest payments that the person may see, ``after`` the place (``asked_at``, ``id``) of the last one shown."""
    found = Payment.objects.for_(for_).order_by("-asked_at", "-id")
    if after is not None:
        asked_at, last = after
        found = found.filter(Q(asked_at__lt=asked_at) | Q(asked_at=asked_at, id__lt=last))
    return list(found.prefetch_related("ledger_lines")[:limit])


def find_payments_called(words: str, *, subjects: Collection[str] = (), for_: Person) -> list[Payment]:
    """The payments that the person may see with this reference of ours or of the payment service, or for one of the subjects."""
    said = words.strip().replace("\0", "")[:200]
    called = Q(reference=parse_reference(said) or "") | Q(subject__in=list(subjects))
    if said:
        called |= Q(provider_reference=said)
    found = Payment.objects.for_(for_).filter(called).order_by("-asked_at", "-id")
    return list(found.prefetch_related("ledger_lines")[:FOUND])


def find_finance_notes(payments: Sequence[Payment]) -> list[FinanceNote]:
    """What finance noted about these payments, the first note first. The caller says why somebody reads it."""
    noted = FinanceNote.objects.filter(payment__in=payments).select_related("payment")
    return list(noted.order_by("written_at", "id"))


def find_payments_needing_attention(*, for_: Person, limit: int = 100) -> list[Payment]:
    """What finance must look at, the longest waiting first."""
    waiting = Payment.objects.for_finance(for_).exclude(needs_attention="")
    return list(waiting.order_by("attention_since").prefetch_related("ledger_lines")[:limit])


def find_quarantined_calls(*, for_: Person, limit: int = 100) -> list[ProviderCall]:
    """Calls that agreed with nothing we asked and that nobody has closed, the longest waiting first.

    A call about no payment of ours is for the finance of the whole town.
    """
    waiting = ProviderCall.objects.filter(verdict="quarantined", closed_at__isnull=True)
    theirs = Q(payment__in=Payment.objects.for_finance(for_))
    if may("settle", "call about no payment", relations_by_role(for_, "")):
        theirs |= Q(payment__isnull=True)
    return list(waiting.filter(theirs).select_related("payment").order_by("received_at")[:limit])


def find_balances(*, agency: str | None = None) -> dict[str, list[Money]]:
    """What each account of the ledger holds, by currency: received is positive, given negative. They sum to zero.

    ``agency``: only what moved for the payments of one agency; that sums to zero, too.
    """
    lines = LedgerLine.objects.all() if agency is None else LedgerLine.objects.filter(payment__agency=agency)
    totals: dict[tuple[str, str], int] = {}
    for side, sign in (("debit", 1), ("credit", -1)):
        sums = lines.values_list(side, "currency").annotate(total=Sum("minor")).order_by()
        for account, currency, total in sums:
            totals[account, currency] = totals.get((account, currency), 0) + sign * total
    balances: dict[str, list[Money]] = {}
    for (account, currency), minor in sorted(totals.items()):
        balances.setdefault(account, []).append(from_minor(minor, currency))
    return balances


def find_ledger_differences(*, limit: int = 100) -> list[Payment]:
    """Payments about which their state, the ledger and the record disagree: what came, what went back, how much. Must be none."""
    lines = LedgerLine.objects.filter(payment=OuterRef("pk"))
    known = Payment.objects.annotate(
        came=Exists(lines.filter(kind="settlement")), went_back=Exists(lines.filter(kind="refund"))
    )
    wrong = Q(state__in=RECEIVED, came=False) | (~Q(state__in=RECEIVED) & Q(came=True))
    wrong |= Q(state="refunded", went_back=False) | (~Q(state="refunded") & Q(went_back=True))
    found: list[Payment] = list(known.filter(wrong)[:limit])
    for payment in _wrong_amounts():
        if len(found) >= limit:
            break
        if payment not in found:
            found.append(payment)
    return found


def _wrong_amounts() -> Iterator[Payment]:
    """Payments of which the ledger has another amount than was put on the record when the money came."""
    start = 0
    lines = LedgerLine.objects.select_related("payment").order_by("id")
    while chunk := list(lines.filter(id__gt=start)[:_AT_ONCE]):
        recorded = _recorded_amounts([line.payment for line in chunk])
        yield from (line.payment for line in chunk if line.amount not in recorded[line.payment_id])
        start = chunk[-1].id


def _recorded_amounts(payments: list[Payment]) -> dict[UUID, list[Money | None]]:
    """What came for each: as the record has it or, for one that settled nothing any more, as the provider's calls have it."""
    ids = [payment.id for payment in payments]
    amounts: dict[UUID, list[Money | None]] = {id: [] for id in ids}
    streams = {payment.stream for payment in payments}
    for entry in Entry.objects.filter(stream__in=streams, kind=PaymentSettled.kind).order_by("-id"):
        if isinstance(settled := entry.event, PaymentSettled):  # the first one counts
            amounts[settled.payment] = [Money(Decimal(settled.amount), settled.currency)]
    unsettled = [id for id in ids if not amounts[id]]
    for call in ProviderCall.objects.filter(payment__in=unsettled, kind="paid"):
        if call.payment_id:
            amounts[call.payment_id].append(call.amount)
    return amounts
