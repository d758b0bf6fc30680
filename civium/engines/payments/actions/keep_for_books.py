"""Leave of an old payment what the books need."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from civium.foundation.journal.actions.record import record
from civium.foundation.kit.references import new_reference
from civium.foundation.vault.actions.destroy_key import destroy_key, overwrite_what_is_deleted

from ..events import OldCallForgotten, PaymentKeptForBooks
from ..models import DemoCheckout, FinanceNote, LedgerLine, Payment, ProviderCall
from ._changing import locked

# What says whose it was, what for, or by which page or number of the provider it was paid.
_LET_GO: Final = {
    "payer": None,
    "lines_sealed": None,
    "description": "",
    "language": "",
    "return_to": "",
    "leave_to": "",
    "provider_reference": "",
    "checkout_url": "",
}


@transaction.atomic
def keep_for_books(payment: Payment, *, at: datetime) -> None:
    """Keep the amount, the accounts and the moments, under a new reference; whose it was goes from the books, and all that leads there.

    The record keeps its entries: they name the payment, what was paid for and who went to pay, whom they lead to for as long as that
    person has an account. A payment for which no money came is no business of the books, and goes altogether.
    """
    current = locked(payment.pk)
    record(PaymentKeptForBooks(current.id), by=None, at=at)
    overwrite_what_is_deleted()
    DemoCheckout.objects.filter(reference=current.reference).delete()
    _forget_notes(current, at=at)
    for call in ProviderCall.objects.filter(payment=current):
        _strip(call, at=at)
    if not LedgerLine.objects.filter(payment=current).exists():
        ProviderCall.objects.filter(payment=current).delete()
        current.delete()
        return
    for name, nothing in _LET_GO.items():
        setattr(current, name, nothing)
    current.subject, current.reference = current.stream, new_reference()
    current.save(update_fields=[*_LET_GO, "subject", "reference"])


@transaction.atomic
def forget_call(call: ProviderCall, *, at: datetime) -> None:
    """Delete a call that never was about a payment of ours, and what finance wrote about it."""
    overwrite_what_is_deleted()
    if call.note_sealed is not None:
        destroy_key(call.vault_key, by=None, at=at)
    record(OldCallForgotten(call.id), by=None, at=at)
    call.delete()


def _forget_notes(payment: Payment, *, at: datetime) -> None:
    notes = FinanceNote.objects.filter(payment=payment)
    calls = ProviderCall.objects.filter(payment=payment)
    if notes.filter(under=payment.stream).exists() or calls.filter(note_under=payment.stream).exists():
        destroy_key(payment.stream, by=None, at=at)
    notes.delete()


def _strip(call: ProviderCall, *, at: datetime) -> None:
    """The amount stays: for money that settled nothing any more, it is what the ledger is checked against."""
    if call.note_sealed is not None and not call.note_under:
        destroy_key(call.vault_key, by=None, at=at)
    call.event_id, call.note_sealed = str(call.pk), None
    call.note_under = call.digest = call.reference = call.provider_reference = ""
    call.save(
        update_fields=["event_id", "note_sealed", "note_under", "digest", "reference", "provider_reference"]
    )
