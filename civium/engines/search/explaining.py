"""Why a document is among the results, and where in a text the words stand that answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from .schema import FIELD_WEIGHTS, Reason
from .understanding import Asked
from .words import split_words, stems


class Piece(NamedTuple):
    """A stretch of a text; ``is_match`` when it answers the query."""

    text: str
    is_match: bool


def reasons(fields: Mapping[str, str], asked: Sequence[Asked], language: str) -> tuple[Reason, ...]:
    """For each word of the query that a document answers: its best answer, in the heaviest field that has it."""
    names = sorted(fields, key=lambda each: -FIELD_WEIGHTS[each])
    standing: dict[str, dict[str, str]] = {}
    found: dict[Reason, None] = {}
    for each in asked:
        reason = _reason(each, names, fields, standing, language)
        if reason:
            found[reason] = None
    return tuple(found)


def _reason(
    asked: Asked,
    names: Sequence[str],
    fields: Mapping[str, str],
    standing: dict[str, dict[str, str]],
    language: str,
) -> Reason | None:
    for option in asked.options:
        for name in names:
            if name not in standing:
                standing[name] = _standing_in(fields[name], language)
            if option.stem in standing[name]:
                return Reason(name, standing[name][option.stem], asked.typed, option.how)
    return None


def _standing_in(text: str, language: str) -> dict[str, str]:
    """The stems of a text, each with its first word as it is written, in small letters."""
    standing: dict[str, str] = {}
    for word in split_words(text):
        for stem in stems(word, language):
            standing.setdefault(stem, word.lower())
    return standing


def mark(text: str, words: Collection[str], language: str) -> list[Piece]:
    """A text in pieces: those that are one of the words, in any inflection, and what stands between them."""
    wanted = {stem for word in words for stem in stems(word, language)}
    pieces: list[Piece] = []
    end = 0
    for word in split_words(text) if wanted else ():
        if wanted.isdisjoint(stems(word, language)):
            continue
        begin = text.find(word, end)
        if begin < 0:
            continue
        pieces += [Piece(text[end:begin], False)] if begin > end else []
        end = begin + len(word)
        pieces.append(Piece(text[begin:end], True))
    return [*pieces, Piece(text[end:], False)] if end < len(text) else pieces
