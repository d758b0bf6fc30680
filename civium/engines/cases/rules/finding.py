"""The words by which a case is found: letters and digits without case, accents and other marks."""

from __future__ import annotations

import re
import unicodedata

# In bytes of UTF-8.
LONGEST_WORD = 48
# A line for lists has at most 200 characters; nobody searches for its twenty-first word.
MOST_WORDS = 20
_LETTERS = re.compile(r"\w+")


def fold(text: str) -> list[str]:
    """The words of a text in the order written, folded so that *Peña*, *pena* and *PEÑA* are one word."""
    plain = unicodedata.normalize("NFKD", text.replace("\x00", " ")).casefold()
    bare = "".join(mark for mark in plain if not unicodedata.combining(mark)).replace("_", " ")
    return _LETTERS.findall(bare)


def as_stored(word: str) -> bytes:
    """A folded word as it is kept: UTF-8, cut at a character where it is too long."""
    return word.encode()[:LONGEST_WORD].decode(errors="ignore").encode()


def words_to_find(reference: str, about: str) -> list[bytes]:
    """Everything by which the case with this reference and line for lists is found, each once."""
    return list(dict.fromkeys(as_stored(word) for word in [reference.lower(), *fold(about)[:MOST_WORDS]]))


def beyond(start: bytes) -> bytes:
    """The first bytes after everything that begins so. UTF-8 never has a byte 0xFF, so there always are some."""
    return start[:-1] + bytes([start[-1] + 1])
