"""Sealed details: what entries say about people beyond codes, under those people's keys, so that it can be forgotten.

The leaf of the entry holds two hashes: of the salted words, and of the blob as it lies sealed. The salt is sealed with the
words: when the key is destroyed, or the row gone, nothing is left by which a guess could be tried, and the tree still stands.
The vault stands above the journal, so it declares itself here.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from civium.foundation.journal.standalone.verify_record import sealed_hash


class DetailTampered(Exception):
    """The detail is not the one that was recorded."""


class DetailErased(Exception):
    """The key that sealed the detail was destroyed."""


@dataclass(frozen=True)
class PersonalDetail:
    """Words about one person. ``owner``: whose key seals them (``person:<uuid>``); ``words``: text, numbers, lists, by name."""

    owner: str
    words: Mapping[str, Any]


class SealedDetail(NamedTuple):
    """A detail as it is stored; ``commitment`` is what the entry holds of it."""

    owner: str
    blob: bytes
    commitment: bytes


@dataclass(frozen=True)
class Sealer:
    """``seal(value, under=, at=)`` gives bytes, ``open(bytes, under=, at=)`` the value; it raises DetailErased when the key is gone."""

    seal: Callable[..., bytes]
    open: Callable[..., Any]


_sealers: list[Sealer] = []


def use_sealer(sealer: Sealer) -> None:
    """Have details sealed by this. The vault calls it once."""
    _sealers[:] = [sealer]


def seal_detail(detail: PersonalDetail) -> SealedDetail:
    """The detail sealed, with its commitment. Refuses (TypeError) words that JSON does not know, and a forgotten owner."""
    place, salt = secrets.token_hex(16), secrets.token_hex(32)
    written = json.dumps(dict(detail.words), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    blob = _sealers[0].seal({"salt": salt, "words": written}, under=detail.owner, at=_place(place))
    blob = bytes.fromhex(place) + blob
    return SealedDetail(detail.owner, blob, _words_hash(salt, written) + sealed_hash(detail.owner, blob))


def open_detail(owner: str, blob: bytes, commitment: bytes) -> dict[str, Any]:
    """The words of a detail. Raises DetailErased, or DetailTampered when it is not what the entry commits to."""
    if sealed_hash(owner, blob) != commitment[32:]:
        raise DetailTampered
    opened = _sealers[0].open(blob[16:], under=owner, at=_place(blob[:16].hex()))
    if _words_hash(opened["salt"], opened["words"]) != commitment[:32]:
        raise DetailTampered
    words: dict[str, Any] = json.loads(opened["words"])
    return words


def _words_hash(salt: str, written: str) -> bytes:
    return sha256(b"civium detail\n" + bytes.fromhex(salt) + written.encode()).digest()


def _place(place: str) -> str:
    return f"journal:detail:{place}"
