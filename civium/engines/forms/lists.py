"""Lists to choose from that are too long for a page: read from CSV, kept as JSON, searched as people type.

```csv
code,en,es
08001234,Harbour School,Escuela del Puerto
```
"""

from __future__ import annotations

import csv
import io
import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.conf.locale import LANG_INFO
from django.utils.functional import Promise

from civium.engines.forms.cleaning import clean_line
from civium.engines.search.rules import Index, fold
from civium.engines.search.schema import Document
from civium.foundation.kit.languages import pick_text

MOST_BYTES = 4 * 1024 * 1024
MOST_ROWS = 20_000
LONGEST_LABEL = 200
LONGEST_SEARCH = 100
# Whoever gets the first line wrong gets every line wrong: so many are told.
MOST_PROBLEMS = 20
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,59}")

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListProblem:
    """A mistake in a list's file, and its line."""

    line: int
    message: str


@dataclass(frozen=True)
class OptionList:
    """A list: codes, each with what it is called in some languages. ``address``: where a browser may ask for suggestions; a lazy
    one is the reader's."""

    languages: tuple[str, ...]
    rows: Mapping[str, Row]
    address: str | Promise = ""
    _indexes: dict[str, Index] = field(default_factory=dict, repr=False, compare=False)

    def __contains__(self, code: object) -> bool:
        return code in self.rows

    def labels(self, code: str) -> dict[str, str]:
        """What an option is called, by language; the code itself for one that is not there."""
        row = self.rows.get(code, ())
        return {at: said for at, said in zip(self.languages, row, strict=False) if said} or {"": code}

    def label(self, code: str, language: str) -> str:
        """What an option is called in the reader's language or the nearest there is."""
        return pick_text(self.labels(code), language).words or code

    def as_json(self) -> str:
        """The list as it is kept with a published version: always the same text for the same list."""
        rows = [[code, *row] for code, row in self.rows.items()]
        return json.dumps(
            {"languages": self.languages, "rows": rows}, ensure_ascii=False, separators=(",", ":")
        )

    @classmethod
    def from_json(cls, text: str, *, address: str | Promise = "") -> OptionList:
        """The list that was kept."""
        kept = json.loads(text)
        return cls(tuple(kept["languages"]), {code: tuple(row) for code, *row in kept["rows"]}, address)

    # --- finding ---

    def match(self, text: str) -> str | None:
        """The option that somebody wrote out: by its whole name in any language, or its code; None unless there is exactly one."""
        wanted = fold(clean_line(text, LONGEST_SEARCH))
        start = bisect_left(self._names, (wanted, ""))
        codes = set()
        for name, code in self._names[start:]:
            if name != wanted:
                break
            codes.add(code)
        return codes.pop() if len(codes) == 1 else None

    def find(self, text: str, language: str, *, limit: int = 15) -> list[str]:
        """The options that answer what was typed, best first: names that begin so, then by words, beginnings and typing errors."""
        text = clean_line(text, LONGEST_SEARCH)
        if not text:
            return []
        found = dict.fromkeys(self._beginning_with(fold(text), language, limit))
        for at in (language, *(other for other in self.languages if other != language)):
            if len(found) >= limit or (found and at != language):
                break
            found |= dict.fromkeys(hit.id for hit in self._index(at).find(text, at, limit).hits)
        return list(found)[:limit]

    def _beginning_with(self, wanted: str, language: str, limit: int) -> Iterator[str]:
        start = bisect_left(self._names, (wanted, ""))
        codes: dict[str, None] = {}
        for name, code in self._names[start : start + 10 * limit]:
            if not name.startswith(wanted):
                break
            codes[code] = None
        yield from sorted(
            codes, key=lambda code: (not self._begins(code, wanted, language), self.label(code, language))
        )

    def _begins(self, code: str, wanted: str, language: str) -> bool:
        return fold(self.label(code, language)).startswith(wanted)

    @cached_property
    def _names(self) -> list[tuple[str, str]]:
        """Every name and code, folded, in order."""
        return sorted(
            {(fold(name), code) for code, row in self.rows.items() for name in (code, *row) if name}
        )

    def _index(self, language: str) -> Index:
        """The names for readers of one language. Made when first somebody types in it: a long list takes a second."""
        if language not in self._indexes:
            index = Index()
            for code in self.rows:
                names = {"title": self.label(code, language)}
                index.add(Document(id=code, language=language, fields=names))
            self._indexes[language] = index
        return self._indexes[language]


def read_list(data: bytes, *, first_language: str) -> tuple[OptionList | None, list[ListProblem]]:
    """The list in a CSV file, or what is wrong with it, line by line.

    The first line says ``code`` and the languages, that of the town's first language among them. Columns are parted by ``,`` or
    ``;``.
    """
    if len(data) > MOST_BYTES:
        return None, [
            ListProblem(1, f"the list has more than {MOST_BYTES // 1024 // 1024} MB; make it shorter")
        ]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, [ListProblem(line, "this line is not UTF-8 text; save the file as “CSV UTF-8”")]
    head = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in head else ",", strict=True)
    try:
        columns = [column.strip() for column in next(reader, [])]
        if problem := _problem_of_head(columns, first_language):
            return None, [ListProblem(1, problem)]
        rows, problems = _read_rows(reader, columns)
    except csv.Error as error:
        return None, [ListProblem(reader.line_num, f"this line is not CSV ({error}); is a quote open?")]
    if not rows and not problems:
        problems = [ListProblem(1, "the list is empty; write one option per line")]
    return (None if problems else OptionList(tuple(columns[1:]), rows)), problems


def _problem_of_head(columns: Sequence[str], first_language: str) -> str | None:
    if not columns or columns[0] != "code":
        return f"the first line must name the columns: code,{first_language},..."
    strange = [column for column in columns[1:] if column not in LANG_INFO]
    if strange:
        return f"'{strange[0][:40]}' is not a language; after 'code' come languages, such as {first_language}"
    if len(set(columns)) < len(columns):
        return "a column is there twice"
    if first_language not in columns:
        return f"the column '{first_language}' is missing: every other language falls back to it"
    return None


def _read_rows(
    reader: Iterator[list[str]], columns: Sequence[str]
) -> tuple[dict[str, Row], list[ListProblem]]:
    rows: dict[str, Row] = {}
    lines: dict[str, int] = {}
    problems: list[ListProblem] = []
    for row in reader:
        line = getattr(reader, "line_num", 0)
        cells = [clean_line(cell, LONGEST_LABEL + 1) for cell in row]
        if not any(cells):
            continue
        code = cells[0]
        if problem := _problem_of_row(cells, columns):
            problems.append(ListProblem(line, problem))
        elif code in rows:
            problems.append(ListProblem(line, f"the code '{code}' stands in line {lines[code]} already"))
        elif len(rows) >= MOST_ROWS:
            problems.append(ListProblem(line, f"a list has at most {MOST_ROWS} options; take some out"))
            break
        rows.setdefault(code, tuple(cells[1:]))
        lines.setdefault(code, line)
        if len(problems) >= MOST_PROBLEMS:
            break
    return rows, problems


def _problem_of_row(cells: Sequence[str], columns: Sequence[str]) -> str | None:
    if len(cells) != len(columns):
        return (
            f"this line has {len(cells)} values and the first line {len(columns)}; is there a comma too many?"
        )
    if not _CODE.fullmatch(cells[0]):
        return (
            f"'{cells[0][:40]}' is no code: use letters a to z, digits, and . _ / - between them, at most 60"
        )
    if any(len(cell) > LONGEST_LABEL for cell in cells):
        return f"a name has at most {LONGEST_LABEL} characters"
    if not any(cells[1:]):
        return f"the option '{cells[0]}' has no name"
    return None
