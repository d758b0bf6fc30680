"""How heavy each word of a document is: by the field it stands in, and in a title by how much else the title says."""

from __future__ import annotations

from collections.abc import Mapping

from .schema import FIELD_WEIGHTS, LONGEST_FIELD, Document
from .words import split_words, stems

# A title of this many characters is neither short nor long. A word is the larger part of what a short title says.
_USUAL_TITLE = 40
_TITLE_LENGTH_COUNTS = 0.75  # the b of BM25

# Weights are kept as one byte.
_STEPS = 10
HEAVIEST = 255


class Vocabulary(dict[str, tuple[str, ...]]):
    """The words of documents in one language as they are written, in small letters, each stemmed once."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, word: str) -> tuple[str, ...]:
        stemmed = self[word] = stems(word, self._language)
        return stemmed


def weigh(document: Document, vocabulary: Vocabulary) -> dict[str, int]:
    """The stems of a document, each with the weight, 1 to 255, of the heaviest place it stands in."""
    weights: dict[str, int] = {}
    for name, text in _lightest_first(document.fields):
        weight = _weight(name, text)
        for word in split_words(text[:LONGEST_FIELD].lower()):
            for stem in vocabulary[word]:
                weights[stem] = weight
    return weights


def _lightest_first(fields: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(fields.items(), key=lambda each: FIELD_WEIGHTS[each[0]])


def _weight(name: str, text: str) -> int:
    weight = FIELD_WEIGHTS[name]
    if name == "title":
        weight /= 1 - _TITLE_LENGTH_COUNTS + _TITLE_LENGTH_COUNTS * len(text) / _USUAL_TITLE
    return max(1, min(HEAVIEST, round(weight * _STEPS)))
