"""Seal what lives for hours, such as a session: under a key made of the site's secret, without an owner and without a query.

What must outlive the secret, or be forgotten for somebody, goes to ``sealing`` instead: a new secret ends all of this.
"""

from __future__ import annotations

import json
import os
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from ..envelope import KEY_BYTES, NONCE_BYTES, SealBroken

__all__ = ["SealBroken", "open_passing", "seal_passing"]


def seal_passing(value: Any, *, at: str) -> bytes:
    """A JSON value sealed for one place."""
    nonce = os.urandom(NONCE_BYTES)
    words = json.dumps(value, separators=(",", ":")).encode()
    return nonce + _cipher(settings.SECRET_KEY).encrypt(nonce, words, at.encode())


def open_passing(blob: bytes, *, at: str) -> Any:
    """The value that was sealed for this place. Raises SealBroken for a value that was changed, moved, or sealed elsewhere."""
    try:
        words = _cipher(settings.SECRET_KEY).decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], at.encode())
    except (InvalidTag, ValueError) as error:
        raise SealBroken(f"the passing value does not open at {at}") from error
    return json.loads(words)


@lru_cache(maxsize=2)
def _cipher(secret: str) -> AESGCM:
    """The cipher whose key is derived from the site's secret (HKDF, RFC 5869)."""
    derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"civium passing seals 1")
    return AESGCM(derived.derive(secret.encode()))
