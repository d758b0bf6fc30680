"""Seal and open what is too long to hold twice in memory: files, in frames of 64 KiB.

``02 | key id (16) | salt (16)`` and then the frames. Each stream has a key of its own (HKDF-SHA256 of the owner's key and the salt),
so the frame's number can be its nonce. The number and whether it is the last are associated data: frames cannot be left
out, swapped, repeated, or taken from another file, and a file that was cut short says so.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ..envelope import (
    HEADER_BYTES,
    KEY_BYTES,
    NONCE_BYTES,
    TAG_BYTES,
    SealBroken,
    associated,
    header,
    key_id_of,
)
from ..key_ring import get_key
from .keys import ensure_key
from .watching import tell_the_watch

STREAM: Final = b"\x02"
SALT_BYTES: Final = 16
FRAME_BYTES: Final = 64 * 1024


class Frames:
    """Seals or opens the frames of one stream, bound to what stands before them."""

    def __init__(self, key: bytes, salt: bytes, *, bound_to: bytes) -> None:
        own_key = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=b"civium stream").derive(key)
        self._cipher = AESGCM(own_key)
        self._bound_to = bound_to

    def _of(self, number: int, is_last: bool) -> tuple[bytes, bytes]:
        nonce = number.to_bytes(NONCE_BYTES, "big")
        return nonce, self._bound_to + b"\x00" + nonce + (b"\x01" if is_last else b"\x00")

    def seal_all(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The chunks, of any sizes, as sealed frames."""
        number, waiting = 0, bytearray()
        for chunk in chunks:
            waiting += chunk
            while len(waiting) > FRAME_BYTES:  # a full frame stays until it is known not to be the last
                yield self.seal(bytes(waiting[:FRAME_BYTES]), number, is_last=False)
                del waiting[:FRAME_BYTES]
                number += 1
        yield self.seal(bytes(waiting), number, is_last=True)

    def seal(self, frame: bytes, number: int, is_last: bool) -> bytes:
        nonce, bound_to = self._of(number, is_last)
        return self._cipher.encrypt(nonce, frame, bound_to)

    def open(self, sealed: bytes, number: int, is_last: bool) -> bytes:
        nonce, bound_to = self._of(number, is_last)
        return self._cipher.decrypt(nonce, sealed, bound_to)


def seal_stream(chunks: Iterable[bytes], *, under: str, at: str) -> Iterator[bytes]:
    """The chunks, of any sizes, as the pieces of one sealed stream. Refuses (KeyDestroyed) an owner who was forgotten."""
    key = ensure_key(under)
    head = header(STREAM, key.id) + os.urandom(SALT_BYTES)
    yield head
    yield from _frames(key.key, head, under=under, at=at).seal_all(chunks)


def open_stream(file: BinaryIO, *, under: str, at: str) -> Iterator[bytes]:
    """The frames of a sealed stream, in the clear, one by one. Refuses and raises as ``open_sealed``, at the frame that is wrong.

    What was yielded before a broken frame is genuine; that the whole is there is only known when the iteration ends.
    """
    head = file.read(HEADER_BYTES + SALT_BYTES)
    key = get_key(key_id_of(head, kind=STREAM))
    if key.owner != under:
        raise SealBroken(f"the sealed stream at {at} belongs to another owner")
    tell_the_watch(whose=key.whose, under=under, at=at, mark=key.mark)
    frames = _frames(key.key, head, under=under, at=at)
    number, sealed = 0, file.read(FRAME_BYTES + TAG_BYTES)
    while True:
        coming = file.read(FRAME_BYTES + TAG_BYTES)
        try:
            yield frames.open(sealed, number, is_last=not coming)
        except (InvalidTag, ValueError) as error:
            raise SealBroken(f"frame {number} of the sealed stream at {at} does not open") from error
        if not coming:
            return
        number, sealed = number + 1, coming


def _frames(key: bytes, head: bytes, *, under: str, at: str) -> Frames:
    return Frames(key, head[HEADER_BYTES:], bound_to=associated(head, under=under, at=at))
