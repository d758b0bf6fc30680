"""Erase an owner: everything that rooms hold about them, and their key."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.foundation.journal.actions.erase_details import erase_details
from civium.foundation.journal.actions.record import Actor, record
from civium.foundation.vault.actions.destroy_key import destroy_key, overwrite_what_is_deleted

from ..events import DataErased
from ..ledger import LOCKED, Line, add_line
from ..models import FollowedErasure, Restriction
from ..queries import find_former_owners, find_holdings

__all__ = ["Line", "erase_owner", "follow", "forget", "lock", "lock_owner", "note_erasure"]


@transaction.atomic
def erase_owner(owner: str, *, because: str, by: Actor | None, at: datetime) -> Line:
    """Have every room forget the owner, destroy the owner's key, and write the erasure into the ledger.

    The line is written when everything that may be refused is done, and before it counts: should the database still not take it, it has
    a line to follow, and does before it serves. ``because`` is a code. What the law keeps is the business of the room that holds it.

    Whose it was before gets a line, too: an older database knows what was theirs by no other name. Here their key is destroyed already.
    """
    formerly = find_former_owners(owner)
    forget(owner, by=by, at=at)
    line = note_erasure(owner, at=at)
    for former in formerly:
        note_erasure(former, at=at)
    record(DataErased(owner, because, line.number), by=by, at=at)
    return line


@transaction.atomic
def lock_owner(owner: str, *, by: Actor | None, at: datetime) -> Line:
    """Write into the ledger that the owner was to be erased and the law keeps it, and have every room lock it away."""
    lock(owner, by=by, at=at)
    return note_erasure(f"{LOCKED}:{owner}", at=at)


@transaction.atomic
def note_erasure(owner: str, *, at: datetime) -> Line:
    """Write into the ledger that the owner is forgotten, which the caller has done. An older database has every room forget them."""
    line = add_line(owner, at=at)
    follow(line, at=at)
    return line


def follow(line: Line, *, at: datetime) -> None:
    """Note that this database has carried out the line."""
    FollowedErasure.objects.create(number=line.number, digest=line.digest, followed_at=at)


@transaction.atomic
def lock(owner: str, *, by: Actor | None, at: datetime) -> None:
    """Have every room lock away what the law keeps of the owner. Part of what is in the ledger."""
    overwrite_what_is_deleted()
    for holding in reversed(find_holdings()):
        if holding.lock is not None:
            holding.lock(owner, by, at)


@transaction.atomic
def forget(owner: str, *, by: Actor | None, at: datetime) -> None:
    """Have every room forget the owner, the highest first; the record, what it says of them beyond codes; and destroy the key.

    Part of an erasure that is in the ledger.
    """
    overwrite_what_is_deleted()
    for holding in reversed(find_holdings()):
        if holding.erase is not None:
            holding.erase(owner, by, at)
    Restriction.objects.filter(owner=owner).delete()
    erase_details(owner, by=by, at=at)
    destroy_key(owner, by=by, at=at)
