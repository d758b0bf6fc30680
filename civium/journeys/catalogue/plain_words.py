"""Whether a service's words are easy to read: sentences that nobody has to read twice, in any language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from .marked_yaml import Place

# GOV.UK's content design: nobody understands much of a sentence that is longer.
LONGEST_SENTENCE: Final = 25
_BETWEEN_SENTENCES: Final = re.compile(r"(?<=[.!?؟…:;؛])[\"”»)]*\s+|\n\s*\n|\n\s*(?:[-*]|\d+\.)\s")
_WORD: Final = re.compile(r"[^\W_][\w'’.,:-]*")
_BEGINNING = 6


class Sentence(NamedTuple):
    """Words that are read at one go. ``words`` counts them."""

    place: Place
    begins: str
    words: int


def find_long_sentences(texts: Any) -> Iterator[Sentence]:
    """Those of a file of texts, each with its place in it. Words for the search are no sentences."""
    for place, text in _texts(texts, ()):
        for sentence in sentences(text):
            if len(sentence) > LONGEST_SENTENCE:
                yield Sentence(place, " ".join(sentence[:_BEGINNING]), len(sentence))


def sentences(text: str) -> Iterator[list[str]]:
    """The words of each sentence: a line of a list is one of its own, a filled-in name (``((day))``) is one word."""
    for said in _BETWEEN_SENTENCES.split(text):
        if words := _WORD.findall(said):
            yield words


def _texts(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name != "keywords":
                yield from _texts(inner, (*place, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, (*place, number))
