"""Seal a stream of any length for the shelf, and open it again when nothing of the database is left but the root key.

``CIVIUM ARCHIVE 1`` and a line of JSON, the header: what it is, when it was made, and its own key, wrapped by the root key. Then the
frames of `streams`, bound to the header: what was changed, cut, or joined from two archives does not open.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import BinaryIO, Final
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag

from ..envelope import TAG_BYTES, SealBroken, new_key
from ..key_ring import root_key_with, the_root_key
from .streams import FRAME_BYTES, SALT_BYTES, Frames

MAGIC: Final = b"CIVIUM ARCHIVE 1\n"
LONGEST_HEADER: Final = 4096


class NotOurs(Exception):
    """The file is no archive, or not one of this site, or not whole; the message says which."""


@dataclass(frozen=True)
class Header:
    """What stands on the outside of an archive, for all to read; nothing of anybody."""

    id: str
    kind: str
    made_at: str
    root: str
    wrapped: str
    salt: str

    @property
    def made(self) -> datetime:
        """When it was made."""
        return datetime.fromisoformat(self.made_at)

    @property
    def line(self) -> bytes:
        """As it stands in the file."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":")).encode() + b"\n"


def seal_archive(chunks: Iterable[bytes], *, kind: str, at: datetime) -> Iterator[bytes]:
    """The chunks, of any sizes, as the pieces of one archive. Its key is new and lies in the header, wrapped by the root key."""
    key, name, root = new_key(), str(uuid4()), the_root_key()
    wrapped = root.wrap(key, place=f"archive:{name}")
    salt = os.urandom(SALT_BYTES)
    header = Header(
        name, kind, at.isoformat(), str(root.id), b64encode(wrapped).decode(), b64encode(salt).decode()
    )
    yield MAGIC + header.line
    yield from _frames(key, header).seal_all(chunks)


def read_header(file: BinaryIO) -> Header:
    """What the archive says of itself, not proved yet: opening it proves it. Raises NotOurs for what is no archive."""
    if file.read(len(MAGIC)) != MAGIC:
        raise NotOurs("This is not a backup that Civium made.")
    try:
        header = Header(**json.loads(file.readline(LONGEST_HEADER)))
        _ = header.made, UUID(header.root), b64decode(header.salt), b64decode(header.wrapped)
    except (ValueError, TypeError):
        raise NotOurs("The beginning of this backup is damaged.") from None
    return header


def open_archive(file: BinaryIO, *, kind: str) -> Iterator[bytes]:
    """The frames of an archive, in the clear, one by one. Raises NotOurs at the first that is wrong.

    Raises RootKeyMissing when it was sealed under another root key than those in the key folder. That the whole is there is only known when the
    iteration ends.
    """
    header = read_header(file)
    if header.kind != kind:
        raise NotOurs(f"This is a backup of {header.kind}, not of {kind}.")
    root = root_key_with(UUID(header.root), or_an_old_one=True)
    try:
        key = root.unwrap(b64decode(header.wrapped), place=f"archive:{header.id}")
    except SealBroken:
        raise NotOurs("This backup's own key does not open: its beginning was changed.") from None
    frames = _frames(key, header)
    number, sealed = 0, file.read(FRAME_BYTES + TAG_BYTES)
    while True:
        coming = file.read(FRAME_BYTES + TAG_BYTES)
        try:
            yield frames.open(sealed, number, is_last=not coming)
        except (InvalidTag, ValueError):
            raise NotOurs(
                f"This backup is damaged or cut short, {number * FRAME_BYTES:,} bytes after its beginning."
            ) from None
        if not coming:
            return
        number, sealed = number + 1, coming


def _frames(key: bytes, header: Header) -> Frames:
    return Frames(key, b64decode(header.salt), bound_to=MAGIC + header.line)
