"""Documents to search: made words, as unevenly used as the words of a language are, the same in every run."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate

from civium.engines.search.schema import Document

VOCABULARY = 100_000
WORDS_IN_TITLE, WORDS_IN_SUMMARY, WORDS_IN_ALL = 5, 17, 25
_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]


@lru_cache(maxsize=1)
def vocabulary() -> list[str]:
    """All words, the commonest first."""
    chance = random.Random(7)
    seen: dict[str, None] = {}
    while len(seen) < VOCABULARY:
        seen["".join(chance.choices(_SYLLABLES, k=chance.choice((2, 3, 3, 4))))] = None
    return list(seen)


def documents(count: int) -> Iterator[Document]:
    """So many documents: a word's share falls with its rank, as Zipf found."""
    chance, words = random.Random(11), vocabulary()
    shares = list(accumulate(1 / (rank + 2.7) for rank in range(VOCABULARY)))
    for number in range(count):
        said = chance.choices(words, cum_weights=shares, k=WORDS_IN_ALL)
        title = " ".join(said[:WORDS_IN_TITLE]).capitalize()
        yield Document(
            id=str(number),
            language="en",
            fields={
                "title": title,
                "summary": " ".join(said[WORDS_IN_TITLE:17]),
                "body": " ".join(said[17:]),
            },
            address=f"/documents/{number}/",
        )
