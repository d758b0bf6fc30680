"""Have data lie still, and end that."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from civium.foundation.journal.actions.record import Actor, record
from civium.foundation.vault.actions.watching import forget_keys

from ..events import DataLockedAway, RestrictionEnded, UseRestricted
from ..models import Restriction, Why


@transaction.atomic
def restrict_use(owner: str, *, because: Why, by: Actor | None, at: datetime) -> Restriction:
    """Let nobody but its owner read this data, until ``end_restriction``. What lies still already stays as it is."""
    standing = Restriction.objects.filter(owner=owner, ended_at=None).first()
    if standing is not None:
        return standing
    made = Restriction.objects.create(owner=owner, because=because, since=at)
    _from_now_on()
    record(UseRestricted(owner, because.value), by=by, at=at)
    return made


@transaction.atomic
def lock_away(owner: str, *, until: date, by: Actor | None, at: datetime) -> Restriction:
    """Keep for the law alone what was to be erased, until the day on which it is. That ends what its owner had asked for before.

    What is locked away already stays as it is.
    """
    end_restriction(owner, by=by, at=at)
    standing = Restriction.objects.filter(owner=owner, ended_at=None).first()
    if standing is not None:
        return standing
    made = Restriction.objects.create(owner=owner, because=Why.KEPT_BY_LAW, until=until, since=at)
    _from_now_on()
    record(DataLockedAway(owner, Why.KEPT_BY_LAW.value, until.isoformat()), by=by, at=at)
    return made


@transaction.atomic
def end_restriction(owner: str, *, by: Actor | None, at: datetime) -> None:
    """Let the data be used again. What only the law keeps stays where it is."""
    ended = (
        Restriction.objects.filter(owner=owner, ended_at=None)
        .exclude(because=Why.KEPT_BY_LAW)
        .update(ended_at=at)
    )
    if ended:
        _from_now_on()
        record(RestrictionEnded(owner), by=by, at=at)


def _from_now_on() -> None:
    """Keys at hand know how it was: read them again. Another process does so within three seconds."""
    forget_keys()
    transaction.on_commit(forget_keys)
