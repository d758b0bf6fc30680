"""Reading a list that somebody else made: a CSV file of any size, encoding and mood, row by row, each with its line.

Nothing in it is trusted: sizes have limits, text is only text, and whatever cannot be read is a problem with a line.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final

from .mapping_schema import FileShape
from .problems import Problem, did_you_mean

MOST_BYTES: Final = 64 * 1024 * 1024
MOST_ROWS: Final = 50_000
LONGEST_CELL: Final = 50_000
MOST_COLUMNS: Final = 1000
DELIMITERS: Final = ",;\t|"

_BEGINS_A_FORMULA: Final = ("=", "+", "-", "@")
_MARKS_OF_ENCODINGS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# Control characters, and those that nobody sees: zero-width, byte order, and what turns the direction of text.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)


@dataclass(frozen=True)
class Row:
    """One row: the line on which it begins, and its cells by column."""

    line: int
    cells: Mapping[str, str]


@dataclass
class ListFile:
    """A list as far as it could be read; ``problems`` says what could not."""

    path: Path
    digest: str = ""
    columns: Sequence[str] = ()
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, line: int, words: str, *, warning: bool = False) -> Problem:
        """A problem of a line of this file."""
        return Problem(str(self.path), line, words, warning)


def read_list(path: Path, shape: FileShape, wanted: Mapping[str, str]) -> ListFile:
    """Read the whole file. Never raises for what is in it. ``wanted``: the columns that must be there, with who names them."""
    found = ListFile(path)
    text = _text_of(found, shape)
    if text is None:
        return found
    delimiter = shape.delimiter or _delimiter_of(text, shape.header_row, wanted)
    try:
        _read_rows(found, text, delimiter, shape.header_row, wanted)
    except csv.Error as error:
        last = found.rows[-1].line if found.rows else 1
        words = f"after this line the file cannot be read as a table ({error}); look for a quotation mark that is never closed"
        found.problems.append(found.problem(last, words))
    return found


def clean(text: str) -> str:
    """A cell as text: one form of every letter, line breaks of one kind, nothing that nobody sees.

    An apostrophe with which a spreadsheet keeps a cell from being a formula (``'=1``, ``'- item``) is not part of the text.
    """
    text = text[1:] if text[:1] == "'" and text[1:2] in _BEGINS_A_FORMULA else text
    if text.isascii() and text.isprintable():
        return text.strip()
    whole = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _UNSEEN.sub("", whole).replace("\xa0", " ").strip()


def _text_of(found: ListFile, shape: FileShape) -> str | None:
    try:
        size = found.path.stat().st_size
        if size > MOST_BYTES:
            words = (
                f"the file has {size // 1024 // 1024} MB; at most {MOST_BYTES // 1024 // 1024} MB can be read"
            )
            found.problems.append(found.problem(1, words))
            return None
        data = found.path.read_bytes()
    except OSError as error:
        found.problems.append(found.problem(1, f"the file cannot be opened: {error.strerror}"))
        return None
    found.digest = sha256(data).hexdigest()
    encoding = next((name for mark, name in _MARKS_OF_ENCODINGS if data.startswith(mark)), shape.encoding)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        words = (
            f"this line is not written in {encoding}; say under 'file' in the mapping how it is written, "
            "for example 'encoding: windows-1252', or save the file again as UTF-8"
        )
        found.problems.append(found.problem(line, words))
        return None
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        words = "this is not a text file; save the list as CSV from your spreadsheet program"
        found.problems.append(found.problem(line, words))
        return None
    return text


def _delimiter_of(text: str, header_row: int, wanted: Mapping[str, str]) -> str:
    """What stands between cells: the sign with which most of the wanted columns are there."""

    def known(delimiter: str) -> tuple[int, int]:
        try:
            _line, header = next(_lines(text, delimiter, header_row), (1, []))
        except csv.Error:
            return 0, 0
        names = {clean(name) for name in header}
        return len(names & wanted.keys()), len(names)

    return max(DELIMITERS, key=known)


def _read_rows(
    found: ListFile, text: str, delimiter: str, header_row: int, wanted: Mapping[str, str]
) -> None:
    rows = _lines(text, delimiter, header_row)
    top, names = next(rows, (1, []))
    header = [clean(name) for name in names]
    found.columns = header
    found.problems += _header_problems(found, header, top, wanted)
    if any(not problem.is_warning for problem in found.problems):
        return
    for line, cells in rows:
        if not any(cells):
            continue
        if len(cells) != len(header):
            words = f"this row has {len(cells)} cells, the header has {len(header)}; look for a missing or extra '{delimiter}', or quotation mark"
            found.problems.append(found.problem(line, words))
            if len(found.problems) > 100:
                return
            continue
        if too_long := [name for name, cell in zip(header, cells, strict=True) if len(cell) > LONGEST_CELL]:
            words = f"the cell '{too_long[0]}' has more than {LONGEST_CELL:,} characters; look for a quotation mark that is never closed"
            found.problems.append(found.problem(line, words))
            continue
        found.rows.append(Row(line, {name: clean(cell) for name, cell in zip(header, cells, strict=True)}))
        if len(found.rows) > MOST_ROWS:
            found.problems.append(found.problem(line, f"at most {MOST_ROWS:,} rows can be imported at once"))
            return
    if not found.rows and not found.problems:
        found.problems.append(found.problem(top, "there is no row under the header"))


def _lines(text: str, delimiter: str, header_row: int) -> Iterator[tuple[int, list[str]]]:
    """Each row from the header on, with the line on which it begins."""
    before = csv.field_size_limit(MOST_BYTES)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        begun = 1
        for number, cells in enumerate(reader, 1):
            if number >= header_row:
                yield begun, cells
            begun = reader.line_num + 1
    finally:
        csv.field_size_limit(before)


def _header_problems(
    found: ListFile, header: list[str], line: int, wanted: Mapping[str, str]
) -> Iterator[Problem]:
    if not any(header):
        yield found.problem(line, "there is no header; the first row must have the names of the columns")
        return
    if len(header) > MOST_COLUMNS:
        yield found.problem(
            line, f"there are more than {MOST_COLUMNS} columns; this cannot be a list of services"
        )
        return
    for name, part in wanted.items():
        if name not in header:
            yield found.problem(
                line,
                f"there is no column '{name}', which the mapping uses in {part}; {did_you_mean(name, filter(None, header))}",
            )
        elif header.count(name) > 1:
            yield found.problem(
                line, f"there are {header.count(name)} columns '{name}'; give each a name of its own"
            )
