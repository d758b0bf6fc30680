"""References: random, short enough to read over the phone, with a check character.

Eight characters from an alphabet of 31 (no I, L, O, U or 1), the last one a check: seven random characters are
34.7 bits. The weighted sum modulo the prime 31 catches every single wrong character and every swap of neighbours. A reference
names a thing; it never gives access to it.
"""

from __future__ import annotations

import secrets

ALPHABET = "023456789ABCDEFGHJKMNPQRSTVWXYZ"
# Separators, and the marks that keep a reference left to right inside other text (UAX 9) and come along when it is copied.
_FORGIVEN = str.maketrans(
    {"O": "0", **dict.fromkeys("- \u00a0\u2010\u2011\u2013\u200e\u200f\u2060\u2066\u2067\u2068\u2069")}
)


def _check_character(body: str) -> str:
    total = sum((place + 1) * ALPHABET.index(character) for place, character in enumerate(body))
    return ALPHABET[-total % 31 * pow(8, -1, 31) % 31]


def new_reference() -> str:
    """A new reference as stored: eight characters, no separator."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(7))
    return body + _check_character(body)


def shown_reference(reference: str) -> str:
    """The reference as printed and read aloud: ``7K4M-92QX``."""
    return f"{reference[:4]}-{reference[4:]}"


def parse_reference(typed: str) -> str | None:
    """What somebody typed, as stored; None when it cannot be a reference (wrong length or check)."""
    cleaned = part_of_reference(typed)
    if len(cleaned) != 8:
        return None
    return cleaned if _check_character(cleaned[:7]) == cleaned[7] else None


def part_of_reference(typed: str) -> str:
    """What somebody typed of a reference, as stored; empty when it cannot be a part of one."""
    cleaned = typed.strip().upper().translate(_FORGIVEN)
    if len(cleaned) > 8 or any(character not in ALPHABET for character in cleaned):
        return ""
    return cleaned
