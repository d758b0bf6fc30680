"""What a root key is, wherever it is kept: it wraps and unwraps the purpose keys, and nothing else is ever asked of it.

``CIVIUM_ROOT_KEY`` chooses where: ``file`` (the key folder), ``credential`` (systemd), ``pkcs11`` (hardware). In each place it has the same
three names: ``root-key``, ``root-key.next`` while one replaces the other, and ``root-key.<id>.old`` for old backups.
"""

from __future__ import annotations

from typing import Final, Protocol
from uuid import UUID

PRESENT: Final = "root-key"
COMING: Final = "root-key.next"


class RootKeyMissing(Exception):
    """There is no usable root key; the message says where it should be and what to do."""


class NotChangedHere(Exception):
    """The place is filled from outside; the message says what its keeper has to do."""


class RootKey(Protocol):
    """A root key. It may be one that cannot leave its hardware."""

    @property
    def id(self) -> UUID:
        """Which root key this is, without telling anything about it."""
        ...

    def wrap(self, key: bytes, *, place: str) -> bytes:
        """The key encrypted by the root key, for its place in the key table."""
        ...

    def unwrap(self, wrapped: bytes, *, place: str) -> bytes:
        """The key that this root key wrapped for this place. Raises SealBroken for any other."""
        ...


class RootKeys(Protocol):
    """A place where root keys are kept."""

    def where(self, name: str) -> str:
        """The place of the key of that name, in words for whoever has to look there."""
        ...

    def has(self, name: str) -> bool:
        """Whether there is a key of that name."""
        ...

    def read(self, name: str) -> RootKey:
        """The key of that name. Raises RootKeyMissing when there is none or it is not one."""
        ...

    def make(self, name: str) -> None:
        """Make a key of that name; never replaces one. Raises NotChangedHere where keys come from outside."""
        ...

    def succeed(self, *, kept_as: str) -> None:
        """Put the coming key in the place of the present one, which is kept under that name. May be called again after it was
        stopped in the middle. Raises NotChangedHere where keys come from outside."""
        ...


def kept_name(root: UUID) -> str:
    """The name under which a replaced root key is kept for old backups."""
    return f"{PRESENT}.{root}.old"
