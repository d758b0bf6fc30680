"""The root key as a file outside the data folder: 32 random bytes as base64, readable by the service's account only."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from ..envelope import KEY_BYTES, new_key, unwrap, wrap
from .root_key import COMING, PRESENT, RootKeyMissing


class RootKeyFiles:
    """The root keys in a folder, each a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def where(self, name: str) -> str:
        return str(self._folder / name)

    def has(self, name: str) -> bool:
        return (self._folder / name).exists()

    def read(self, name: str) -> RootKeyFile:
        return read_root_key(self._folder / name)

    def make(self, name: str) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.has(name):
            write_secret_file(self._folder / name, base64.b64encode(new_key()) + b"\n")

    def succeed(self, *, kept_as: str) -> None:
        if not self.has(kept_as):
            os.link(self._folder / PRESENT, self._folder / kept_as)
        os.replace(self._folder / COMING, self._folder / PRESENT)


@dataclass(frozen=True)
class RootKeyFile:
    """A root key read from a file. It only ever wraps and unwraps, as a key that cannot leave its hardware would."""

    key: bytes = field(repr=False)

    @property
    def id(self) -> UUID:
        """Which root key this is, without telling anything about it."""
        return UUID(bytes=hmac.digest(self.key, b"civium root key id", hashlib.sha256)[:16])

    def wrap(self, key: bytes, *, place: str) -> bytes:
        """The key encrypted by the root key, for its place in the key table."""
        return wrap(key, under=self.key, place=place)

    def unwrap(self, wrapped: bytes, *, place: str) -> bytes:
        """The key that this root key wrapped for this place. Raises SealBroken for any other."""
        return unwrap(wrapped, under=self.key, place=place)


def read_root_key(path: Path) -> RootKeyFile:
    """The root key in the file. Raises RootKeyMissing when there is none or it is not one."""
    try:
        key = base64.b64decode(path.read_bytes().strip(), validate=True)
    except FileNotFoundError:
        raise RootKeyMissing(
            f"There is no root key at {path}. If this is a new installation, make one with "
            "`civium keys make` and keep a copy in a safe place, away from the backups of the data. If the town "
            "already has data, put its root key back from that copy: a new one opens nothing."
        ) from None
    except PermissionError:
        raise RootKeyMissing(
            f"The root key at {path} cannot be read: it must belong to the account that runs Civium (chmod 600)."
        ) from None
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise RootKeyMissing(
            f"The file {path} is not a root key: it must hold {KEY_BYTES} random bytes as base64 (44 characters). "
            "Put the town's root key back from its copy."
        )
    return RootKeyFile(key)


def write_secret_file(path: Path, content: bytes) -> None:
    """Write a file that only this account can read, whole or not at all. Refuses (FileExistsError) to replace one."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)
    finally:
        part.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
