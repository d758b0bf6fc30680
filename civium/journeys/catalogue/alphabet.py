"""A to Z as the reader's language has it: in which order titles stand, and under which letter. Pure.

The order is that of the Unicode Collation Algorithm as far as titles need it: spaces and signs, digits, then letters, the
reader's own script before the others; accents and case decide only between words that are equal without them. Where a
language counts a letter with a mark as one of its own (Spanish ñ), it stands after the plain one.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from django.utils.translation import get_language_info

DIGITS: Final = "0-9"
OTHER: Final = "#"

# Letters with a mark that their language's alphabet counts as letters, after the letter that each follows.
_OWN_LETTERS: Final = {
    "da": {"æ": "z1", "ø": "z2", "å": "z3"},
    "es": {"ñ": "n1"},
    "eu": {"ñ": "n1"},
    "fi": {"å": "z1", "ä": "z2", "ö": "z3"},
    "gl": {"ñ": "n1"},
    "nb": {"æ": "z1", "ø": "z2", "å": "z3"},
    "pl": {"ą": "a1", "ć": "c1", "ę": "e1", "ł": "l1", "ń": "n1", "ó": "o1", "ś": "s1", "ź": "z1", "ż": "z2"},
    "sv": {"å": "z1", "ä": "z2", "ö": "z3"},
    "tr": {"ç": "c1", "ğ": "g1", "ı": "h1", "ö": "o1", "ş": "s1", "ü": "u1"},
}
# Letters that Unicode does not take apart, and Arabic letters that are one letter in the alphabet.
_SAME: Final = {
    "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "ß": "ss", "þ": "th",
    "ٱ": "ا", "ک": "ك", "ی": "ي", "ـ": "", "ھ": "ه",
}  # fmt: skip
_MARKS: Final = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]")

Weight = tuple[int, str]
Key = tuple[tuple[Weight, ...], str, str]


def sort_key(text: str, language: str) -> Key:
    """What to sort a title by for readers of the language."""
    whole = unicodedata.normalize("NFC", text).casefold()
    return tuple(_weights(whole, language)), unicodedata.normalize("NFD", whole), text


def first_letter(text: str, language: str) -> str:
    """The letter that a title stands under: a capital, ``0-9``, or ``#`` when it has neither letter nor digit."""
    for char in unicodedata.normalize("NFC", text).casefold():
        if char.isdigit():
            return DIGITS
        if char.isalpha():
            if char in _OWN_LETTERS.get(language.partition("-")[0], ()):
                return "İ" if (language, char) == ("tr", "i") else char.upper()
            return (_plain(char) or char)[0].upper()
    return OTHER


def letter_key(letter: str, language: str) -> Key:
    """What to sort letters by: ``#``, digits, the reader's alphabet, other scripts."""
    return sort_key(letter, language)


def _weights(text: str, language: str) -> list[Weight]:
    own = _OWN_LETTERS.get(language.partition("-")[0], {})
    script = _script_of(language)
    weights: list[Weight] = []
    for char in text:
        if char in own:
            weights.append((3, own[char]))
        elif char.isalpha():
            weights += [(3 if _script(part) == script else 4, part) for part in _plain(char)]
        elif char.isdigit():
            weights.append((2, str(unicodedata.digit(char, 0))))
        elif char.isspace():
            weights.append((0, ""))
        elif not unicodedata.category(char).startswith(("M", "C")):
            weights.append((1, char))
    return weights


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    """A letter without its marks: one or more letters."""
    if char in _SAME:
        return _SAME[char]
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", char))
    return "".join(_SAME.get(part, part) for part in bare)


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]


@lru_cache(maxsize=64)
def _script_of(language: str) -> str:
    """The script that a language is written in: that of its own name for itself."""
    try:
        return _script(get_language_info(language)["name_local"][0].casefold())
    except KeyError:
        return "LATIN"
