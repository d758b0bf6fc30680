"""What a room hands over to be searched, and what it gets back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

# How much a word counts by the field it stands in: a title says more than a body.
FIELD_WEIGHTS: Final[Mapping[str, float]] = {"title": 8.0, "keywords": 5.0, "summary": 2.0, "body": 1.0}


@dataclass(frozen=True)
class Document:
    """One thing that can be found, in one language. ``fields`` has some of title, keywords, summary, body."""

    id: str
    language: str
    fields: Mapping[str, str]

    def __post_init__(self) -> None:
        if unknown := set(self.fields) - set(FIELD_WEIGHTS):
            raise ValueError(f"a document has no field {sorted(unknown)}")


@dataclass(frozen=True)
class Searchable:
    """A room's declaration (its ``searchable.py``): what it is called, and its documents as they are now."""

    name: str
    documents: Callable[[], Iterable[Document]]


@dataclass(frozen=True)
class Reason:
    """Why a document is among the results: this word of it, in this field, matched."""

    field: str
    word: str


@dataclass(frozen=True)
class Hit:
    """A document that was found; ``language`` is the language of the text that matched."""

    id: str
    score: float
    language: str
    because: tuple[Reason, ...]


@dataclass(frozen=True)
class Found:
    """Results, best first. ``did_you_mean`` is the query respelled when some of its words were not known."""

    hits: tuple[Hit, ...] = ()
    did_you_mean: str = ""
