"""Reading the record: timelines, what a person did, dead reactions, the last checkpoint, the events there are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db.models import Q

from civium.foundation.journal.events import KNOWN_EVENTS, Event
from civium.foundation.journal.freshness import (
    RecordNotSigned,
    is_being_signed,
    require_signed_record,
    signed_at,
)
from civium.foundation.journal.models import Checkpoint, Detail, Entry, Head, ReactionRun, WitnessState
from civium.foundation.journal.receipts import (
    CheckedReceipt,
    ReceiptNotReady,
    ReceiptWrong,
    check_receipt,
    make_receipt,
)
from civium.foundation.journal.sealing import DetailErased, DetailTampered, open_detail
from civium.foundation.journal.signing import public_keys, witnesses
from civium.foundation.journal.standalone import verify_record

# What other rooms may have of our own modules.
__all__ = [
    "CheckedReceipt",
    "DetailTampered",
    "ReceiptNotReady",
    "ReceiptWrong",
    "RecordNotSigned",
    "check_receipt",
    "is_being_signed",
    "make_receipt",
    "public_keys",
    "require_signed_record",
    "signed_at",
]


def find_entries(streams: Sequence[str], *, after: int = 0, limit: int | None = None) -> list[Entry]:
    """The entries of these streams, oldest first. ``after`` is the id of the last entry of the page before."""
    in_streams = Entry.objects.filter(Q(stream__in=streams) | Q(also__in=streams), id__gt=after)
    return list(in_streams.order_by("id")[:limit])


def find_dead_reactions(*, limit: int = 100) -> list[ReactionRun]:
    """Reactions without an attempt left, the latest first, with their entries."""
    dead = ReactionRun.objects.filter(state=ReactionRun.State.DEAD).select_related("entry")
    return list(dead.order_by("-tried_at")[:limit])


def count_dead_reactions() -> int:
    """How many dead reactions wait for an administrator."""
    return ReactionRun.objects.filter(state=ReactionRun.State.DEAD).count()


def get_detail(entry: Entry) -> dict[str, Any] | None:
    """What the entry says about a person beyond codes; None when it says nothing, or that was erased.

    Raises DetailTampered when it is not what was recorded.
    """
    row = Detail.objects.filter(entry=entry).first()
    if row is None or entry.detail_hash is None:
        return None
    try:
        return open_detail(row.owner, bytes(row.sealed), bytes(entry.detail_hash))
    except DetailErased:
        return None


def find_details(owner: str) -> dict[int, dict[str, Any]]:
    """What entries say about this owner beyond codes, by the ids of the entries.

    Raises DetailTampered when one is not what was recorded.
    """
    mine = Entry.objects.filter(detail__owner=owner).order_by("id")
    return {entry.pk: words for entry in mine for words in [get_detail(entry)] if words is not None}


def find_last_checkpoint() -> Checkpoint | None:
    """The latest signed checkpoint; None before the first minute of a site's life."""
    return Checkpoint.objects.order_by("-size").first()


def get_entry(id: int) -> Entry | None:
    """The entry with this id; whose business it is, the caller knows."""
    return Entry.objects.filter(id=id).first()


def find_head() -> Head | None:
    """The head of the tree as it was signed last; None before the first minute of a site's life."""
    return Head.objects.filter(id=1).exclude(note="").first()


def find_witness_states() -> list[WitnessState]:
    """Where each witness stands that is asked, or was."""
    return list(WitnessState.objects.order_by("name"))


def find_asked_witnesses() -> set[str]:
    """The names of the witnesses that are asked; none where nobody set one up."""
    return {witness.key.name for witness in witnesses()}


def latest_checkpoint() -> str:
    """The head as it was signed last, with what witnesses said of it; empty before the first minute of a site's life."""
    head = find_head()
    if head is None:
        return ""
    cosigned = (
        WitnessState.objects.filter(size=head.size, trouble="")
        .exclude(note="")
        .order_by("-cosigned_at")
        .first()
    )
    return cosigned.note if cosigned else head.note


def verifier_source() -> bytes:
    """The single-file verifier, as anybody may have it."""
    return Path(verify_record.__file__).read_bytes()


def find_known_events() -> list[type[Event]]:
    """Every event that some room can put on the record, by kind, without those that tests declare."""
    return [event for _, event in sorted(KNOWN_EVENTS.items()) if ".tests." not in event.__module__]
