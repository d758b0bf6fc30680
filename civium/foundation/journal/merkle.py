"""The Merkle tree of RFC 6962 (section 2.1) over the entries, and what of an entry goes into its leaf. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

HASH_SIZE = 32
_LEAF, _NODE = b"\x00", b"\x01"


def leaf_hash(
    *, salt: bytes, at: str, kind: str, stream: str, also: str, by: str, on_behalf_of: str, data: str
) -> bytes:
    """The commitment to an entry: its salt, then its fields in this order, one a line; none of them holds a line end.

    The salt keeps leaves that are published from being guessed. ``at`` is in UTC with microseconds, ids are in their
    hyphenated form or empty, ``data`` is the text of the entry as it is stored.
    """
    body = "\n".join((at, kind, stream, also, by, on_behalf_of, data)).encode()
    return sha256(_LEAF + salt + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(_NODE + left + right).digest()


class Frontier:
    """The right edge of a growing tree: what must be kept to append leaves and know the root, log2(size) hashes."""

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self._hashes = list(hashes)

    @classmethod
    def from_bytes(cls, size: int, packed: bytes) -> Frontier:
        return cls(size, (packed[i : i + HASH_SIZE] for i in range(0, len(packed), HASH_SIZE)))

    def to_bytes(self) -> bytes:
        return b"".join(self._hashes)

    def append(self, leaf: bytes) -> None:
        """Add a leaf, joining each two full subtrees of the same size."""
        size = self.size
        while size & 1:
            leaf = node_hash(self._hashes.pop(), leaf)
            size >>= 1
        self._hashes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The Merkle tree hash; of no leaves at all the hash of nothing."""
        if not self._hashes:
            return sha256().digest()
        *rest, root = self._hashes
        for left in reversed(rest):
            root = node_hash(left, root)
        return root
