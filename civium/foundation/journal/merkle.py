"""The Merkle tree of RFC 6962 (section 2.1) over the entries: what of an entry goes into its leaf, and proofs. Pure.

What checking needs stands in ``standalone.verify_record``, which people run without us.
"""

from __future__ import annotations

from collections.abc import Callable

from civium.foundation.journal.standalone.verify_record import (
    HASH_SIZE,
    SUBTREE,
    Frontier,
    node_hash,
    written_body,
)

__all__ = [
    "HASH_SIZE",
    "SUBTREE",
    "Frontier",
    "consistency_proof",
    "inclusion_proof",
    "leaf_body",
    "node_hash",
]

# The root of the leaves from the first number up to, not including, the second.
RootOf = Callable[[int, int], bytes]


def leaf_body(
    *,
    at: str,
    kind: str,
    stream: str,
    also: str,
    by: str,
    on_behalf_of: str,
    data: str,
    detail_hash: bytes | None = None,
) -> bytes:
    """What the leaf commits to: the fields in this order, one a line; none of them holds a line end.

    ``at`` is in UTC with microseconds, ids are in their hyphenated form or empty, ``data`` is the text of the entry as it is
    stored, ``detail_hash`` the commitments to its sealed detail if it has one.
    """
    fields = [text.encode() for text in (at, kind, stream, also, by, on_behalf_of, data)]
    body = written_body(fields, detail_hash)
    if body is None:
        raise ValueError("a field of an entry is of several lines")
    return body


def _split(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(index: int, size: int, root_of: RootOf, *, start: int = 0) -> list[bytes]:
    """The hashes beside the way from the leaf up to the root (RFC 6962, 2.1.1)."""
    if size == 1:
        return []
    k = _split(size)
    if index < k:
        below, beside = inclusion_proof(index, k, root_of, start=start), root_of(start + k, start + size)
    else:
        below = inclusion_proof(index - k, size - k, root_of, start=start + k)
        beside = root_of(start, start + k)
    return [*below, beside]


def consistency_proof(old: int, size: int, root_of: RootOf) -> list[bytes]:
    """The hashes that show that the tree begins with the tree that it was (RFC 6962, 2.1.2)."""
    return _subproof(old, 0, size, True, root_of) if 0 < old < size else []


def _subproof(old: int, start: int, size: int, is_whole: bool, root_of: RootOf) -> list[bytes]:
    if old == size:
        return [] if is_whole else [root_of(start, start + size)]
    k = _split(size)
    if old <= k:
        return [*_subproof(old, start, k, is_whole, root_of), root_of(start + k, start + size)]
    return [*_subproof(old - k, start + k, size - k, False, root_of), root_of(start, start + k)]
