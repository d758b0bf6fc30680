"""How heavy each word of a document is: by the field it stands in, and in a title by how much else the title says."""

from __future__ import annotations

from collections.abc import Mapping

from .schema import FIELD_WEIGHTS, LONGEST_FIELD, Document
from .words import fold, split_words, stems

# A title of this many characters is neither short nor long. A word is the larger part of what a short title says.
_USUAL_TITLE = 40
_TITLE_LENGTH_COUNTS = 0.75  # the b of BM25

# Weights are kept as one byte.
_STEPS = 10
HEAVIEST = 255


class Known(dict[str, tuple[str, tuple[str, ...]]]):
    """Words of one language with how they are folded and stemmed, each looked up once: for many documents in a row."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, word: str) -> tuple[str, tuple[str, ...]]:
        known = self[word] = (fold(word), stems(word, self._language))
        return known


def weigh(document: Document, known: Known | None = None) -> tuple[dict[str, int], dict[str, str]]:
    """What a document is found by, and what queries are completed and respelled with.

    The stems, each with the weight, 1 to 255, of the heaviest place it stands in; and the words, folded, as they are written.
    """
    weights: dict[str, int] = {}
    written: dict[str, str] = {}
    known = Known(document.language) if known is None else known
    for name, text in _lightest_first(document.fields):
        weight = _weight(name, text)
        for word in split_words(text[:LONGEST_FIELD].lower()):
            plain, stemmed = known[word]
            written[plain] = word
            for stem in stemmed:
                weights[stem] = weight
    return weights, written


def _lightest_first(fields: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(fields.items(), key=lambda each: FIELD_WEIGHTS[each[0]])


def _weight(name: str, text: str) -> int:
    weight = FIELD_WEIGHTS[name]
    if name == "title":
        weight /= 1 - _TITLE_LENGTH_COUNTS + _TITLE_LENGTH_COUNTS * len(text) / _USUAL_TITLE
    return max(1, min(HEAVIEST, round(weight * _STEPS)))
