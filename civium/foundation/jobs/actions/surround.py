"""What a room above has every attempt of a job run inside of: privacy sees to it there that what a job reads is on the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

# Each is told what runs (a job's or a reaction's name) and when, and is left before the transaction of the attempt ends.
Surrounding = Callable[[str, datetime], AbstractContextManager[object]]
_SURROUNDINGS: list[Surrounding] = []
_as_of: ContextVar[datetime | None] = ContextVar("jobs_as_of", default=None)


def surround_attempts(surrounding: Surrounding) -> None:
    """Have every attempt from now on run inside of it."""
    if surrounding not in _SURROUNDINGS:
        _SURROUNDINGS.append(surrounding)


@contextmanager
def happening(as_of: datetime | None) -> Iterator[None]:
    """Have what runs within happen at that moment of a story that is told afterwards; now, when there is none."""
    before = _as_of.set(as_of)
    try:
        yield
    finally:
        _as_of.reset(before)


@contextmanager
def surrounded(name: str) -> Iterator[None]:
    """Run one attempt inside of all of them."""
    with ExitStack() as stack:
        for surrounding in _SURROUNDINGS:
            stack.enter_context(surrounding(name, _as_of.get() or timezone.now()))
        yield
