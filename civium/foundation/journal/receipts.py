"""Receipts: an entry, opened, with the proof that it is on the record (C2SP, tlog-proof), and what is known of one today."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from civium.foundation.journal.models import Checkpoint, Cosignature, Entry, Head, Leaf
from civium.foundation.journal.proofs import Tree
from civium.foundation.journal.signing import is_signed_by, public_keys, read_checkpoint
from civium.foundation.journal.standalone.verify_record import (
    Receipt,
    ReceiptWrong,
    read_receipt,
    write_receipt,
)
from civium.foundation.kit.refusals import Refusal


class ReceiptNotReady(Refusal):
    message = _("The receipt is not ready yet.")
    what_next = _("The record is signed once a minute. Please come back in a minute.")
    status = 409


@dataclass(frozen=True)
class CheckedReceipt:
    """A receipt that proves what it says. ``is_still_there``: whether our record today contains the head that it ends with."""

    receipt: Receipt
    is_still_there: bool


def make_receipt(entry: Entry) -> str:
    """The receipt of an entry, checked before it is given out. Refuses (ReceiptNotReady) what is not signed for yet."""
    place = Leaf.objects.filter(entry=entry).values_list("place", flat=True).first()
    note = None if place is None else _note_over(place)
    if place is None or note is None:
        raise ReceiptNotReady
    proof = Tree(read_checkpoint(note).size).inclusion(place)
    text = write_receipt(salt=bytes(entry.salt), body=entry.body, index=place, proof=proof, note=note)
    read_receipt(text, public_keys(), check=is_signed_by)
    return text


def _note_over(place: int) -> str | None:
    """A signed head over the entry at this place: the first that a witness cosigned, else the one that was signed last."""
    cosigned = Cosignature.objects.filter(checkpoint_id__gt=place).order_by("checkpoint_id", "id")
    note = cosigned.values_list("note", flat=True).first()
    return note or Head.objects.filter(size__gt=place).values_list("note", flat=True).first() or None


def check_receipt(text: str) -> CheckedReceipt:
    """What a receipt proves, and whether our record still contains it. Refuses with ReceiptWrong."""
    receipt = read_receipt(text, public_keys(), check=is_signed_by)
    checkpoint = Checkpoint.objects.filter(size=receipt.signed.size).first()
    is_there = checkpoint is not None and read_checkpoint(checkpoint.note).root == receipt.signed.root
    return CheckedReceipt(receipt, is_there)


__all__ = ["CheckedReceipt", "ReceiptNotReady", "ReceiptWrong", "check_receipt", "make_receipt"]
