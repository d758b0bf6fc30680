"""Give people, or their applications and cases, new keys: what is sealed from now on is under these, and what lies there stays as it is.

Why nothing is sealed anew: docs/decisions/0010-new-keys-for-people.md. It may be stopped at any moment and goes on where it stopped.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q, QuerySet

from civium.foundation.journal.actions.record import record
from civium.foundation.kit.prepared import change_all

from ..envelope import new_key, unwrap, wrap
from ..events import OwnersRotated
from ..key_ring import PERSON, fetch_keys, forget_keys, get_key, open_purpose_key
from ..models import Key, OwnerRotation, PurposeKey
from .keys import OWNERS, present_purpose_key
from .rotate_keys import BATCH, Progress

if TYPE_CHECKING:
    from civium.foundation.journal.actions.record import Actor

# Which owners each kind is about.
KINDS: Final = {"person": Q(owner__startswith=PERSON), "case": ~Q(owner__startswith=PERSON)}


def rotate_owners(
    kind: str,
    *,
    by: Actor | None,
    at: datetime,
    progress: Progress = lambda _done, _all: None,
    batch: int = BATCH,
) -> int:
    """Give every owner of the kind (``person``, or ``case`` for all others) a new key, a batch per transaction; how many got one.

    ``progress(done, all)`` after each batch. The keys below an owner's are wrapped by the new one; the one before only opens what it sealed.
    """
    rotation = _begun(kind, at)
    total = rotation.done + _older(rotation).count()
    while _rotate_some(rotation, at, batch):
        progress(rotation.done, max(rotation.done, total))
    with transaction.atomic():
        rotation.ended_at = at
        rotation.save()
        record(OwnersRotated(owners=kind, count=rotation.done), by=by, at=at)
    return rotation.done


@transaction.atomic
def _begun(kind: str, at: datetime) -> OwnerRotation:
    under_way = OwnerRotation.objects.filter(kind=kind, ended_at=None).first()
    return under_way or OwnerRotation.objects.create(kind=kind, began_at=at)


def _older(rotation: OwnerRotation) -> QuerySet[Key]:
    """The keys that still seal and were made before it began; those that can be opened no more are left."""
    return Key.objects.filter(
        KINDS[rotation.kind],
        made_at__lt=rotation.began_at,
        replaced_at=None,
        destroyed_at=None,
        parent__destroyed_at=None,
        parent__parent__destroyed_at=None,
    )


@transaction.atomic
def _rotate_some(rotation: OwnerRotation, at: datetime, batch: int) -> int:
    replaced = list(_older(rotation).select_for_update(of=("self",)).order_by("id")[:batch])
    above = Key.objects.filter(pk__in={each.parent_id for each in replaced if each.parent_id})
    fetch_keys(above.values_list("owner", flat=True))
    newest = present_purpose_key(OWNERS)
    pairs = [(before, *_successor(before, newest, at)) for before in replaced]
    Key.objects.filter(pk__in=[before.pk for before in replaced]).update(replaced_at=at)
    Key.objects.bulk_create(coming for _before, coming, _key in pairs)
    _wrap_what_is_below(pairs)
    rotation.done += len(replaced)
    rotation.save()
    forget_keys()
    transaction.on_commit(forget_keys)
    return len(replaced)


def _successor(before: Key, newest: PurposeKey, at: datetime) -> tuple[Key, bytes]:
    """The key that seals next, in the same place: below the same parent, or under the newest purpose key. And what it is."""
    coming, key = Key(owner=before.owner, made_at=at), new_key()
    if before.parent_id:
        coming.parent_id, wrapping = before.parent_id, get_key(before.parent_id).key
    else:
        coming.purpose_key, wrapping = newest, open_purpose_key(newest)
    coming.wrapped = wrap(key, under=wrapping, place=coming.place)
    return coming, key


def _wrap_what_is_below(pairs: list[tuple[Key, Key, bytes]]) -> None:
    above = {before.id: (coming, key) for before, coming, key in pairs}
    below = list(Key.objects.select_for_update(of=("self",)).filter(parent__in=above, destroyed_at=None))
    fetch_keys({above[each.parent_id][0].owner for each in below if each.parent_id})
    for each in below:
        assert each.parent_id is not None
        assert each.wrapped is not None
        coming, key = above[each.parent_id]
        plain = unwrap(bytes(each.wrapped), under=get_key(each.parent_id).key, place=each.place)
        each.parent_id, each.wrapped = coming.id, wrap(plain, under=key, place=each.place)
    change_all(below, "parent", "wrapped")
