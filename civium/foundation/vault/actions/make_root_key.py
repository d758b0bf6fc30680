"""Make the root key of a new installation."""

from __future__ import annotations

from ..adapters.root_key import PRESENT
from ..key_ring import root_keys


def make_root_key() -> str:
    """Make a root key unless there is one, where this site keeps them, and say where that is.

    Never replaces a key: the old one would open nothing any more. `rotate_root_key` is for that.
    """
    place = root_keys()
    place.make(PRESENT)
    return place.where(PRESENT)
