"""Marks: the place where a page of a list begins, as an opaque text in its address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from civium.foundation.kit.refusals import NotFound

Value = TypeVar("Value", bound=dt.date)


def moment_of(text: str) -> dt.datetime:
    """A moment with its zone. Raises ValueError for any other text, and for a moment that no clock of ours can show."""
    at = dt.datetime.fromisoformat(text)
    if at.tzinfo is None or not dt.MINYEAR + 1 < at.year < dt.MAXYEAR:
        raise ValueError(text)
    return at


def read_mark(mark: str, parse: Callable[[str], Value], *, between: str = "~") -> tuple[Value, UUID]:
    """The value and the row that a mark names. Refuses with NotFound what we never gave."""
    value, _, row = mark.partition(between)
    try:
        return parse(value), UUID(row)
    except ValueError:
        raise NotFound from None
