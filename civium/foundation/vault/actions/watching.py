"""Who is told when something of a person's is opened. Nothing that a person's key seals opens while nobody watches.

The vault knows whose data it is by the keys themselves: an application's key is wrapped by its applicant's. What a reading
is, and what must be known of it, is the watch's business: see ``privacy``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from ..key_ring import forget_keys, is_seen_destroyed, mark_at_hand, mark_owners

__all__ = [
    "NobodyWatches",
    "Watch",
    "forget_keys",
    "is_seen_destroyed",
    "mark_at_hand",
    "mark_owners",
    "present_watch",
    "tell_the_watch",
    "watched_by",
]


class Watch(Protocol):
    """Whoever is told."""

    def opened(self, *, whose: str, under: str, at: str, mark: str) -> None:
        """Take note that something of ``whose`` (``person:<uuid>``) is about to be opened; raise when it must not be.

        ``mark``: what ``mark_owners`` finds about ``under``.
        """


class NobodyWatches(Exception):
    """A person's data was opened outside of any reading: a defect of the code that opens it, never the reader's mistake.

    The message carries no part of the value.
    """


_watch: ContextVar[Watch | None] = ContextVar("vault_watch", default=None)


@contextmanager
def watched_by(watch: Watch) -> Iterator[None]:
    """Have this watch, and no other, told of what is opened within."""
    before = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(before)


def present_watch() -> Watch | None:
    """Who is told now."""
    return _watch.get()


def tell_the_watch(*, whose: str, under: str, at: str, mark: str) -> None:
    """Tell who watches; what is nobody's own, such as a letter on its way, needs no watch. Raises NobodyWatches."""
    if not whose:
        return
    watch = _watch.get()
    if watch is None:
        raise NobodyWatches(
            f"{at} was opened and nobody watches: requests and jobs are watched by themselves; "
            "anything else goes inside `with readings(...)` of privacy.actions.watch_readings"
        )
    watch.opened(whose=whose, under=under, at=at, mark=mark)
