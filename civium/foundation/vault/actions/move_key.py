"""Put a key under another parent: what it seals belongs to somebody else from now on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from civium.foundation.journal.actions.record import record

from ..envelope import wrap
from ..events import KeyMoved
from ..key_ring import forget_keys, get_key
from ..models import Key
from .destroy_key import held_versions
from .keys import ensure_key

if TYPE_CHECKING:
    from civium.foundation.journal.actions.record import Actor


@transaction.atomic
def move_key(owner: str, *, parent: str, by: Actor | None, at: datetime) -> None:
    """Wrap the owner's key by the parent's key instead of what wrapped it. The key itself, and what it seals, stay as they are.

    Refuses (KeyDestroyed) a key or a parent that was destroyed. A backup from before still has it under the old parent.
    """
    versions = held_versions(owner)
    if not versions:
        raise Key.DoesNotExist
    above = ensure_key(parent)
    if Key.objects.filter(pk=above.id, parent__parent__isnull=False).exists():
        raise ValueError(f"the key of {parent} is already two keys down")
    for key in versions:
        opened = get_key(key.id)
        key.parent_id, key.purpose_key = above.id, None
        key.wrapped = wrap(opened.key, under=above.key, place=key.place)
        key.save(update_fields=["parent", "purpose_key", "wrapped"])
    forget_keys()
    transaction.on_commit(forget_keys)
    record(KeyMoved(key=versions[0].id, owner=owner, parent=parent), by=by, at=at)
