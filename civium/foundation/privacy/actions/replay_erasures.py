"""Carry out again, on an older database, what was erased or locked away after it was saved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from civium.foundation.journal.actions.record import record
from civium.foundation.vault.models import Key

from ..events import ErasuresReplayed
from ..ledger import LOCKED, name_of
from ..queries import find_holdings, find_unreplayed
from .erase_owner import follow, forget, lock


def replay_erasures(*, at: datetime) -> int:
    """Erase or lock away what the ledger says of whoever this database still knows; give how many lines were followed.

    Each line in a transaction of its own: a run that breaks off goes on where it was. Who is not in this database any more, or was
    not yet, is passed over. Raises LedgerBroken.
    """
    lines = find_unreplayed()
    if not lines:
        return 0
    owners = {name_of(owner): owner for owner in _owners({line.scope for line in lines})}
    for line in lines:
        with transaction.atomic():
            owner = owners.get(line.about)
            if owner and line.scope == LOCKED:
                lock(owner.removeprefix(f"{LOCKED}:"), by=None, at=line.at)
            elif owner:
                forget(owner, by=None, at=line.at)
            follow(line, at=at)
    with transaction.atomic():
        record(ErasuresReplayed(lines[0].number, lines[-1].number), by=None, at=at)
    return len(lines)


def _owners(scopes: set[str]) -> Iterator[str]:
    """Everybody of these kinds that a room knows, or for whom something was sealed."""
    if LOCKED in scopes:
        sealed = Key.objects.values_list("owner", flat=True)
        yield from (f"{LOCKED}:{owner}" for owner in sealed.iterator())
    for scope in sorted(scopes - {LOCKED}):
        for holding in find_holdings():
            if holding.owners is not None:
                yield from holding.owners(scope)
        yield from (
            Key.objects.filter(owner__startswith=f"{scope}:").values_list("owner", flat=True).iterator()
        )
