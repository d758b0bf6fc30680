"""Words that people use for each other, per language, from ``synonyms/<language>.txt``.

A line is a group; commas part words or short phrases. ``a, b``: each finds the other. ``a > b``: a finds b, not the reverse.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from .words import is_empty, split_words, stems

FOLDER = Path(__file__).resolve().parent / "synonyms"
LONGEST_PHRASE = 4

Phrase = tuple[str, ...]


class Synonym(NamedTuple):
    """What words of a query may be called instead: they stand from ``begin`` to ``end``, its telling words have these ``stems``."""

    begin: int
    end: int
    stems: Phrase
    shown: str


@lru_cache(maxsize=8)
def _rules(language: str) -> Mapping[Phrase, Mapping[Phrase, str]]:
    path = FOLDER / f"{language}.txt"
    rules: dict[Phrase, dict[Phrase, str]] = defaultdict(dict)
    if not path.is_file():
        return rules
    for line in path.read_text(encoding="utf-8").splitlines():
        left, leads, right = line.partition("#")[0].partition(">")
        said = _phrases(left, language)
        meant = _phrases(right, language) if leads else said
        for phrase in said:
            rules[phrase].update({other: shown for other, shown in meant.items() if other != phrase})
    return rules


def _phrases(listed: str, language: str) -> dict[Phrase, str]:
    phrases = {_stemmed(split_words(said), language): said.strip() for said in listed.split(",")}
    phrases.pop((), None)
    return phrases


def _stemmed(words: Sequence[str], language: str) -> Phrase:
    return tuple(stems(word, language)[0] for word in words)


def synonyms_in(words: Sequence[str], language: str) -> Iterator[Synonym]:
    """What the words, or several beside each other, may be called instead."""
    rules = _rules(language.split("-")[0])
    if not rules:
        return
    stemmed = _stemmed(words, language)
    for begin in range(len(words)):
        for end in range(begin + 1, min(len(words), begin + LONGEST_PHRASE) + 1):
            for other, shown in rules.get(stemmed[begin:end], {}).items():
                yield Synonym(begin, end, _telling(shown, other, language), shown)


@lru_cache(maxsize=2048)
def _telling(shown: str, stemmed: Phrase, language: str) -> Phrase:
    """The stems of a phrase without "my" and "of"; all of them when there is nothing else."""
    words = split_words(shown)
    return (
        tuple(stem for stem, word in zip(stemmed, words, strict=True) if not is_empty(word, language))
        or stemmed
    )
