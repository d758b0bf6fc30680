"""Signed checkpoints of the tree: C2SP's tlog-checkpoint and signed-note, with Ed25519.

The one place outside the vault that uses cryptography: the vault stands above the journal and records in it. The key
is the file ``journal-signing-key`` in the key folder: 32 bytes in hexadecimal (RFC 8032's seed). The one that will follow it
waits in ``journal-signing-key.next``, published with the others before it signs. A site that changed its key lists the public
parts of the earlier ones in ``journal-earlier-keys``, one a line. The witnesses
that it asks are listed in ``journal-witnesses``, one a line: the public key, a space, and where the witness is reached.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from civium.foundation.journal.standalone import verify_record
from civium.foundation.journal.standalone.verify_record import (
    BY_A_WITNESS,
    BY_THE_RECORD,
    Key,
    NotSigned,
    Signed,
    read_key,
    signature_line,
)

KEY_FILE = "journal-signing-key"
NEXT_KEY_FILE = "journal-signing-key.next"
EARLIER_KEYS_FILE = "journal-earlier-keys"
WITNESSES_FILE = "journal-witnesses"


class SigningKeyMissing(Exception):
    """There is no key to sign or check the record with; ``civium keys make`` makes one on a new site."""


class CheckpointForged(Exception):
    """The text is no checkpoint signed by a key that this site trusts."""


@dataclass(frozen=True)
class SignedHead:
    """What a checkpoint states. ``ids``: what it commits to of the entries' ids; nothing in those from before that began."""

    size: int
    root: bytes
    at: datetime
    ids: bytes = b""


@dataclass(frozen=True)
class Witness:
    """Somebody who cosigns our checkpoints. ``address``: ``https://...``, ``http://...`` or ``unix:/path``."""

    key: Key
    address: str


def signing_key_path() -> Path:
    return Path(settings.CIVIUM_KEYS) / KEY_FILE


def next_signing_key_path() -> Path:
    """Where the key that signs next waits, when there is one."""
    return Path(settings.CIVIUM_KEYS) / NEXT_KEY_FILE


def earlier_keys_path() -> Path:
    """Where the public parts of the keys that signed before are listed, when there are any."""
    return Path(settings.CIVIUM_KEYS) / EARLIER_KEYS_FILE


def public_key_in(path: Path) -> Key:
    """The public part of the signing key in the file. Refuses with SigningKeyMissing."""
    return _key_of(_key_in(path).public_key().public_bytes_raw())


def sign_head(head: SignedHead) -> str:
    """The checkpoint as a signed note: origin, size, root, moment and the ids' commitment, then the signature line."""
    private = _key_in(signing_key_path())
    key = _key_of(private.public_key().public_bytes_raw())
    root = base64.b64encode(head.root).decode()
    body = f"{key.name}\n{head.size}\n{root}\nat {head.at.astimezone(UTC).isoformat()}\n"
    if head.ids:
        body += f"ids {base64.b64encode(head.ids).decode()}\n"
    return f"{body}\n{signature_line(key, private.sign(body.encode()))}"


def read_checkpoint(note: str) -> SignedHead:
    """What the note states, if a trusted key signed it. Refuses with CheckpointForged."""
    signed = read_signed(note)
    return SignedHead(size=signed.size, root=signed.root, at=signed.at, ids=signed.ids)


def read_signed(note: str) -> Signed:
    """The same, with the witnesses of ours who say so too. Refuses with CheckpointForged."""
    try:
        return verify_record.read_checkpoint(note, public_keys(), check=is_signed_by)
    except NotSigned as error:
        raise CheckpointForged from error


def is_signed_by(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the Ed25519 signature is by this key; the quick way."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_keys() -> list[Key]:
    """Every key by which our checkpoints are checked: the record's, today's first, and the witnesses'."""
    return [*map(_key_of, trusted_keys()), *(witness.key for witness in witnesses())]


def trusted_keys() -> list[bytes]:
    """The public keys that may have signed checkpoints, today's first, then the one that follows it, then the earlier ones.

    The one that follows is among them because processes of one site change over to it one after another.
    """
    earlier = earlier_keys_path()
    lines = earlier.read_text(encoding="ascii").split() if earlier.is_file() else []
    today = public_key_in(signing_key_path()).public
    coming = [public_key_in(next_signing_key_path()).public] if next_signing_key_path().exists() else []
    before = [read_key(line).public if "+" in line else bytes.fromhex(line) for line in lines]
    return list(dict.fromkeys([today, *coming, *before]))


def witnesses() -> list[Witness]:
    """Who is asked to cosign. Refuses with ValueError a line that is none."""
    path = Path(settings.CIVIUM_KEYS) / WITNESSES_FILE
    if not path.is_file():
        return []
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            key, _, address = line.strip().partition(" ")
            found.append(Witness(read_key(key), address.strip()))
            if found[-1].key.kind != BY_A_WITNESS:
                raise ValueError(f"{WITNESSES_FILE} has a key that is no witness's: {key[:60]}")
    return found


def _key_of(public: bytes) -> Key:
    """The key with the origin of its log as its name: one per key, the same on every port and host."""
    return Key(f"civium/journal/{sha256(public).hexdigest()[:16]}", BY_THE_RECORD, public)


def _key_in(path: Path) -> Ed25519PrivateKey:
    """The key in the file as it is now: a process that runs for weeks changes over when the file does."""
    try:
        found = path.stat()
    except FileNotFoundError:
        raise SigningKeyMissing(f"there is no {path}; `civium keys make` makes one on a new site") from None
    return _private_key(path, (found.st_ino, found.st_mtime_ns))


@lru_cache(maxsize=4)
def _private_key(path: Path, _as_of: tuple[int, int]) -> Ed25519PrivateKey:
    try:
        seed = bytes.fromhex(path.read_text(encoding="ascii"))
        return Ed25519PrivateKey.from_private_bytes(seed)
    except FileNotFoundError:
        raise SigningKeyMissing(f"there is no {path}; `civium keys make` makes one on a new site") from None
    except ValueError:
        raise SigningKeyMissing(f"{path} does not hold 32 bytes in hexadecimal") from None
