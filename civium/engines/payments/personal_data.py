"""What this room holds: what people paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from civium.foundation.design.showing import money
from civium.foundation.kit.references import shown_reference
from civium.foundation.privacy.queries import (
    find_people_asking_to_lie,
    owners_asking_to_lie,
    owners_kept_by_law,
)
from civium.foundation.privacy.rules import declare_kinds
from civium.foundation.privacy.schema import Ageing, Exported, Holding, Label, Somebody

from .actions.keep_for_books import forget_call, keep_for_books
from .models import OF_THE_TOWN, DemoCheckout, FinanceNote, Payment, PaymentState, ProviderCall

# Six years, with their leap days.
KEPT_FOR: Final = timedelta(days=6 * 365 + 2)


class PaymentRow(Exported):
    """One payment. ``minor`` is the amount in the smallest unit of the currency."""

    reference: Annotated[str, Label(_("Reference"), shown_reference)]
    what: Annotated[str, Label(_("For what"))]
    amount: Annotated[str, Label(_("Amount"))]
    minor: int
    currency: str
    state: Annotated[str, Label(_("State"), lambda code: PaymentState(code).label)]
    asked_at: Annotated[datetime, Label(_("Asked for on"))]
    settled_at: Annotated[datetime | None, Label(_("Paid on"))]


def _export(owner: str) -> Sequence[PaymentRow]:
    kind, _sep, number = owner.partition(":")
    mine = Payment.objects.filter(payer=UUID(number)).order_by("asked_at") if kind == "person" else ()
    return [
        PaymentRow(
            reference=each.reference,
            what=each.description,
            amount=money(each.amount),
            minor=each.minor,
            currency=each.currency,
            state=each.state,
            asked_at=each.asked_at,
            settled_at=each.settled_at,
        )
        for each in mine
    ]


def _forget(owner: str, by: Somebody | None, at: datetime) -> None:
    """Amounts stay, for the books; what they were for, line by line, and what finance noted about them go with the key."""
    DemoCheckout.objects.filter(under=owner).update(lines_sealed=None)
    FinanceNote.objects.filter(Q(under=owner) | Q(payment__in=_theirs(owner), under=OF_THE_TOWN)).delete()
    noted = ProviderCall.objects.filter(Q(note_under=owner) | Q(payment__in=_theirs(owner), note_under=""))
    noted.update(note_sealed=None)


def _theirs(owner: str) -> QuerySet[Payment]:
    """The payments for what is forgotten; those of a person without what the law keeps, whose notes stay as long as that."""
    kind, _sep, number = owner.partition(":")
    if kind != "person":
        return Payment.objects.filter(subject=owner)
    return Payment.objects.filter(payer=UUID(number)).exclude(subject__in=owners_kept_by_law())


declare_kinds(
    {
        "payments.payment:lines_sealed": "payments",
        "payments.democheckout:lines_sealed": "payments",
        "payments.providercall:note_sealed": "notes",
        "payments.financenote:words_sealed": "notes",
    },
    lies_at={
        "payments:lines": "payments.payment:lines_sealed",
        "payments:demo-lines": "payments.democheckout:lines_sealed",
        "payments:note": "payments.providercall:note_sealed",
        "payments.financenote:words": "payments.financenote:words_sealed",
    },
)


def _old(at: datetime) -> QuerySet[Payment]:
    """What was closed for so long, and waits for nothing: neither for its payer, nor for finance, nor lies it still."""
    before = at - KEPT_FOR
    closed = Q(state__in=[PaymentState.PAID, PaymentState.REFUNDED, PaymentState.CANCELLED]) | Q(
        state=PaymentState.DECLINED, is_replaced=True
    )
    return (
        Payment.objects.filter(closed, payer__isnull=False, asked_at__lt=before, needs_attention="")
        .exclude(settled_at__gte=before)
        .exclude(closed_at__gte=before)
        .exclude(payer__in=find_people_asking_to_lie())
        .exclude(subject__in=owners_asking_to_lie())
    )


def _old_calls(at: datetime) -> QuerySet[ProviderCall]:
    """What finance still has to look at stays."""
    calls = ProviderCall.objects.filter(payment=None, received_at__lt=at - KEPT_FOR)
    return calls.exclude(verdict="quarantined", closed_at=None)


HOLDINGS = (
    Holding(
        name="payments",
        title=_("Payments"),
        what=_("What you paid, when and for what. Never the number of a card."),
        purpose=_("To book what was paid, and to give money back."),
        basis="legal-obligation",
        period=_(
            "6 years. Then only the amount stays. The record of what happened still leads from it to you, for as long as you have an "
            "account. What our staff noted about a payment goes earlier: with what you paid for."
        ),
        end="kept-as-amount",
        shape=PaymentRow,
        export=_export,
        erase=_forget,
        recipients=_("The payment provider"),
        tables=(
            "payments.Payment",
            "payments.ProviderCall",
            "payments.FinanceNote",
            "payments.DemoCheckout",
        ),
        ages=(
            Ageing(
                "payments",
                _("Whose payments they were, for what"),
                _old,
                lambda payment, at: keep_for_books(payment, at=at),
            ),
            Ageing(
                "payment-calls",
                _("Calls about payments that we know nothing of"),
                _old_calls,
                lambda call, at: forget_call(call, at=at),
            ),
        ),
    ),
)
