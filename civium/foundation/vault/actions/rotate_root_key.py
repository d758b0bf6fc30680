"""Replace the root key by rewrapping the few keys right below it: no sealed value and no owner's key is touched.

Run one rotation at a time. It may be stopped at any moment; running it again goes on where it stopped.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from civium.foundation.journal.actions.record import record

from ..adapters.root_key import COMING, PRESENT, kept_name
from ..events import RootKeyRotated
from ..key_ring import root_key_with, root_keys
from ..models import PurposeKey

if TYPE_CHECKING:
    from civium.foundation.journal.actions.record import Actor


def rotate_root_key(*, by: Actor | None, at: datetime) -> int:
    """Wrap every purpose key by a new root key; how many there were.

    The new key waits as ``root-key.next`` until the database has changed, then takes the place of ``root-key``. The old one stays
    beside it as ``root-key.<its id>.old``: keep it as long as backups from before are kept, then destroy it. Raises NotChangedHere, with
    what is to be done, where root keys come from outside.
    """
    kept = root_keys()
    present = kept.read(PRESENT)
    kept.make(COMING)
    coming = kept.read(COMING)
    with transaction.atomic():
        purpose_keys = list(PurposeKey.objects.select_for_update().exclude(root=coming.id))
        for key in purpose_keys:
            plain = root_key_with(key.root).unwrap(bytes(key.wrapped), place=key.place)
            key.wrapped, key.root = coming.wrap(plain, place=key.place), coming.id
        PurposeKey.objects.bulk_update(purpose_keys, ["wrapped", "root"])
        if purpose_keys:
            record(RootKeyRotated(root_key=coming.id, rewrapped=len(purpose_keys)), by=by, at=at)
    kept.succeed(kept_as=kept_name(present.id))
    return len(purpose_keys)
