"""What people type, made fit to keep: characters that nobody means to send, digits of every script, numbers as written."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from babel import UnknownLocaleError
from babel.numbers import get_decimal_symbol, get_group_symbol

# Direction marks and overrides, joiners of words, byte order marks, soft hyphens: invisible, and good for spoofing.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_JOINERS = re.compile("[\u200c\u200d]")
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e0fff]"
)
_SPACES = re.compile(r"\s+")


LONGEST_LINE = 1000
LONGEST_PILE = 8


def clean_line(text: str, longest: int = LONGEST_LINE) -> str:
    """One line: without controls, invisible characters and lone surrogates; spaces single; composed (NFC); cut at ``longest``."""
    # Once more: two spaces may have had something invisible between them.
    visible = _SPACES.sub(" ", _visible(_SPACES.sub(" ", text)))
    return _composed(visible.strip()[:longest]).strip()


def clean_lines(text: str, longest: int) -> str:
    """Several lines, cleaned alike; line ends are ``\n``, at most one empty line in a row; cut at ``longest``."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").replace("\u2028", "\n")
    text = _composed(_visible(text).strip()[:longest])
    # No pattern for the spaces: one that begins anew at every space takes time by the square of their number.
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip(" \u00a0") for line in text.split("\n"))).strip()


def _visible(text: str) -> str:
    """The text without controls and invisible characters. Plain English has none, and is asked at once instead of letter by letter."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return _INVISIBLE.sub("", _CONTROLS.sub("", text))


def _composed(text: str) -> str:
    """NFC, with at most eight marks piled on one letter: more is never a word, and costs time without end."""
    if text.isascii():
        return text
    kept: list[str] = []
    pile = 0
    for character in text:
        pile = pile + 1 if unicodedata.combining(character) else 0
        if pile <= LONGEST_PILE:
            kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


def clean_code(text: str) -> str:
    """An e-mail address, a number or a phone number: as a line, in compatible characters (NFKC), digits from 0 to 9, no joiners."""
    return plain_digits(unicodedata.normalize("NFKC", _JOINERS.sub("", clean_line(text))))


def plain_digits(text: str) -> str:
    """The same text with the digits of any script (Arabic, Devanagari, full width) as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def count_characters(text: str) -> int:
    """How many characters a reader sees: marks on a letter and joiners are not counted."""
    if text.isascii():
        return len(text)
    return sum(not unicodedata.category(c).startswith("M") and c not in "\u200c\u200d" for c in text)


@lru_cache(maxsize=64)
def _separators(language: str) -> tuple[str, str]:
    """(decimal, group) as ASCII: Arabic's own signs are turned into ``.`` and ``,`` before."""
    try:
        decimal, group = get_decimal_symbol(language), get_group_symbol(language)
    except (UnknownLocaleError, ValueError):
        return ".", ","
    return (",", ".") if decimal == "," or group == "." else (".", ",")


_NUMBER = re.compile(r"([+-]?)([0-9][0-9.,]*|[.,][0-9]+)")
_SIGNS = str.maketrans({"٫": ".", "٬": ",", "،": ",", "−": "-", "–": "-", "'": None, "’": None, "_": None})
LONGEST_NUMBER = 40


def parse_number(text: str, language: str) -> Decimal | None:
    """The number that somebody wrote, or None.

    Takes digits of any script, spaces and the language's signs: ``1.234,50`` in Spanish, ``1,234.50`` in English. A sign that
    cannot be grouping is the decimal sign, so ``1234.5`` is read in Spanish too; ``1.234`` there is one thousand.
    """
    if "٫" in text and "." not in text:
        text = text.replace("٬", "").replace("،", "")
    text = _SPACES.sub("", clean_code(text.translate(_SIGNS)))
    if len(text) > LONGEST_NUMBER or not (match := _NUMBER.fullmatch(text)):
        return None
    sign, digits = match.groups()
    plain = _plain(digits, language)
    return Decimal(sign + plain) if plain else None


def _plain(digits: str, language: str) -> str | None:
    """Digits with ``.`` as the only sign, or None when the signs contradict one another."""
    decimal, group = _separators(language)
    signs = [c for c in digits if c in ".,"]
    if len(set(signs)) == 2:
        decimal = signs[-1]
        group = "," if decimal == "." else "."
    elif len(signs) == 1 and signs[0] == group and not _is_grouped(digits, group):
        decimal, group = group, decimal
    elif len(signs) > 1:
        decimal, group = ("," if signs[0] == "." else "."), signs[0]
    whole, _, fraction = digits.partition(decimal)
    if decimal in fraction or group in fraction or (group in whole and not _is_grouped(whole, group)):
        return None
    return f"{whole.replace(group, '') or '0'}.{fraction or '0'}"


def _is_grouped(digits: str, group: str) -> bool:
    first, *rest = digits.split(group)
    return 1 <= len(first) <= 3 and all(len(part) in {2, 3} for part in rest) and len(rest[-1]) == 3
