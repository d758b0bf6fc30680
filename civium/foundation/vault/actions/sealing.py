"""Seal values and open them again. ``under`` is the owner of the key, ``at`` the one place where the value lies."""

from __future__ import annotations

from typing import Any

from ..encoding import decode, encode
from ..envelope import SealBroken, decrypt, encrypt
from ..key_ring import KeyDestroyed, fetch_keys, key_of
from .keys import ensure_key
from .watching import tell_the_watch

__all__ = ["KeyDestroyed", "SealBroken", "fetch_keys", "open_bytes", "open_sealed", "seal", "seal_bytes"]


def seal(value: Any, *, under: str, at: str) -> bytes:
    """The value sealed under the owner's key, for its place: ``seal(answers, under="person:<uuid>", at="drafts:answers:<id>")``.

    Takes None, bool, int, str, Decimal, date, datetime, UUID, list and dict with text keys, as deep as they go; TypeError
    for anything else. The owner's key is made on first use. Refuses (KeyDestroyed) an owner who was forgotten.
    """
    return seal_bytes(encode(value), under=under, at=at)


def open_sealed(blob: bytes | memoryview, *, under: str, at: str) -> Any:
    """The value that was sealed for this owner and place, exactly as it was.

    Refuses (KeyDestroyed) what was erased. Raises SealBroken for a value that was changed or belongs elsewhere, and
    NobodyWatches for a person's value that is opened outside of any reading (see ``watching``).
    """
    return decode(open_bytes(blob, under=under, at=at))


def seal_bytes(data: bytes, *, under: str, at: str) -> bytes:
    """The bytes sealed under the owner's key, for their place. For whole files in memory; ``streams`` for long ones."""
    key = ensure_key(under)
    return encrypt(data, key=key.key, key_id=key.id, under=under, at=at)


def open_bytes(blob: bytes | memoryview, *, under: str, at: str) -> bytes:
    """The bytes that were sealed for this owner and place. Refuses and raises as ``open_sealed``."""
    blob = bytes(blob)
    key = key_of(blob)
    if key.owner != under:
        raise SealBroken(f"the sealed value at {at} belongs to another owner")
    tell_the_watch(whose=key.whose, under=under, at=at, mark=key.mark)
    return decrypt(blob, key=key.key, under=under, at=at)
