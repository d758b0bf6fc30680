"""Proofs from the tree in the database: a few reads, however long the record is."""

from __future__ import annotations

from functools import cached_property

from civium.foundation.journal.merkle import SUBTREE, Frontier, consistency_proof, inclusion_proof, node_hash
from civium.foundation.journal.models import Leaf, Subtree


class Tree:
    """The tree at one size. Hashes are read once, when they are needed."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._blocks: dict[int, list[bytes]] = {}

    def inclusion(self, place: int) -> list[bytes]:
        """The hashes that lead from the leaf at this place to the root."""
        return inclusion_proof(place, self._size, self._root)

    def consistency(self, old: int) -> list[bytes]:
        """The hashes that show that this tree begins with the one of ``old`` leaves."""
        return consistency_proof(old, self._size, self._root)

    @cached_property
    def _subtrees(self) -> dict[int, bytes]:
        found = Subtree.objects.filter(number__lt=self._size // SUBTREE)
        return {number: bytes(root) for number, root in found.values_list("number", "root")}

    def _root(self, start: int, end: int) -> bytes:
        if end - start > SUBTREE:
            middle = start + (1 << (end - start - 1).bit_length() - 1)
            return node_hash(self._root(start, middle), self._root(middle, end))
        number, offset = divmod(start, SUBTREE)
        if end - start == SUBTREE and number in self._subtrees:
            return self._subtrees[number]
        frontier = Frontier()
        for leaf in self._block(number)[offset : offset + end - start]:
            frontier.append(leaf)
        return frontier.root()

    def _block(self, number: int) -> list[bytes]:
        if number not in self._blocks:
            first = number * SUBTREE
            leaves = Leaf.objects.filter(place__gte=first, place__lt=first + SUBTREE).order_by("place")
            self._blocks[number] = [bytes(leaf) for leaf in leaves.values_list("entry__leaf", flat=True)]
        return self._blocks[number]
