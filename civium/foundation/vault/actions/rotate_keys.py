"""Replace the key above all owners' keys by rewrapping those: no sealed value is touched, everything stays readable meanwhile.

Run one rotation at a time. It may be stopped at any moment; running it again goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import QuerySet

from civium.foundation.journal.actions.record import record
from civium.foundation.kit.prepared import change_all

from ..envelope import unwrap, wrap
from ..events import PurposeKeyRotated
from ..key_ring import open_purpose_key
from ..models import Key, PurposeKey
from .keys import OWNERS, new_purpose_key, present_purpose_key

if TYPE_CHECKING:
    from civium.foundation.journal.actions.record import Actor

BATCH: Final = 500
# A key that was being made while the rotation ran may still be wrapped by the version before.
KEPT_AFTER_ROTATION: Final = timedelta(days=1)

Progress = Callable[[int, int], None]


def _quietly(_done: int, _all: int) -> None:
    """Tell nobody."""


def rotate_owner_keys(
    *, by: Actor | None, at: datetime, progress: Progress = _quietly, batch: int = BATCH
) -> PurposeKey:
    """Wrap the keys of all owners by a new purpose key, a batch per transaction; ``progress(done, all)`` after each.

    Versions that were replaced more than a day before ``at`` and wrap nothing any more are deleted first.
    """
    _delete_what_wraps_nothing(at)
    newest = _version_to_rotate_to()
    total, done = _older(newest).count(), 0
    while rewrapped := _rewrap_some(newest, batch):
        done += rewrapped
        progress(done, max(done, total))
    with transaction.atomic():
        PurposeKey.objects.filter(purpose=OWNERS, version__lt=newest.version, retired_at=None).update(
            retired_at=at
        )
        record(PurposeKeyRotated(purpose_key=newest.id, purpose=OWNERS, version=newest.version), by=by, at=at)
    return newest


def _delete_what_wraps_nothing(at: datetime) -> None:
    PurposeKey.objects.filter(purpose=OWNERS, retired_at__lt=at - KEPT_AFTER_ROTATION, keys=None).delete()


@transaction.atomic
def _version_to_rotate_to() -> PurposeKey:
    """A new version, or the newest one when the rotation to it was not finished."""
    newest = PurposeKey.objects.select_for_update().get(id=present_purpose_key(OWNERS).id)
    unfinished = PurposeKey.objects.filter(
        purpose=OWNERS, version__lt=newest.version, retired_at=None
    ).exists()
    if unfinished:
        return newest
    coming = new_purpose_key(OWNERS, version=newest.version + 1)
    coming.save(force_insert=True)
    return coming


def _older(newest: PurposeKey) -> QuerySet[Key]:
    return Key.objects.filter(purpose_key__version__lt=newest.version, destroyed_at=None)


@transaction.atomic
def _rewrap_some(newest: PurposeKey, batch: int) -> int:
    keys = list(
        _older(newest).select_for_update(of=("self",)).select_related("purpose_key").order_by("id")[:batch]
    )
    under = open_purpose_key(newest)
    for key in keys:
        assert key.purpose_key is not None
        assert key.wrapped is not None
        plain = unwrap(bytes(key.wrapped), under=open_purpose_key(key.purpose_key), place=key.place)
        key.wrapped, key.purpose_key = wrap(plain, under=under, place=key.place), newest
    change_all(keys, "wrapped", "purpose_key")
    return len(keys)
