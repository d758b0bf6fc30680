"""Signed checkpoints of the tree: C2SP's tlog-checkpoint and signed-note, with Ed25519.

The one place outside the vault that uses cryptography: the vault stands above the journal and records in it. The key
is the file ``journal-signing-key`` in the key folder: 32 bytes in hexadecimal (RFC 8032's seed). A site that changed
its key lists the public parts of the earlier ones in ``journal-earlier-keys``, one a line in hexadecimal.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

KEY_FILE = "journal-signing-key"
EARLIER_KEYS_FILE = "journal-earlier-keys"
_ED25519 = b"\x01"


class SigningKeyMissing(Exception):
    """There is no key to sign or check the record with; ``civium keys make`` makes one on a new site."""


class CheckpointForged(Exception):
    """The text is no checkpoint signed by a key that this site trusts."""


@dataclass(frozen=True)
class SignedHead:
    """What a checkpoint states."""

    size: int
    root: bytes
    at: datetime


def signing_key_path() -> Path:
    return Path(settings.CIVIUM_KEYS) / KEY_FILE


def sign_head(head: SignedHead) -> str:
    """The checkpoint as a signed note: origin, size, root and moment, then the signature line."""
    key = _private_key(signing_key_path())
    public = key.public_key().public_bytes_raw()
    name = _name_of(public)
    root = base64.b64encode(head.root).decode()
    body = f"{name}\n{head.size}\n{root}\nat {head.at.astimezone(UTC).isoformat()}\n"
    signature = base64.b64encode(_key_id(name, public) + key.sign(body.encode())).decode()
    return f"{body}\n\N{EM DASH} {name} {signature}\n"


def read_checkpoint(note: str) -> SignedHead:
    """What the note states, if a trusted key signed it. Refuses with CheckpointForged."""
    try:
        body, signatures = note.split("\n\n", 1)
        body += "\n"
        name, size, root, moment = body.splitlines()
        _check_signature(name, body, signatures)
        at = datetime.fromisoformat(moment.removeprefix("at "))
        return SignedHead(size=int(size), root=base64.b64decode(root, validate=True), at=at)
    except (ValueError, binascii.Error, InvalidSignature) as error:
        raise CheckpointForged from error


def _check_signature(name: str, body: str, signatures: str) -> None:
    """Accept the note when one of its lines is a good signature by a trusted key; raise ValueError or worse."""
    for public in trusted_keys():
        if _name_of(public) != name:
            continue
        for line in signatures.splitlines():
            signature = base64.b64decode(line.removeprefix(f"\N{EM DASH} {name} "), validate=True)
            if signature[:4] == _key_id(name, public):
                Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], body.encode())
                return
    raise ValueError


def trusted_keys() -> list[bytes]:
    """The public keys that may have signed checkpoints, today's first."""
    earlier = Path(settings.CIVIUM_KEYS) / EARLIER_KEYS_FILE
    lines = earlier.read_text(encoding="ascii").split() if earlier.is_file() else []
    today = _private_key(signing_key_path()).public_key().public_bytes_raw()
    return [today, *(bytes.fromhex(line) for line in lines)]


def _name_of(public: bytes) -> str:
    """The origin of the log: one per key, the same on every port and host."""
    return f"civium/journal/{sha256(public).hexdigest()[:16]}"


def _key_id(name: str, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]


@lru_cache(maxsize=4)
def _private_key(path: Path) -> Ed25519PrivateKey:
    try:
        seed = bytes.fromhex(path.read_text(encoding="ascii"))
        return Ed25519PrivateKey.from_private_bytes(seed)
    except FileNotFoundError:
        raise SigningKeyMissing(f"there is no {path}; `civium keys make` makes one on a new site") from None
    except ValueError:
        raise SigningKeyMissing(f"{path} does not hold 32 bytes in hexadecimal") from None
