"""Make the key that signs the record, and the one that will follow it; list the one that signed until now."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from civium.foundation.journal.signing import (
    earlier_keys_path,
    next_signing_key_path,
    public_key_in,
    signing_key_path,
)


def make_signing_key() -> None:
    """Make the signing key when there is none, readable by this account only."""
    _make(signing_key_path())


def make_next_signing_key() -> bool:
    """Make the key that will follow, when there is none; whether it was made now."""
    return _make(next_signing_key_path())


def list_as_earlier() -> None:
    """Write the public part of today's key among the earlier ones: what it signed stays trusted when another one signs."""
    path = earlier_keys_path()
    before = path.read_text(encoding="ascii") if path.exists() else ""
    public = public_key_in(signing_key_path()).public.hex()
    path.write_text(f"{before.rstrip()}\n{public}\n".lstrip(), encoding="ascii")


def _make(path: Path) -> bool:
    if path.exists():
        return False
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(32) + "\n")
    return True
