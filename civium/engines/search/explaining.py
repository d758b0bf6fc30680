"""Why a document is among the results, and where in a text the words stand that answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from .schema import FIELD_WEIGHTS, Reason
from .understanding import Asked
from .words import Answering, stems

_HEAVIEST_FIRST = sorted(FIELD_WEIGHTS, key=FIELD_WEIGHTS.__getitem__, reverse=True)


class Piece(NamedTuple):
    """A stretch of a text; ``is_match`` when it answers the query."""

    text: str
    is_match: bool


class Explainer:
    """Says of documents why they answer one query."""

    def __init__(self, asked: Sequence[Asked], language: str) -> None:
        self._asked = asked
        self._stems = frozenset(option.stem for each in asked for option in each.options)
        self._language = language

    def reasons(self, fields: Mapping[str, str]) -> tuple[Reason, ...]:
        """For each word of the query that the document answers: its best answer, in the heaviest field that has it."""
        return self._reasons(fields, answering(self._stems, self._language)) or self._reasons(
            fields, Answering(self._stems, self._language, every_word=True)
        )

    def _reasons(self, fields: Mapping[str, str], words: Answering) -> tuple[Reason, ...]:
        standing: dict[str, dict[str, str]] = {}
        found: dict[tuple[str, str], Reason] = {}
        for asked in self._asked:
            reason = _reason(asked, fields, words, standing)
            if reason:
                found.setdefault((reason.field, reason.word), reason)
        return tuple(found.values())


def _reason(
    asked: Asked, fields: Mapping[str, str], words: Answering, standing: dict[str, dict[str, str]]
) -> Reason | None:
    for option in asked.options:
        for name in _HEAVIEST_FIRST:
            if name not in standing:
                found = words.words_of(fields.get(name, ""))
                standing[name] = {stem: word.lower() for word, stem in reversed(found)}
            if option.stem in standing[name]:
                return Reason(name, standing[name][option.stem], asked.typed, option.how)
    return None


@lru_cache(maxsize=16)
def answering(wanted: frozenset[str], language: str) -> Answering:
    """What finds these stems in texts; kept, because the texts of a page are all asked for the same."""
    return Answering(wanted, language)


def mark(text: str, words: Collection[str], language: str) -> list[Piece]:
    """A text in pieces: those that are one of the words, in any inflection, and what stands between them."""
    wanted = frozenset(stem for word in words for stem in stems(word, language))
    pieces: list[Piece] = []
    end = 0
    for word, _stem in answering(wanted, language).words_of(text):
        begin = text.find(word, end)
        if begin < 0:
            continue
        if begin > end:
            pieces.append(Piece(text[end:begin], False))
        end = begin + len(word)
        pieces.append(Piece(text[begin:end], True))
    if end < len(text):
        pieces.append(Piece(text[end:], False))
    return pieces
