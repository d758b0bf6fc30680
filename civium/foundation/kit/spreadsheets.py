"""Files for spreadsheets: comma-separated, in UTF-8 that they know by its mark, and no cell of them is ever a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

# With one of these at its beginning a cell is a formula, or becomes one (OWASP, CSV Injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Where commas divide nothing (much of Europe), a program divides our cells at what it is used to: a formula must not begin there.
_INSIDE = re.compile(r"""([;|\t\r\n][ \u00a0"']*)([=+\-@＝＋－＠])""")


def safe_cell(value: object) -> str:
    """The value as text that a spreadsheet calculates nothing from, whichever separator it reads it with: an apostrophe before
    what would be a formula."""
    text = _INSIDE.sub(r"\1'\2", "".join(letter for letter in str(value) if letter != "\0"))
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) or text.startswith(_FORMULA) else text


def spreadsheet(header: Sequence[object], rows: Iterable[Sequence[object]]) -> bytes:
    """The whole file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    for row in (header, *rows):
        writer.writerow([safe_cell(value) for value in row])
    return text.getvalue().encode("utf-8-sig")
