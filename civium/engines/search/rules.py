"""An index in memory. Pure: no database, no clock. A few thousand documents; for more see ``queries.search``."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from .explaining import Piece, mark
from .ranking import find_on
from .schema import LONGEST_QUERY, Document, Found, Hit
from .shelves import Kept, Members, Shelf, Term
from .spelling import listed_by_piece
from .weighing import Vocabulary, weigh
from .words import fold, split_words

__all__ = ["Index", "Piece", "find_among", "fold", "mark", "merged", "without_what_may_tell_who"]

_OTHER_LANGUAGE = 0.5


class Index:
    """Documents in any number of languages. Filled once, then only read, so threads may share it."""

    def __init__(self) -> None:
        self._shelves: dict[str, _MemoryShelf] = {}
        self._kept: dict[tuple[str, str, str], Kept] = {}

    def add(self, document: Document, *, source: str = "") -> None:
        """Make a document findable. The same id may be added once per language."""
        if document.language not in self._shelves:
            self._shelves[document.language] = _MemoryShelf(document.language)
        kept = self._shelves[document.language].add(document, source)
        self._kept[source, document.id, document.language] = kept

    def in_language(self, hit: Hit, language: str) -> Hit:
        """The same thing in the words of another language; as it is when it has none in that."""
        kept = self._kept.get((hit.source, hit.id, language))
        if kept is None:
            return hit
        fields = kept.fields
        return hit._replace(
            language=language, title=fields.get("title", ""), summary=fields.get("summary", "")
        )

    @property
    def shelves(self) -> Mapping[str, Shelf]:
        """Its documents by language."""
        return self._shelves

    def find(self, query: str, language: str, limit: int = 20) -> Found:
        """The documents that answer the query, the reader's language first, each id once; and a better spelling."""
        return find_among([self._shelves], query, language, limit)

    def suggest(self, beginning: str, language: str, limit: int = 8) -> Found:
        """The documents that somebody may be about to ask for, whose query is still being typed."""
        return find_among([self._shelves], beginning, language, limit, as_typed=True)


def find_among(
    collections: Sequence[Mapping[str, Shelf]],
    query: str,
    language: str,
    limit: int,
    *,
    as_typed: bool = False,
) -> Found:
    """Ask the shelves of the reader's language, and those of others when they do not fill the page.

    In another language only the very words count, unless the reader's own has nothing.
    """
    found = None
    for shelves in collections:
        if language in shelves:
            own = find_on(shelves[language], query, limit=limit, as_typed=as_typed)
            found = own if found is None else merged(found, own, limit=limit)
    knows_something = found is not None and bool(found.hits)
    for shelves in collections:
        for other, shelf in shelves.items():
            if other != language and (found is None or len(found.hits) < limit):
                elsewhere = _less(
                    find_on(shelf, query, limit=limit, as_typed=as_typed, only_known=knows_something)
                )
                found = elsewhere if found is None else merged(found, elsewhere, limit=limit, own=language)
    return found or Found()


def merged(one: Found, other: Found, *, limit: int, own: str = "") -> Found:
    """Two answers to one query as one: each thing once, in the language ``own`` where it was found in that too.

    A spelling is offered when neither knew the words as they are.
    """
    best: dict[tuple[str, str], Hit] = {}
    for hit in (*one.hits, *other.hits):
        key = (hit.source, hit.id)
        known = best.get(key)
        if known is None:
            best[key] = hit
        elif (known.language == own) != (hit.language == own):
            shown = known if known.language == own else hit
            best[key] = shown._replace(score=max(known.score, hit.score))
        elif hit.score > known.score:
            best[key] = hit
    ordered = sorted(best.values(), key=lambda hit: (-hit.score, hit.id))[:limit]
    knew = any(each.hits and not each.did_you_mean for each in (one, other))
    return Found(
        hits=tuple(ordered),
        did_you_mean="" if knew else one.did_you_mean or other.did_you_mean,
        near_words=tuple(dict.fromkeys(one.near_words + other.near_words)),
        unknown=tuple(word for word in one.unknown if word in other.unknown),
    )


def _less(found: Found) -> Found:
    """An answer in a language that the reader did not ask in: it counts less, and its words are none to offer."""
    hits = tuple(hit._replace(score=hit.score * _OTHER_LANGUAGE) for hit in found.hits)
    return replace(found, hits=hits, near_words=())


_MOST_WORDS_KEPT = 8
_MOST_DIGITS_KEPT = 2
_LONGEST_KEPT = 120


def without_what_may_tell_who(query: str) -> str:
    """A query as it may be kept: folded, its first words, without addresses, numbers and what is no word."""
    plain = " ".join(part for part in query[:LONGEST_QUERY].split() if "@" not in part and "/" not in part)
    words = [fold(word) for word in split_words(plain)]
    kept = [word for word in words if sum(c.isdigit() for c in word) <= _MOST_DIGITS_KEPT and len(word) <= 30]
    return " ".join(kept[:_MOST_WORDS_KEPT])[:_LONGEST_KEPT]


class _MemoryShelf:
    """The documents of one language. Its terms list every document, so they are never open."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._kept: list[Kept] = []
        self._numbers: dict[str, array[int]] = defaultdict(lambda: array("I"))
        self._weights: dict[str, bytearray] = defaultdict(bytearray)
        self._vocabulary = Vocabulary(language)
        self._lists: dict[str, list[str]] | None = None

    @property
    def language(self) -> str:
        return self._language

    def add(self, document: Document, source: str) -> Kept:
        number = len(self._kept)
        kept = Kept(document.id, document.fields, source, document.address)
        self._kept.append(kept)
        for stem, weight in weigh(document, self._vocabulary).items():
            self._numbers[stem].append(number)
            self._weights[stem].append(weight)
        self._lists = None
        return kept

    @property
    def enough(self) -> int:
        return 50

    def count(self) -> int:
        return len(self._kept)

    def terms(self, stems: Collection[str]) -> Mapping[str, Term]:
        return {
            stem: Term(len(self._numbers[stem]), self._numbers[stem], self._weights[stem])
            for stem in stems
            if stem in self._numbers
        }

    def pieces(self, pieces: Iterable[str]) -> Mapping[str, Sequence[str]]:
        lists = self._lists
        if lists is None:
            known = sorted(
                self._vocabulary.items(), key=lambda each: (-len(self._numbers[each[1][0]]), each[0])
            )
            lists = self._lists = listed_by_piece(word for word, _stems in known)
        return {piece: lists[piece] for piece in pieces if piece in lists}

    def kept(self, numbers: Collection[int]) -> Mapping[int, Kept]:
        return {number: self._kept[number] for number in numbers}

    def members(self, stem: str) -> Members:
        raise LookupError(f"{stem} is complete")

    def weights(self, numbers: Collection[int]) -> Mapping[int, Mapping[str, int]]:
        raise LookupError("every term is complete")
