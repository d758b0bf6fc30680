"""What a room hands over to be searched, and what it gets back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

# How much a word counts by the field it stands in: a title says more than a body.
FIELD_WEIGHTS: Final[Mapping[str, float]] = {"title": 8.0, "keywords": 5.0, "summary": 2.0, "body": 1.0}

HELP: Final = "help"
"""What declarations of pages that explain or lead on are called, so that a result says which kind it is."""

LONGEST_QUERY: Final = 200
"""Characters of a query that are read. The rest of a longer one is not."""

LONGEST_FIELD: Final = 50_000
"""Characters of a field that are indexed."""


@dataclass(frozen=True)
class Document:
    """One thing that can be found, in one language. ``fields`` has some of title, keywords, summary, body.

    ``address`` is where it can be read (a path, without the language before it) for those who only know the index.
    """

    id: str
    language: str
    fields: Mapping[str, str]
    address: str = ""

    def __post_init__(self) -> None:
        if unknown := set(self.fields) - set(FIELD_WEIGHTS):
            raise ValueError(f"a document has no field {sorted(unknown)}")


@dataclass(frozen=True)
class Searchable:
    """A room's declaration (its ``searchable.py``): what it is called, and its documents as they are now.

    Few documents (services, help pages) are kept in each process and made anew when ``stamp()`` is another value. What may
    grow without end says ``stored=True``: it lives in tables, is filled by ``civium search rebuild`` and kept up by the room's own
    actions with ``put_documents`` and ``remove_documents``.
    """

    name: str
    documents: Callable[[], Iterable[Document]]
    stamp: Callable[[], str] = str
    stored: bool = False


class How(StrEnum):
    """In which way a word of the query leads to a word of a document."""

    SAME = "same"
    BEGINNING = "beginning"
    SYNONYM = "synonym"
    SIMILAR = "similar"
    SPELLING = "spelling"


class Reason(NamedTuple):
    """Why a document is among the results: this word of it, in this field, answers what was typed."""

    field: str
    word: str
    typed: str = ""
    how: How = How.SAME


class Hit(NamedTuple):
    """A document that was found; ``language`` is the language of the text that matched.

    ``source``, ``title``, ``summary`` and ``address`` are the document's own, for pages that know nothing else of it.
    """

    id: str
    score: float
    language: str
    because: tuple[Reason, ...]
    source: str = ""
    title: str = ""
    summary: str = ""
    address: str = ""


@dataclass(frozen=True)
class Found:
    """Results, best first. ``did_you_mean`` is the query respelled when some of its words were not known.

    ``near_words`` are words that documents do have and that look like what was typed: a way on when nothing was found.
    ``unknown`` are the typed words that stand nowhere, whatever else was found in their place.
    """

    hits: tuple[Hit, ...] = ()
    did_you_mean: str = ""
    near_words: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
