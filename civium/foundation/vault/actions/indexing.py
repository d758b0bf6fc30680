"""Blind indexes: find a sealed value by itself, without the index telling what it is.

While the key of the indexes is being replaced (`rotate_index_key`) rows carry indexes of two versions: what is written has the newest, and
what is looked for is looked for under both.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Iterable

from ..key_ring import open_purpose_key
from ..models import PurposeKey
from .keys import INDEX, present_purpose_key


def normalised(value: str) -> str:
    """The value as the index compares it: Unicode NFKC, without case, without spaces around it."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", value).casefold()).strip()


def blind_index(value: str, *, purpose: str) -> bytes:
    """32 bytes that are the same for the same value and purpose: HMAC-SHA256 under a key of the purpose's own.

    The purpose names the column (``"people:phone"``), so that equal values in two columns cannot be joined. For values
    that are unique and hard to guess; never for yes-or-no or other small domains, where counting tells the value.
    """
    return blind_indexes([value], purpose=purpose)[0]


def blind_indexes(values: Iterable[str], *, purpose: str) -> list[bytes]:
    """The blind index of each value, in their order, under the newest key: what to write."""
    key = _key_of(present_purpose_key(INDEX), purpose)
    return [_index(key, value) for value in values]


def possible_indexes(values: Iterable[str], *, purpose: str) -> list[list[bytes]]:
    """For each value its blind index under every key that rows may still carry, the newest first: what to look for."""
    (found,) = possible_indexes_for([purpose], values)
    return found


def possible_indexes_for(purposes: Iterable[str], values: Iterable[str]) -> list[list[list[bytes]]]:
    """The same for each of several purposes, in one statement."""
    in_use = list(PurposeKey.objects.filter(purpose=INDEX).order_by("-version"))
    versions, wanted = in_use or [present_purpose_key(INDEX)], list(values)
    return [
        [[_index(key, value) for key in keys] for value in wanted]
        for keys in ([_key_of(version, purpose) for version in versions] for purpose in purposes)
    ]


def _key_of(version: PurposeKey, purpose: str) -> bytes:
    root = open_purpose_key(version)
    return hmac.digest(root, b"civium blind index\x00" + purpose.encode(), hashlib.sha256)


def _index(key: bytes, value: str) -> bytes:
    return hmac.digest(key, normalised(value).encode("utf-8", "surrogatepass"), hashlib.sha256)
