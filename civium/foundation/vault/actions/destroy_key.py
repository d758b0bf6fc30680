"""Destroy the key of an owner: forgetting that is real."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction

from civium.foundation.journal.actions.record import record

from ..events import KeyDestroyed
from ..key_ring import forget_keys
from ..models import Key

if TYPE_CHECKING:
    from civium.foundation.journal.actions.record import Actor


@transaction.atomic
def destroy_key(owner: str, *, by: Actor | None, at: datetime) -> None:
    """Destroy the owner's key: nothing opens any more what is sealed under it, and under the keys below it, wherever it lies.

    Except where an older copy of the key table meets the root key of its time: yesterday's backup still opens
    (docs/decisions/0004-forgetting-and-backups.md). In this database it is for ever: the owner never gets another key. An owner
    without a key gets a destroyed one; a second call does nothing.
    """
    overwrite_what_is_deleted()
    versions = held_versions(owner) or [Key(owner=owner)]
    if all(key.destroyed_at for key in versions):
        return
    for key in versions:
        key.wrapped, key.purpose_key, key.destroyed_at = None, None, at
        key.save()
    forget_keys()
    transaction.on_commit(forget_keys)
    record(KeyDestroyed(key=versions[0].id, owner=owner), by=by, at=at)


def held_versions(owner: str) -> list[Key]:
    """Every key of the owner, the one that seals first, held until the transaction ends.

    Read twice: whoever waited for a rotation at the first reading sees the key that it made only at the second.
    """
    for _reading in range(2):
        found = list(Key.objects.select_for_update().filter(owner=owner))
    return sorted(found, key=lambda key: key.replaced_at is not None)


def overwrite_what_is_deleted() -> None:
    """From here on in this transaction, have SQLite put zeros over the old bytes, in the page now and in its write-ahead log after the commit."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete=ON")
    transaction.on_commit(_empty_the_log, robust=True)


def _empty_the_log() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
