"""What the words of cases are kept as: eight bytes of a blind index of each agency's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from civium.foundation.vault.actions.indexing import blind_indexes, possible_indexes_for

BYTES: Final = 8


def word_indexes(agency: str, words: Sequence[str]) -> list[bytes]:
    """What to keep of each of the words."""
    return [index[:BYTES] for index in blind_indexes(words, purpose=_purpose(agency))]


def possible_word_indexes(agencies: Sequence[str], words: Sequence[str]) -> dict[str, dict[str, list[bytes]]]:
    """What each of the words may be kept as, by agency and word: two things while the key of the indexes is being replaced."""
    found = possible_indexes_for(map(_purpose, agencies), words)
    return {
        agency: {
            word: [index[:BYTES] for index in indexes] for word, indexes in zip(words, of_words, strict=True)
        }
        for agency, of_words in zip(agencies, found, strict=True)
    }


def _purpose(agency: str) -> str:
    return f"cases:word:{agency}"
