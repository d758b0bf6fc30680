"""From what somebody typed to the stems that answer it, each with how well and in which way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log, sqrt
from typing import NamedTuple

from .schema import LONGEST_QUERY, How
from .shelves import Shelf, Term
from .spelling import Alike, Lookalikes, beginning_piece, halves, pieces_of, words_beginning_with
from .synonyms import synonyms_in
from .words import fold, is_empty, split_words, stems

MOST_WORDS = 24

# How well a word of the vocabulary answers a typed one, beside 1.0 for a word of the same stem.
_SYNONYM = 0.55
_BEGINNING = 0.6
_BEGINNING_AS_TYPED = 0.9
_SIMILAR = 0.7
_SIMILAR_TO_KNOWN = 0.3  # beside documents that have the very word
_MISTYPED = 0.6

_UNKNOWN = 0.5  # how much of a query a word is that nobody knows


class Option(NamedTuple):
    """A stem that answers a word. ``worth`` is how well it answers times how rare it is; ``shown`` is how it reads."""

    stem: str
    worth: float
    how: How
    shown: str


@dataclass
class Asked:
    """One telling word of a query. ``most`` is the worth of its best answer, or what one would have been worth."""

    typed: str
    options: list[Option] = field(default_factory=list)
    most: float = 0.0


@dataclass
class Understood:
    """A query: its telling words, the stems' terms, and the query respelled (the same when every word is known)."""

    words: Sequence[str]
    asked: list[Asked]
    terms: Mapping[str, Term]
    respelled: str
    near_words: tuple[str, ...]


class _Candidate(NamedTuple):
    quality: float
    how: How
    shown: str


class _Reading:
    """Reads one query against one shelf."""

    def __init__(self, query: str, shelf: Shelf, *, as_typed: bool, only_known: bool) -> None:
        self.shelf, self.language = shelf, shelf.language
        self.words = split_words(query[:LONGEST_QUERY])[:MOST_WORDS]
        self.telling = self._telling()
        self.terms: dict[str, Term] = {}
        self.candidates: dict[int, dict[str, _Candidate]] = {at: {} for at in self.telling}
        self.only_known = only_known
        self.ends_open = as_typed and not query[-1:].isspace()
        self.respelled = query
        self.near: list[str] = []

    def _telling(self) -> list[int]:
        """The places of words that say something, each word once; of all words when none does."""
        first: dict[str, int] = {}
        for at, word in enumerate(self.words):
            first.setdefault(fold(word), at)
        telling = [at for at in first.values() if not is_empty(self.words[at], self.language)]
        return telling or list(first.values())

    def read(self) -> Understood:
        self._look_up_themselves_and_synonyms()
        if not self.only_known:
            self._look_up_what_looks_alike()
        asked = [self._asked(at) for at in self.telling]
        return Understood(self.words, asked, self.terms, self.respelled, tuple(dict.fromkeys(self.near)))

    def _look_up_themselves_and_synonyms(self) -> None:
        synonyms = [] if self.only_known else list(synonyms_in(self.words, self.language))
        wanted = {stem for at in self.telling for stem in stems(self.words[at], self.language)}
        self._fetch(wanted.union(*(each.stems for each in synonyms)))
        for at in self.telling:
            for stem in stems(self.words[at], self.language):
                self._offer(at, stem, 1.0, How.SAME, self.words[at])
        for each in synonyms:
            if all(stem in self.terms for stem in each.stems):
                for at in range(each.begin, each.end):
                    for stem in each.stems:
                        self._offer(at, stem, _SYNONYM / sqrt(len(each.stems)), How.SYNONYM, each.shown)

    def _look_up_what_looks_alike(self) -> None:
        wanting = {at: fold(self.words[at]) for at in self.telling if self._wants_others(at)}
        if not wanting:
            return
        pieces = {piece for plain in wanting.values() for piece in pieces_of(plain)}
        lists = self.shelf.pieces(pieces.union(map(beginning_piece, wanting.values())))
        alike = {at: self._alike(at, plain, lists) for at, plain in wanting.items()}
        self._fetch(
            {
                stem
                for found in alike.values()
                for each, *_ in found
                for stem in stems(each.plain, self.language)
            }
        )
        for at, found in alike.items():
            for each, quality, how in found:
                for stem in stems(each.plain, self.language):
                    self._offer(at, stem, quality, how, each.shown)

    def _wants_others(self, at: int) -> bool:
        if self.ends_open and at == len(self.words) - 1:
            return True
        known = [self.terms[stem].documents for stem in self.candidates[at] if stem in self.terms]
        return sum(known) < self.shelf.enough

    def _alike(
        self, at: int, plain: str, lists: Mapping[str, Sequence[str]]
    ) -> list[tuple[Alike, float, How]]:
        lookalikes = Lookalikes(plain, lists)
        is_last = self.ends_open and at == len(self.words) - 1
        weight = _BEGINNING_AS_TYPED if is_last else _BEGINNING
        beginnings = words_beginning_with(plain, lists)
        found = [(each, weight * (0.5 + 0.5 * each.likeness), How.BEGINNING) for each in beginnings]
        similar = _SIMILAR_TO_KNOWN if self.candidates[at] else _SIMILAR
        found += [(each, similar * each.likeness, How.SIMILAR) for each in lookalikes.similar()]
        if not self.candidates[at] and not beginnings:
            self.near += lookalikes.near()
            meant = lookalikes.meant()
            found += [(each, _MISTYPED * sqrt(each.likeness), How.SPELLING) for each in meant]
            self._respell(at, meant)
        return found

    def _respell(self, at: int, meant: Sequence[Alike]) -> None:
        """Write what was probably meant in the place of a word that nobody knows."""
        better = meant[0].shown if meant else self._parted(at)
        if better:
            self.respelled = self.respelled.replace(self.words[at], better, 1)

    def _parted(self, at: int) -> str:
        """The two known words that a word is made of, and they answer it; empty when there are none."""
        ways = halves(self.words[at])
        stemmed = {half: stems(half, self.language)[0] for way in ways for half in way}
        self._fetch(stemmed.values())
        known = [way for way in ways if all(stemmed[half] in self.terms for half in way)]
        if not known:
            return ""
        best = max(known, key=lambda way: min(self.terms[stemmed[half]].documents for half in way))
        for half in best:
            self._offer(at, stemmed[half], _MISTYPED, How.SPELLING, half)
        return " ".join(best)

    def _fetch(self, wanted: Iterable[str]) -> None:
        missing = {stem for stem in wanted if stem not in self.terms}
        if missing:
            self.terms.update(self.shelf.terms(missing))

    def _offer(self, at: int, stem: str, quality: float, how: How, shown: str) -> None:
        known = self.candidates.get(at)
        if known is not None and stem in self.terms and (stem not in known or known[stem].quality < quality):
            known[stem] = _Candidate(quality, how, shown)

    def _asked(self, at: int) -> Asked:
        """A rare word that only looks like a common one is no better an answer for being rare: hence the mean."""
        candidates = self.candidates[at]
        if not candidates:
            return Asked(self.words[at], most=_UNKNOWN)
        rarity = {stem: self._rarity(stem) for stem in candidates}
        own = [rarity[stem] for stem, each in candidates.items() if each.how is How.SAME]
        if own:
            rarity = {
                stem: min(own) if candidates[stem].how is How.SAME else sqrt(rare * min(own))
                for stem, rare in rarity.items()
            }
        options = [
            Option(stem, each.quality * rarity[stem], each.how, each.shown)
            for stem, each in candidates.items()
        ]
        options.sort(key=lambda option: -option.worth)
        return Asked(self.words[at], options, max(rarity.values()))

    def _rarity(self, stem: str) -> float:
        """Near 0 for what every document has, 1 for what one has: the same measure in a small collection as in a large."""
        total = max(1, self.shelf.count())
        return log(1 + total / max(1, self.terms[stem].documents)) / log(1 + total)


def understand(query: str, shelf: Shelf, *, as_typed: bool = False, only_known: bool = False) -> Understood:
    """Read a query as far as a shelf knows its words. ``as_typed``: its last word may be going on.

    ``only_known``: words that only look like it, or mean the same, do not count.
    """
    return _Reading(query, shelf, as_typed=as_typed, only_known=only_known).read()
