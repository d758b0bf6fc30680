"""YAML read safely, remembering the line of every value.

Stricter than YAML on purpose, so that a document means what it looks like: ``yes``, ``no``, ``on``, ``off``, times and
dates stay words; numbers with a point are exact decimals; a key is written once; tags and merge keys are refused. Size,
depth and aliases have limits, checked while reading, so that a hostile file costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from .problems import Problem

MAX_BYTES = 512 * 1024
MAX_DEPTH = 24
MAX_ALIASES = 64
MAX_VALUES = 50_000

Place = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,12}")
_STRING_TAG = "tag:yaml.org,2002:str"
# What word processors make of a space and of a dash.
_ODD_SPACE = "[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff]"
_SPACED_ODDLY = re.compile(rf"\s*(?:{_ODD_SPACE}|(?:- )?[\w-]+:{_ODD_SPACE}|-{_ODD_SPACE})")
_LONG_DASH = re.compile(r"\s*([\u2010-\u2015\u2212•*])\s+\S")
_NO_ITEM = re.compile(r"\s*-[{\w]")
_NO_SPACE = re.compile(r"\s*(?:- )?([\w-]+):[^\s:/]")
_CUT_OFF = re.compile(r"[ \t]+(#\w[^\n]*)")
_WORD_PROCESSORS = (b"PK\x03\x04", b"{\\rtf", b"\xd0\xcf\x11\xe0", b"%PDF")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_CONSTANTS = {"": None, "~": None, "null": None, "true": True, "false": False}


class Unreadable(Exception):
    """The file cannot be read as a service document at all."""

    def __init__(self, line: int, words: str) -> None:
        super().__init__(words)
        self.line = line
        self.words = words


@dataclass(frozen=True)
class MarkedDocument:
    """A file's values and where each of them stands. ``file`` is the name shown in problems."""

    file: str
    value: Any
    lines: dict[Place, int] = field(default_factory=dict)

    def line_of(self, place: Place) -> int:
        """The line of the value at a place; of the nearest value around it when it is not there."""
        known: Place = ()
        for step in place:  # pydantic adds names of its own to a place (a union's tag): those are skipped
            if (*known, step) in self.lines:
                known = (*known, step)
        return self.lines.get(known, 1)

    def problem(self, place: Place, words: str, *, warning: bool = False) -> Problem:
        """A problem with the value at a place."""
        return Problem(self.file, self.line_of(place), words, warning)


def read_marked(path: Path, *, shown_as: str = "") -> MarkedDocument:
    """Read one YAML file. Raises `Unreadable` with the line and what to do about it."""
    return parse_marked(_text_of(path), file=shown_as or str(path))


def parse_marked(text: str, *, file: str) -> MarkedDocument:
    """Read YAML from text. Raises `Unreadable`."""
    reader = _Reader(text)
    try:
        value = reader.read()
    except yaml.MarkedYAMLError as error:
        raise _explained(error, text) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Unreadable(line, "this line has a character that text cannot have; delete it") from error
    return MarkedDocument(file, value, reader.lines)


def _text_of(path: Path) -> str:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise Unreadable(
            1, f"the file cannot be read ({error.strerror}); check its name and who may read it"
        ) from error
    if size > MAX_BYTES:
        raise Unreadable(
            1, f"the file has {size // 1024} kB; a file may have {MAX_BYTES // 1024} kB, so split the service"
        )
    data = path.read_bytes()
    if data.startswith(_WORD_PROCESSORS):
        raise Unreadable(
            1,
            "this is a document of a word processor; save it there as plain text (UTF-8), under the same name",
        )
    if data.startswith(_UTF_16) or data[1:2] == b"\0" or data[:1] == b"\0":
        raise Unreadable(
            1, "the file is saved as UTF-16 (some editors call it “Unicode”); save it as UTF-8 in your editor"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            line, "this line is not UTF-8 text; save the file as UTF-8 in your editor"
        ) from error


def _explained(error: yaml.MarkedYAMLError, text: str) -> Unreadable:
    mark = error.problem_mark or error.context_mark
    line = min((mark.line if mark else 0) + 1, text.count("\n") + 1)
    rows = [*text.splitlines(), ""]
    written = rows[min(line, len(rows)) - 1]
    problem = error.problem or "this is not YAML"
    if "\t" in written[: len(written) - len(written.lstrip())] or "'\\t'" in problem:
        return Unreadable(line, "the line is indented with a tab; use two spaces instead")
    if oddly := _written_oddly(rows, line):
        return oddly
    if unclosed := _unclosed(error, text):
        return unclosed
    column = mark.column if mark else 0
    indent = _indent_of(written)
    before = [at for at in range(1, line) if _says_something(rows[at - 1])]
    above = rows[before[-1] - 1] if before else ""
    if "mapping values are not allowed" in problem:
        if indent > _indent_of(above) and ":" not in written[:column]:
            return _wrong_indent(rows, before, line)
        return Unreadable(line, "there is a second ': ' in this line; put quotes around the text")
    if "could not find expected ':'" in problem:
        begun = error.context_mark.line + 1 if error.context_mark else line
        if close := _NO_SPACE.match(rows[begun - 1]):
            return Unreadable(begun, f"write a space after '{close[1]}:'")
        return Unreadable(begun, "a ':' is missing after the name, or the line is indented wrongly")
    if "did not find expected" in problem and above and column <= indent:
        return _wrong_indent(rows, before, line)
    if "did not find expected key" in problem:
        return Unreadable(
            line, "the text goes on after its closing quote; write a quote inside a text twice: 'it''s'"
        )
    return Unreadable(line, f"this is not YAML: {problem}")


def _unclosed(error: yaml.MarkedYAMLError, text: str) -> Unreadable | None:
    """A quote or bracket that was never closed, at the line where it opens."""
    opened, context = error.context_mark, error.context or ""
    if opened and "quoted scalar" in context:
        return Unreadable(opened.line + 1, "the quote that opens in this line is never closed; close it")
    if opened and "flow" in context and "expected" in (error.problem or ""):
        sign, other = ("[", "]") if "sequence" in context else ("{", "}")
        words = f"after the '{sign}' in this line a ',' or the closing '{other}' is missing"
        inside = _row_of(text, opened.line)[opened.column + 1 :]
        if '"' in (error.problem or "") or inside.count('"') % 2:
            words = "a quote in this line is not closed; close it"
        elif re.search(r":\s[^,{}\[\]\"']*:\s", inside):
            words += "; or a text has a ': ' in it: put quotes around it"
        return Unreadable(opened.line + 1, words)
    mark = error.problem_mark
    if mark and "expected key" in (error.problem or "") and (line := _runaway_quote(text, mark.line)):
        return Unreadable(
            line, "the quote that opens in this line is closed only at a quote further down; close it"
        )
    return None


def _runaway_quote(text: str, mistake: int) -> int | None:
    """The line where a quoted text opens that runs over several lines and ends in the line of the mistake; else None."""
    found = None
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            is_quoted = isinstance(token, yaml.ScalarToken) and token.style in {"'", '"'}
            if is_quoted and token.start_mark.line < token.end_mark.line == mistake:
                found = int(token.start_mark.line) + 1
    except yaml.YAMLError:
        pass
    return found


def _written_oddly(rows: list[str], line: int) -> Unreadable | None:
    """A space or a dash of a word processor that looks like one of the keyboard, in the line of the mistake or just above."""
    for at in (line, line - 1):
        written = rows[at - 1] if at > 0 else ""
        if _SPACED_ODDLY.match(written):
            return Unreadable(
                at, "this line has a space of a word processor (“no-break”); type its spaces anew"
            )
        if _NO_ITEM.match(written):
            return Unreadable(at, "an item of a list begins with '- ': write a space after the '-'")
        if dash := _LONG_DASH.match(written):
            return Unreadable(
                at, f"this line begins with '{dash[1]}'; an item of a list begins with '- ', a plain hyphen"
            )
    return None


def _wrong_indent(rows: list[str], before: list[int], line: int) -> Unreadable:
    """Which of two lines stands wrongly, and how far in it belongs. ``before``: the lines above that say something."""
    own, above = _indent_of(rows[line - 1]), rows[before[-1] - 1]
    if rows[line - 1].lstrip().startswith("- ") and own == _indent_of(above):
        return Unreadable(before[-1], "the lines below are items of a list; begin this one with '- ', too")
    if (
        above.lstrip().startswith("- ")
        and own <= _indent_of(above)
        and not rows[line - 1].lstrip().startswith("-")
    ):
        inside = _indent_of(above) + len(above.lstrip()) - len(above.lstrip()[1:].lstrip())
        return Unreadable(
            line, f"this belongs to the '- ' above: indent it like what follows that, {_spaces(inside)}"
        )
    if own > _indent_of(above) and _is_astray(rows, before, own):
        return Unreadable(before[-1], f"indent this line like the one below: {_spaces(own)}")
    return Unreadable(line, f"indent this line like the one above: {_spaces(_indent_of(above))}")


def _is_astray(rows: list[str], before: list[int], indent: int) -> bool:
    """Whether the line above a mistake left its place: lines with this indent go on around it, or what it belongs to waits for it."""
    above = rows[before[-1] - 1]
    earlier = [rows[at - 1] for at in reversed(before[:-1])]
    if not earlier:
        return False
    if earlier[0].rstrip().endswith(":") and _indent_of(earlier[0]) == _indent_of(above):
        return True
    return next((_indent_of(row) for row in earlier if _indent_of(row) <= indent), -1) == indent


def _spaces(count: int) -> str:
    return "no spaces" if count == 0 else "1 space" if count == 1 else f"{count} spaces"


def _row_of(text: str, number: int) -> str:
    """The line of the text with this number, from zero."""
    return [*text.splitlines(), ""][number]


def _indent_of(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


class _Reader:
    """Builds values from YAML events, so that limits hold before anything large exists."""

    def __init__(self, text: str) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._rows = text.splitlines()
        self._events: Iterator[Any] = yaml.parse(text, Loader=loader)
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._aliases = 0
        self._values = 0
        self.lines: dict[Place, int] = {}

    def read(self) -> Any:
        next(self._events)  # the stream begins
        first = next(self._events)
        if isinstance(first, yaml.StreamEndEvent):
            raise Unreadable(1, "the file is empty")
        value = self._value(next(self._events), (), 0)
        next(self._events)  # the document ends
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise Unreadable(
                after.start_mark.line + 1, "a second document begins here ('---'); a file holds one"
            )
        return value

    def _value(self, event: Any, place: Place, depth: int) -> Any:
        line = event.start_mark.line + 1
        self.lines.setdefault(place, line)
        self._count(1, line)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, line)
        if event.tag and event.tag != _STRING_TAG and event.tag != "!":
            raise Unreadable(
                line, f"'{event.tag}' is a YAML tag; tags are not used here, write the value alone"
            )
        before = self._values
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_a_cut_text(event)
            value = _scalar(event)
        elif depth >= MAX_DEPTH:
            raise Unreadable(line, f"this is nested more than {MAX_DEPTH} levels deep; write it flatter")
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self._sequence(place, depth)
        else:
            value = self._mapping(place, depth)
        if event.anchor:
            self._anchors[event.anchor] = (value, self._values - before + 1)
        return value

    def _refuse_a_cut_text(self, event: Any) -> None:
        """“Hall #2” without quotes would silently be “Hall”: only '# ', with a space, begins a remark."""
        if event.style in {"|", ">"} or event.end_mark.line >= len(self._rows):
            return
        if cut := _CUT_OFF.match(self._rows[event.end_mark.line], event.end_mark.column):
            raise Unreadable(
                event.end_mark.line + 1,
                f"'{cut[1][:20].rstrip()}' would not be read: put quotes around a text with ' #' in it, or write '# ' for a remark",
            )

    def _sequence(self, place: Place, depth: int) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._value(event, (*place, len(items)), depth + 1))
        return items

    def _mapping(self, place: Place, depth: int) -> dict[str, Any]:
        items: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event, items)
            self.lines[(*place, key)] = event.start_mark.line + 1
            items[key] = self._value(next(self._events), (*place, key), depth + 1)
        return items

    def _key(self, event: Any, items: dict[str, Any]) -> str:
        line = event.start_mark.line + 1
        if not isinstance(event, yaml.ScalarEvent):
            raise Unreadable(
                line, "a name must be one word; put quotes around texts that begin with [ { * or &"
            )
        if event.value == "<<":
            raise Unreadable(line, "'<<' copies another part; write the values out instead")
        if event.value in items:
            raise Unreadable(line, f"'{event.value}' is written twice here; keep one of them")
        return str(event.value)

    def _alias(self, event: Any, line: int) -> Any:
        self._aliases += 1
        if self._aliases > MAX_ALIASES:
            raise Unreadable(
                line, f"there are more than {MAX_ALIASES} aliases ('*name'); write the values out"
            )
        if event.anchor not in self._anchors:
            raise Unreadable(
                line,
                f"'*{event.anchor}' points to nothing before it; put quotes around texts that begin with *",
            )
        value, size = self._anchors[event.anchor]
        self._count(size, line)
        return value

    def _count(self, values: int, line: int) -> None:
        self._values += values
        if self._values > MAX_VALUES:
            raise Unreadable(line, f"the file has more than {MAX_VALUES} values; split the service")


def _scalar(event: Any) -> Any:
    if not event.implicit[0] or event.tag == _STRING_TAG:  # quoted, or a block of text
        return event.value
    if event.value in _CONSTANTS:
        return _CONSTANTS[event.value]
    if _INTEGER.fullmatch(event.value):
        return int(event.value)
    if _DECIMAL.fullmatch(event.value):
        return Decimal(event.value)
    return event.value
