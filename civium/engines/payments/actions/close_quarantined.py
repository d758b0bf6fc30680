"""Finance settles a payment with a quarantined call, or dismisses the call."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal, require
from civium.foundation.vault.actions.sealing import seal

from ..events import QuarantinedCallClosed
from ..models import Payment, ProviderCall
from ..rules import may_look_after
from ._changing import PaymentAlreadyPaid, locked, settle
from ._noting import seal_note

LONGEST = 5_000


class CallAlreadyClosed(Refusal):
    """Somebody was quicker, or the call was never quarantined."""

    message = _("This call is already closed.")


class ReasonMissing(Refusal):
    """A reason is needed: others must be able to understand it later."""

    message = _("Enter the reason.")
    status = 422


class ReasonTooLong(Refusal):
    """The reason is longer than anybody reads."""

    message = _("Shorten the text to 5,000 characters or fewer.")
    status = 422


class OtherAmount(Refusal):
    """The call is about another amount than we asked for, and nobody has confirmed the difference."""

    message = _("The amount that came is not the amount we asked for. Confirm the difference to go on.")
    status = 422


class NoMoneyInCall(Refusal):
    """The call does not say that anything was paid."""

    message = _("This call does not say that anything was paid.")


@transaction.atomic
def settle_quarantined(
    call: ProviderCall,
    *,
    payment: Payment,
    reason: str,
    by: Person,
    at: datetime,
    accepts_difference: bool = False,
) -> Payment:
    """Pay the payment with the money of a quarantined call, after a person found that it is meant for it.

    What is booked is what the call says was paid. Refuses a paid payment, a call about no money, a missing reason, and
    another amount or currency than was asked, unless the person ``accepts_difference``.
    """
    current, held = locked(payment.pk), _held(call)
    require(may_look_after(by, current.agency, pays=current.payer_id == by.pk))
    if current.is_received:
        raise PaymentAlreadyPaid
    if held.kind != "paid" or held.minor <= 0 or not held.currency:
        raise NoMoneyInCall
    if held.amount != current.amount and not accepts_difference:
        raise OtherAmount
    held.payment = current
    _close(held, outcome="settled", reason=reason, by=by, at=at)
    settle(current, provider=held.provider, minor=held.minor, currency=held.currency, by=by, at=at)
    return current


@transaction.atomic
def dismiss_quarantined(call: ProviderCall, *, reason: str, by: Person, at: datetime) -> ProviderCall:
    """Close a quarantined call without paying anything, for example because the money was sent back."""
    held = _held(call)
    about = held.payment
    require(
        may_look_after(by, about.agency if about else "", pays=about is not None and about.payer_id == by.pk)
    )
    _close(held, outcome="dismissed", reason=reason, by=by, at=at)
    return held


def _held(call: ProviderCall) -> ProviderCall:
    held = ProviderCall.objects.select_for_update(of=("self",)).select_related("payment").get(pk=call.pk)
    if held.verdict != "quarantined" or held.closed_at is not None:
        raise CallAlreadyClosed
    return held


def _close(call: ProviderCall, *, outcome: str, reason: str, by: Person, at: datetime) -> None:
    words = written_reason(reason, missing=ReasonMissing)
    call.outcome, call.closed_at, call.closed_by = outcome, at, by
    if call.payment is None:
        call.note_sealed = seal(words, under=call.vault_key, at=call.note_place)
    else:
        call.note_under, call.note_sealed = seal_note(words, about=call.payment, at=call.note_place)
    call.save(update_fields=["payment", "outcome", "closed_at", "closed_by", "note_sealed", "note_under"])
    record(QuarantinedCallClosed(call.id, outcome), by=by, at=at)


def written_reason(typed: str, *, missing: type[Refusal]) -> str:
    """What somebody wrote to explain what they did. Refuses nothing at all, and more than anybody reads."""
    words = typed.replace("\0", "").strip()
    if not words:
        raise missing
    if len(words) > LONGEST:
        raise ReasonTooLong
    return words
