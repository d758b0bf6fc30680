"""Sizes of files, as a reader of the language expects them."""

from __future__ import annotations

from typing import Final, Literal

from babel.units import format_unit

_STEPS: Final[tuple[tuple[str, int, Literal["short", "long"]], ...]] = (
    ("digital-megabyte", 1024 * 1024, "short"),
    ("digital-kilobyte", 1024, "short"),
    ("digital-byte", 1, "long"),
)


def shown_size(size: int, language: str) -> str:
    """So many bytes, to a tenth of the largest unit that there is one of: ``7.4 kB``, ``7,4 kB``, ``12 bytes``."""
    unit, each, length = next((step for step in _STEPS if size >= step[1]), _STEPS[-1])
    shown = format_unit(round(size / each, 1), unit, length=length, format="#,##0.#", locale=language)
    return shown.replace(" ", "\xa0")  # a line does not end between them
