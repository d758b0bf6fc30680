"""What ranking needs to know of a collection of documents in one language, wherever it is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol


class Term(NamedTuple):
    """A stem: how many documents have it, and the heaviest of them, by number, with their weights."""

    documents: int
    numbers: Sequence[int]
    weights: Sequence[int]

    @property
    def is_complete(self) -> bool:
        """Whether every document that has it is listed."""
        return len(self.numbers) >= self.documents


class Kept(NamedTuple):
    """A document as a shelf keeps it. ``fields`` may lack the body."""

    id: str
    fields: Mapping[str, str]
    source: str = ""
    address: str = ""


class Members(Protocol):
    """Every document that has a stem."""

    def __contains__(self, number: int) -> bool:
        """Whether the document has it."""

    def shared_with(self, other: Members, *, most: int) -> list[int]:
        """The documents that have both, the lowest numbers first."""


class Shelf(Protocol):
    """The documents of one language."""

    @property
    def language(self) -> str:
        """The language of all of them."""

    @property
    def enough(self) -> int:
        """A word that so many documents have is answered by them; words that look like it are not looked for."""

    def count(self) -> int:
        """How many documents there are."""

    def terms(self, stems: Collection[str]) -> Mapping[str, Term]:
        """The stems that any document has."""

    def pieces(self, pieces: Iterable[str]) -> Mapping[str, Sequence[str]]:
        """Words of the documents by a piece of theirs: see `spelling`."""

    def kept(self, numbers: Collection[int]) -> Mapping[int, Kept]:
        """Documents by number. What is there no more is missing."""

    def members(self, stem: str) -> Members:
        """Every document of a stem whose term is not complete."""

    def weights(self, numbers: Collection[int]) -> Mapping[int, Mapping[str, int]]:
        """The stems of documents with their weights."""
