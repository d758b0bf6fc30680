"""Make the key that signs the record."""

from __future__ import annotations

import os
import secrets

from civium.foundation.journal.signing import signing_key_path


def make_signing_key() -> None:
    """Make the signing key when there is none, readable by this account only."""
    path = signing_key_path()
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(32) + "\n")
