"""Envelopes: one key wrapped by another, one value sealed under a key. Pure; AES-256-GCM throughout (NIST SP 800-38D).

A sealed value is ``01 | key id (16) | nonce (12) | ciphertext and tag``. Its place and its owner are associated data, so a
value that was moved to another row, column or owner does not open. Nonces are 96 random bits: one key may seal 2**32
values before they are likelier than one in 2**32 to meet, and a key here seals the values of one person or one case.
"""

from __future__ import annotations

import os
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
SEALED: Final = b"\x01"
HEADER_BYTES: Final = 1 + 16


class SealBroken(Exception):
    """A seal does not open: the value was changed, cut, moved to another place, or sealed by another installation.

    A defect or an attack, never the reader's mistake. The message carries no part of the value.
    """


def new_key() -> bytes:
    """A new 256-bit key."""
    return os.urandom(KEY_BYTES)


def wrap(key: bytes, *, under: bytes, place: str) -> bytes:
    """The key encrypted by another key, bound to its place in the key tables: nonce and ciphertext."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(under).encrypt(nonce, key, place.encode())


def unwrap(wrapped: bytes, *, under: bytes, place: str) -> bytes:
    """The key that was wrapped for this place. Raises SealBroken when it was not, or not by this key."""
    try:
        return AESGCM(under).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], place.encode())
    except (InvalidTag, ValueError) as error:
        raise SealBroken(f"the wrapped key does not open at {place}") from error


def header(kind: bytes, key_id: UUID) -> bytes:
    """The first bytes of everything sealed: its format, and the key that opens it."""
    return kind + key_id.bytes


def key_id_of(blob: bytes, *, kind: bytes) -> UUID:
    """The id of the key that opens the blob. Raises SealBroken when the blob is not sealed in this format."""
    if blob[:1] != kind or len(blob) < HEADER_BYTES:
        raise SealBroken("this is not sealed, or in a format this version does not know")
    return UUID(bytes=bytes(blob[1:HEADER_BYTES]))


def associated(head: bytes, *, under: str, at: str) -> bytes:
    """What a ciphertext is bound to: its header, its owner and its place, joined so that none can run into the next."""
    return b"\x00".join((head, under.encode(), at.encode()))


def encrypt(value: bytes, *, key: bytes, key_id: UUID, under: str, at: str) -> bytes:
    """The value sealed for its owner and place."""
    head, nonce = header(SEALED, key_id), os.urandom(NONCE_BYTES)
    return head + nonce + AESGCM(key).encrypt(nonce, value, associated(head, under=under, at=at))


def decrypt(blob: bytes, *, key: bytes, under: str, at: str) -> bytes:
    """The value that was sealed for this owner and place. Raises SealBroken for any other."""
    head, nonce, ciphertext = (
        blob[:HEADER_BYTES],
        blob[HEADER_BYTES : HEADER_BYTES + NONCE_BYTES],
        blob[HEADER_BYTES + NONCE_BYTES :],
    )
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, associated(head, under=under, at=at))
    except (InvalidTag, ValueError) as error:
        raise SealBroken(f"the sealed value does not open at {at}") from error
