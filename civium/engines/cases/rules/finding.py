"""The words by which a case is found: letters and digits without case, accents and other marks; and how they begin.

What is kept of a word is a blind index of each of its beginnings, so that neither the words nor their order lie in the table. A
beginning of one or two letters would only say how often letters are used, so it finds nothing, except a word that is as short.
"""

from __future__ import annotations

import re
import unicodedata

from civium.foundation.kit.references import part_of_reference

# In letters. What is longer is found by its first sixteen.
SHORTEST_BEGINNING, LONGEST_BEGINNING = 3, 16
# A line for lists has at most 200 characters; nobody searches for its twenty-first word, nor for the ninth of a name.
MOST_WORDS, MOST_WORDS_OF_NAME = 20, 8
_LETTERS = re.compile(r"\w+")
# Letters that Unicode does not take apart, as people type them who have none on their keyboard.
_PLAINER = str.maketrans(
    {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "þ": "th", "æ": "ae", "œ": "oe"}
)


def fold(text: str) -> list[str]:
    """The words of a text in the order written, folded so that *Peña*, *pena* and *PEÑA* are one word, as *Yılmaz* and *yilmaz* are."""
    return [word.translate(_PLAINER) for word in _without_marks(text)]


def _without_marks(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.replace("\x00", " ")).casefold()
    bare = "".join(mark for mark in plain if not unicodedata.combining(mark)).replace("_", " ")
    return _LETTERS.findall(bare)


def beginnings(word: str) -> list[str]:
    """How a folded word can begin as somebody types it, the shortest first."""
    longest = min(len(word), LONGEST_BEGINNING)
    return [word[:letters] for letters in range(min(SHORTEST_BEGINNING, longest), longest + 1)]


def as_typed(text: str) -> list[tuple[str, ...]]:
    """The beginnings that somebody asks for by typing the text, each once: as they are kept, and, where that is another thing, as they were
    kept before letters such as ``ı`` were folded."""
    words = [word.translate(_PLAINER)[:LONGEST_BEGINNING] for word in _without_marks(text)]
    before = [word[:LONGEST_BEGINNING] for word in _without_marks(text)]
    return [tuple(dict.fromkeys(ways)) for ways in dict.fromkeys(zip(words, before, strict=True))]


def start_of_reference(text: str) -> str:
    """The beginning of a reference as the index has it, where the text is nothing else: ``7k4m92`` of ``7K4M-92``. Empty where it cannot
    be one, or is a word by which it would be found anyway."""
    start = part_of_reference(text).lower()
    return start if len(start) >= SHORTEST_BEGINNING and as_typed(text) != [(start,)] else ""


def words_to_find(reference: str, about: str, name: str = "") -> list[str]:
    """Everything by which the case with this reference, line for lists and applicant's name is found, each once."""
    words = [reference.lower(), *fold(about)[:MOST_WORDS], *fold(name)[:MOST_WORDS_OF_NAME]]
    return list(dict.fromkeys(start for word in words for start in beginnings(word)))
