"""Replace the key that signs the record: the next one is published for a while, then it signs, and the earlier one is kept for checking."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction

from ..events import SigningKeyPublished, SigningKeyReplaced
from ..signing import EARLIER_KEYS_FILE, next_signing_key_path, public_key_in, signing_key_path
from ..standalone.verify_record import Key
from .make_signing_key import make_next_signing_key
from .record import Actor, record

# Who checks the record somewhere else fetches its keys once a day.
PUBLISHED_FOR: Final = timedelta(days=1)


class TooSoon(Exception):
    """The next key has not been published for long enough; ``until`` when."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"the next key signs from {until.isoformat()}")
        self.until = until


def publish_next_signing_key(*, by: Actor | None, at: datetime) -> bool:
    """Make the key that signs next, and have it published with the others; whether it was made now. Nothing is signed with it yet."""
    with transaction.atomic():
        if not make_next_signing_key():
            return False
        os.utime(next_signing_key_path(), (at.timestamp(), at.timestamp()))
        record(SigningKeyPublished(signing_key=_code(public_key_in(next_signing_key_path()))), by=by, at=at)
    return True


def take_next_signing_key(*, by: Actor | None, at: datetime, at_once: bool = False) -> None:
    """Sign with the next key from now on. The public part of the one before is kept for checking; its secret part is deleted.

    Refuses (TooSoon) a key that was published less than a day ago, unless ``at_once``. Stopped in the middle, it may be called again.
    """
    present, coming = public_key_in(signing_key_path()), public_key_in(next_signing_key_path())
    published = datetime.fromtimestamp(next_signing_key_path().stat().st_mtime, UTC)
    if at < published + PUBLISHED_FOR and not at_once:
        raise TooSoon(published + PUBLISHED_FOR)
    with transaction.atomic():
        record(SigningKeyReplaced(signing_key=_code(coming), before=_code(present)), by=by, at=at)
        _keep_for_checking(present)
        os.replace(next_signing_key_path(), signing_key_path())


def _keep_for_checking(key: Key) -> None:
    path = signing_key_path().with_name(EARLIER_KEYS_FILE)
    before = path.read_text(encoding="ascii") if path.is_file() else ""
    if str(key) in before.split() or key.public.hex() in before.split():
        return
    part = path.with_name(f".{path.name}.part")
    part.touch(mode=0o600)
    part.write_text(f"{before.rstrip()}\n{key}\n".lstrip(), encoding="ascii")
    os.replace(part, path)


def _code(key: Key) -> str:
    return key.name.rpartition("/")[2]
