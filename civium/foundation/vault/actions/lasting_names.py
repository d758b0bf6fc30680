"""A name for an owner that only this site can make again, and that outlives every rotation: for the erasure ledger."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
from pathlib import Path

from django.conf import settings

from ..adapters.root_key_file import write_secret_file
from ..envelope import new_key


class NamingKeyMissing(Exception):
    """The key is gone and names made with it are not; the message says where it should be."""


def naming_key_path() -> Path:
    """Where the key of these names is."""
    return Path(settings.CIVIUM_KEYS) / "erasure-key"


def lasting_name(owner: str, *, may_begin: bool) -> str:
    """HMAC-SHA256 of the owner as 64 hex characters. ``may_begin``: no name was made yet, so a missing key may be made now."""
    path = naming_key_path()
    if not path.exists():
        if not may_begin:
            raise NamingKeyMissing(
                f"The key of the erasure ledger is not at {path}. Put it back from its copy: without it nobody can tell whom "
                "the ledger is about."
            )
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):  # another process was quicker
            write_secret_file(path, new_key().hex().encode())
    return hmac.new(
        bytes.fromhex(path.read_text("ascii").strip()), owner.encode(), hashlib.sha256
    ).hexdigest()
