"""Make the root key of a new installation."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from ..envelope import new_key
from ..key_ring import root_key_path


def make_root_key() -> Path:
    """Write a new root key unless there is one, readable by this account only, and say where.

    Never replaces a key: the old one would open nothing any more. `rotate_root_key` is for that.
    """
    path = root_key_path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        write_secret_file(path, base64.b64encode(new_key()) + b"\n")
    return path


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
