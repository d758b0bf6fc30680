"""Words that look alike: found by the pieces they share, without reading the whole vocabulary.

A word is listed under each three letters in a row, its beginning and end marked (``_do dog og_``), and under its letters in
order (``=dgo``), by which letters that changed places are found. A listed word is ``plain``, or ``plain|as written``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from .words import fold

SHORTEST_MISTYPED = 4
SIMILAR_FROM = 0.5  # Dice's coefficient of the pieces of two words
_BEGIN_ALIKE = 3
_LETTERS_AN_ERROR = 4  # who mistypes a word still writes most of it
_MOST_BEGINNINGS = 20
_MOST_SIMILAR = 12
_LONGEST = 40


class Alike(NamedTuple):
    """A word of the vocabulary, and how much (0 to 1) it is like the one that was typed."""

    plain: str
    shown: str
    likeness: float


def pieces_of(plain: str) -> list[str]:
    """The pieces that a folded word is listed under. Words with digits and very long ones are listed nowhere."""
    if len(plain) < 2 or len(plain) > _LONGEST or (not plain.isalpha() and any(c.isdigit() for c in plain)):
        return []
    marked = f"_{plain}_"
    pieces = {marked[i : i + 3] for i in range(len(plain))}
    if len(plain) >= SHORTEST_MISTYPED:
        pieces.add("=" + "".join(sorted(plain)))
    return sorted(pieces)


def listed(word: str) -> str:
    """How a word, in small letters, is written in the lists."""
    plain = fold(word)
    return plain if plain == word else f"{plain}|{word}"


def beginning_piece(plain: str) -> str:
    """The piece under which all words with this beginning are listed; empty when it is too short to mean anything."""
    return f"_{plain[:2]}" if len(plain) >= 2 else ""


def words_beginning_with(plain: str, lists: Mapping[str, Sequence[str]]) -> list[Alike]:
    """Words that go on after what was typed, the best known first."""
    found = [
        word
        for word in lists.get(beginning_piece(plain), ())
        if word.startswith(plain) and _plain(word) != plain
    ]
    return [
        Alike(_plain(word), _shown(word), len(plain) / len(_plain(word))) for word in found[:_MOST_BEGINNINGS]
    ]


class Lookalikes:
    """The words of a vocabulary that share pieces with a typed word."""

    def __init__(self, plain: str, lists: Mapping[str, Sequence[str]]) -> None:
        self._typed = plain
        self._shared: Counter[str] = Counter()
        for piece in pieces_of(plain):
            self._shared.update(lists.get(piece, ()))

    def similar(self) -> list[Alike]:
        """Words that begin alike and share much of their letters, most alike first: ``pensionable`` for ``pension``."""
        if len(self._typed) < SHORTEST_MISTYPED:
            return []
        return [
            each
            for each in self._by_likeness()
            if each.likeness >= SIMILAR_FROM and each.plain.startswith(self._typed[:_BEGIN_ALIKE])
        ][:_MOST_SIMILAR]

    def near(self, most: int = 5) -> list[str]:
        """Words that differ in a quarter of its letters at most, as written, the nearest first: something to offer when there is nothing
        else. None is better than what nobody means."""
        return [each.shown for each in self._within(len(self._typed) // _LETTERS_AN_ERROR)][:most]

    def meant(self) -> list[Alike]:
        """Words that were probably meant: one typing error away, or two in a long word."""
        if len(self._typed) < SHORTEST_MISTYPED:
            return []
        return self._within(1 if len(self._typed) < 7 else 2)[:5]

    def _within(self, errors: int) -> list[Alike]:
        """Words that so many typing errors make of it, the nearest first."""
        if not errors:
            return []
        from rapidfuzz import process  # only for words that are not there
        from rapidfuzz.distance import OSA

        words = list(self._shared)
        found = process.extract(
            self._typed, [_plain(word) for word in words], scorer=OSA.distance, score_cutoff=errors, limit=12
        )
        nearest = sorted(found, key=lambda each: (each[1], -self._shared[words[each[2]]]))
        return [Alike(plain, _shown(words[at]), 1 / max(1, errors)) for plain, errors, at in nearest]

    def _by_likeness(self) -> Iterator[Alike]:
        typed = len(self._typed)
        for word, shared in self._shared.most_common(40):
            plain = _plain(word)
            if plain != self._typed:
                yield Alike(plain, _shown(word), 2 * shared / (typed + len(plain)))


def _plain(word: str) -> str:
    return word.partition("|")[0]


def _shown(word: str) -> str:
    return word.rpartition("|")[2]


def listed_by_piece(words: Iterable[str]) -> dict[str, list[str]]:
    """The lists of a vocabulary, given as it is written, the best known first. Words that fold alike are listed once."""
    lists: dict[str, list[str]] = {}
    seen: set[str] = set()
    for word in words:
        plain = fold(word)
        if plain not in seen:
            seen.add(plain)
            for piece in pieces_of(plain):
                lists.setdefault(piece, []).append(listed(word))
    return lists


def halves(word: str) -> list[tuple[str, str]]:
    """The ways to part a word that may be two written together."""
    plain = fold(word)
    return [(plain[:i], plain[i:]) for i in range(3, len(plain) - 2)]
