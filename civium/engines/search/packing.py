"""Lists of documents as bytes: the heaviest of a stem, and sets of all that have it."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from .shelves import Members

HEAVIEST_KEPT = 1024
"""Documents that a term lists. Of a more common stem only the heaviest are; all of them are in its bitmaps."""

BLOCK = 1 << 16  # documents per block of members
_BITMAP_BYTES = BLOCK // 8
# A block with more members than this is smaller as a bitmap than as a list of two bytes each.
_MOST_LISTED = _BITMAP_BYTES // 2


def packed_numbers(numbers: Iterable[int], *, kind: str = "I") -> bytes:
    """Numbers as bytes, the lowest byte first on every machine."""
    packed = array(kind, numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def unpacked_numbers(packed: bytes | memoryview, *, kind: str = "I") -> array[int]:
    """What `packed_numbers` packed."""
    numbers = array(kind)
    numbers.frombytes(packed)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def parted(postings: array[int]) -> tuple[array[int], bytes]:
    """Postings, each a number times 256 plus a weight, as their numbers and their weights."""
    packed = packed_numbers(postings, kind="Q")
    numbers = bytearray(4 * len(postings))
    for place in range(4):
        numbers[place::4] = packed[place + 1 :: 8]
    return unpacked_numbers(bytes(numbers)), packed[::8]


def heaviest(
    numbers: Sequence[int], weights: bytes | bytearray, most: int = HEAVIEST_KEPT
) -> tuple[array[int], bytes]:
    """The heaviest documents, those of the same weight by number. ``numbers`` are in order."""
    kept_numbers, kept_weights = array("I"), bytearray()
    for weight in sorted(set(weights), reverse=True):
        at = weights.find(weight)
        while at >= 0 and len(kept_numbers) < most:
            kept_numbers.append(numbers[at])
            kept_weights.append(weight)
            at = weights.find(weight, at + 1)
        if len(kept_numbers) >= most:
            break
    return kept_numbers, bytes(kept_weights)


def blocks_of(numbers: Sequence[int]) -> dict[int, bytes]:
    """Documents, in order, as the packed members of their blocks."""
    blocks: dict[int, bytes] = {}
    begin = 0
    while begin < len(numbers):
        block = numbers[begin] // BLOCK
        end = bisect_left(numbers, (block + 1) * BLOCK, begin)
        blocks[block] = packed_block([number % BLOCK for number in numbers[begin:end]])
        begin = end
    return blocks


def packed_block(places: Sequence[int]) -> bytes:
    """The members of one block: a list while they are few, else a bitmap."""
    if len(places) < _MOST_LISTED:
        return packed_numbers(places, kind="H")
    bits = bytearray(_BITMAP_BYTES)
    for place in places:
        bits[place >> 3] |= 1 << (place & 7)
    return bytes(bits)


def unpacked_block(packed: bytes) -> Iterator[int]:
    """The members of one block, in order, as far as they are asked for."""
    if len(packed) < _BITMAP_BYTES:
        return iter(unpacked_numbers(packed, kind="H"))
    return (at << 3 | bit for at, byte in enumerate(packed) if byte for bit in range(8) if byte >> bit & 1)


class PackedMembers:
    """Every document that has a stem, as blocks. A block is unpacked when something is asked of it."""

    def __init__(self, blocks: Mapping[int, bytes]) -> None:
        self.blocks = blocks
        self._lists: dict[int, array[int]] = {}

    def __contains__(self, number: int) -> bool:
        block, place = divmod(number, BLOCK)
        packed = self.blocks.get(block)
        if packed is None:
            return False
        if len(packed) == _BITMAP_BYTES:
            return bool(packed[place >> 3] >> (place & 7) & 1)
        if block not in self._lists:
            self._lists[block] = unpacked_numbers(packed, kind="H")
        places = self._lists[block]
        at = bisect_left(places, place)
        return at < len(places) and places[at] == place

    def shared_with(self, other: Members, *, most: int) -> list[int]:
        """The documents that both have, the lowest numbers first."""
        shared: list[int] = []
        if not isinstance(other, PackedMembers):
            return shared
        for block in sorted(self.blocks.keys() & other.blocks.keys()):
            places = islice(_shared(self.blocks[block], other.blocks[block]), most - len(shared))
            shared += [block * BLOCK + place for place in places]
            if len(shared) >= most:
                break
        return shared


def _shared(one: bytes, other: bytes) -> Iterator[int]:
    if len(one) == len(other) == _BITMAP_BYTES:
        both = int.from_bytes(one, "little") & int.from_bytes(other, "little")
        return unpacked_block(both.to_bytes(_BITMAP_BYTES, "little"))
    if max(len(one), len(other)) < _BITMAP_BYTES:
        return iter(sorted(set(unpacked_block(one)).intersection(unpacked_block(other))))
    few, many = sorted((one, other), key=len)
    members = PackedMembers({0: many})
    return (place for place in unpacked_block(few) if place in members)
