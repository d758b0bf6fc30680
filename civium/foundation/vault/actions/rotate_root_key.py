"""Replace the root key by rewrapping the few keys right below it: no sealed value and no owner's key is touched.

Run one rotation at a time. It may be stopped at any moment; running it again goes on where it stopped.
"""

from __future__ import annotations

import base64
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction

from civium.foundation.journal.actions.record import record

from ..adapters.root_key_file import read_root_key
from ..envelope import new_key
from ..events import RootKeyRotated
from ..key_ring import next_root_key_path, root_key_path, root_key_with, the_root_key
from ..models import PurposeKey
from .make_root_key import write_secret_file

if TYPE_CHECKING:
    from civium.foundation.journal.actions.record import Actor


def rotate_root_key(*, by: Actor | None, at: datetime) -> int:
    """Wrap every purpose key by a new root key; how many there were.

    The new key waits in ``root-key.next`` until the database has changed, then takes the place of ``root-key``. The old one stays
    beside it as ``root-key.<its id>.old``: keep it as long as backups from before are kept, then destroy it.
    """
    present, waiting = the_root_key(), next_root_key_path()
    if not waiting.exists():
        write_secret_file(waiting, base64.b64encode(new_key()) + b"\n")
    coming = read_root_key(waiting)
    with transaction.atomic():
        purpose_keys = list(PurposeKey.objects.select_for_update().exclude(root=coming.id))
        for key in purpose_keys:
            plain = root_key_with(key.root).unwrap(bytes(key.wrapped), place=key.place)
            key.wrapped, key.root = coming.wrap(plain, place=key.place), coming.id
        PurposeKey.objects.bulk_update(purpose_keys, ["wrapped", "root"])
        if purpose_keys:
            record(RootKeyRotated(root_key=coming.id, rewrapped=len(purpose_keys)), by=by, at=at)
    _put_in_place(waiting, kept_as=root_key_path().with_name(f"root-key.{present.id}.old"))
    return len(purpose_keys)


def _put_in_place(waiting: Path, *, kept_as: Path) -> None:
    if not kept_as.exists():
        os.link(root_key_path(), kept_as)
    os.replace(waiting, root_key_path())
