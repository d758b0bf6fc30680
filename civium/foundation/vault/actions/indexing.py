"""Blind indexes: find a sealed value by itself, without the index telling what it is."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

from ..key_ring import open_purpose_key
from .keys import INDEX, present_purpose_key


def normalised(value: str) -> str:
    """The value as the index compares it: Unicode NFKC, without case, without spaces around it."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", value).casefold()).strip()


def blind_index(value: str, *, purpose: str) -> bytes:
    """32 bytes that are the same for the same value and purpose: HMAC-SHA256 under a key of the purpose's own.

    The purpose names the column (``"people:phone"``), so that equal values in two columns cannot be joined. For values
    that are unique and hard to guess; never for yes-or-no or other small domains, where counting tells the value.
    """
    root = open_purpose_key(present_purpose_key(INDEX))
    key = hmac.digest(root, b"civium blind index\x00" + purpose.encode(), hashlib.sha256)
    return hmac.digest(key, normalised(value).encode("utf-8", "surrogatepass"), hashlib.sha256)
