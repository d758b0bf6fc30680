"""Put an event on the record."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db import connection
from django.db.transaction import TransactionManagementError

from civium.foundation.journal.actions.react import ask_for_reactions
from civium.foundation.journal.events import Event, EventUnusable
from civium.foundation.journal.models import LONGEST_STREAM, Detail, Entry
from civium.foundation.journal.sealing import PersonalDetail, seal_detail
from civium.foundation.kit.prepared import insert

__all__ = ["Actor", "PersonalDetail", "record", "record_all"]


class Actor(Protocol):
    """A person or an organisation: whoever has an id."""

    @property
    def id(self) -> UUID: ...


def record(
    event: Event,
    *,
    by: Actor | None,
    at: datetime,
    on_behalf_of: Actor | None = None,
    detail: PersonalDetail | None = None,
) -> Entry:
    """Append the event, in the transaction of the change it tells of; have the reactions to it run after the commit.

    ``by`` is None when the system did it by itself. ``detail``: what the entry says about a person beyond codes, which can be
    forgotten later (``get_detail`` reads it). One INSERT, one more with a detail, and one more when the kind has reactions.
    Outside a transaction it refuses with TransactionManagementError, because the change and its record would come apart.

    An actor with ``hands`` is somebody for whom another acts: the entry is by those hands, on behalf of the actor.
    """
    hands: Actor | None = getattr(by, "hands", None)
    if hands is not None:
        by, on_behalf_of = hands, by
    if not connection.in_atomic_block:
        raise TransactionManagementError(f"{event.kind} must be recorded in the transaction of its change")
    sealed = seal_detail(detail) if detail else None
    entry = _entry_of(event, by=by, at=at, on_behalf_of=on_behalf_of)
    entry.detail_hash = sealed.commitment if sealed else None
    entry.leaf = entry.computed_leaf()
    insert(entry)
    entry.event = event
    if sealed:
        Detail(entry=entry, owner=sealed.owner, sealed=sealed.blob).save(force_insert=True)
    ask_for_reactions(entry)
    return entry


def record_all(events: Sequence[tuple[Event, Actor | None, Actor | None]], *, at: datetime) -> list[Entry]:
    """Append many events at once, each with who did it and on whose behalf, in one INSERT. For kinds without details."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("events must be recorded in the transaction of their change")
    entries = []
    for event, by, on_behalf_of in events:
        entry = _entry_of(event, by=by, at=at, on_behalf_of=on_behalf_of)
        entry.leaf = entry.computed_leaf()
        entries.append(entry)
    Entry.objects.bulk_create(entries)
    for entry in entries:
        ask_for_reactions(entry)
    return entries


def _entry_of(event: Event, *, by: Actor | None, at: datetime, on_behalf_of: Actor | None) -> Entry:
    stream, also = event.stream, event.also_in
    if not 0 < len(stream) <= LONGEST_STREAM or len(also) > LONGEST_STREAM or "\n" in stream + also:
        raise EventUnusable(f"{event.kind} has no usable stream")
    return Entry(
        at=at,
        kind=event.kind,
        stream=stream,
        also=also,
        by_id=by.id if by else None,
        on_behalf_of_id=on_behalf_of.id if on_behalf_of else None,
        data=json.dumps(event.written(), sort_keys=True, separators=(",", ":"), ensure_ascii=False),
        salt=secrets.token_bytes(16),
    )
