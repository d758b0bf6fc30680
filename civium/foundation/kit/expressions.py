"""Expressions: the conditions, computed values and amounts that designers write in CEL, the Common Expression Language.

CEL is total, typed and without side effects or loops; this module makes it comfortable for people who write documents:

- Every number is a decimal: ``age > 3`` and ``size(members) * 25`` just work. (CEL itself has no ``int`` with ``double``;
  whole literals, ``size``, ``int`` and ``getFullYear`` are turned into doubles before compiling. Only a list's index
  stays whole: ``members[0]``.)
- Dates are days: ``born < today``, ``date('2026-01-31')``, ``years_between(born, today)``.
- ``sum(members, 'income')``; rows and records know their fields and the fields' types.
- A name without an answer is *absent*. A condition that would need it does not hold, a value that needs it is absent, but
  ``assistance || neutered`` holds when one of them does. ``'phone' in answered`` asks whether there is an answer, and
  ``has(m.income)`` the same inside a row. Dividing by zero, or a row that is not there, is absent too.

The library is loaded at the first expression, so that start-up stays light. Evaluating takes some microseconds.
"""

from __future__ import annotations

import datetime as dt
import difflib
import keyword
import math
import re
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar, Final

from .expression_slips import meant_by, slip_in
from .expression_tree import Node, read_tree

MAX_LENGTH = 1000
MAX_DEPTH_OF_LOOPS = 2
# The library gives up at 10,000 turns of all loops together, and the value would be absent without a word.
MAX_TURNS = 9_999

_ALWAYS = ("today", "answered")
# What CEL keeps for itself, and the names of its types.
_WORDS_OF_CEL = (
    "as break const continue else false for function if import in let loop namespace null package return true var void while "
    "bool bytes double duration dyn int list map null_type string timestamp type uint has"
)
_RESERVED = frozenset([*keyword.kwlist, *_ALWAYS, *re.findall(r"\w+", _WORDS_OF_CEL)])
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True, slots=True)
class Kind:
    """What sort of value a name has. Money is a number; a file is the list of its names; an address is a record.

    ``at_most``: how many rows there may be.
    """

    code: str
    fields: Mapping[str, Kind] = field(default_factory=dict)
    at_most: int = 0

    TEXT: ClassVar[Kind]
    NUMBER: ClassVar[Kind]
    BOOL: ClassVar[Kind]
    DATE: ClassVar[Kind]
    TEXTS: ClassVar[Kind]

    @classmethod
    def rows(cls, fields: Mapping[str, Kind], *, at_most: int = 0) -> Kind:
        """A list of at most so many rows with these fields."""
        return cls("rows", dict(fields), at_most)

    @classmethod
    def record(cls, fields: Mapping[str, Kind]) -> Kind:
        """One value with these fields."""
        return cls("record", dict(fields))


Kind.TEXT, Kind.NUMBER, Kind.BOOL = Kind("text"), Kind("number"), Kind("bool")
Kind.DATE, Kind.TEXTS = Kind("date"), Kind("texts")


class _Absent:
    """There is no value. It is false, and equal to itself only."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()


class ExpressionError(ValueError):
    """An expression that cannot work. ``message`` says why and what to write instead, ``column`` counts from 1."""

    def __init__(
        self, message: str, *, column: int = 1, unknown: str | None = None, nearest: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        self.unknown = unknown
        self.nearest = nearest


def name_problem(name: str) -> str | None:
    """Why this cannot be a name in expressions; None when it can."""
    if name in _RESERVED:
        return f"'{name}' is a word of the expression language; choose another name"
    if not _NAME.fullmatch(name):
        return f"'{name}' is not a name: use small letters a to z, digits and _, beginning with a letter, at most 60"
    return None


def nearest_name(name: str, known: Mapping[str, object] | Sequence[str]) -> str | None:
    """The known name that the writer may have meant."""
    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)), None)


# --- values in and out -----------------------------------------------------------------------------------------------


def _moment(value: object) -> dt.datetime:
    day = dt.date.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(day, dt.date):
        raise TypeError
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)


def _into_cel(value: Any, kind: Kind) -> Any:
    """The value as the library wants it. Raises TypeError or ValueError when it is not of its kind."""
    match kind.code:
        case "number":
            if isinstance(value, bool) or not math.isfinite(number := float(value)):
                raise TypeError
            return number
        case "date":
            return _moment(value)
        case "bool" if isinstance(value, bool):
            return value
        case "text" if isinstance(value, str):
            return value
        case "texts":
            return [_into_cel(one, Kind.TEXT) for one in value]
        case "rows":
            return [_into_cel(row, Kind.record(kind.fields)) for row in value]
        case "record":
            given = ((name, value.get(name), below) for name, below in kind.fields.items())
            return {n: _into_field(v, below) for n, v, below in given if v is not None and v is not ABSENT}
    raise TypeError


def _into_field(value: Any, kind: Kind) -> Any:
    """The same inside a row, where the library takes no moments: a text, which ``date`` makes a day when it is used."""
    below = _into_cel(value, kind)
    return below.date().isoformat() if kind.code == "date" else below


def _out_of_cel(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, float) and not math.isfinite(value):
        return ABSENT
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, list):
        return [_out_of_cel(one) for one in value]
    return value


def years_between(start: dt.date, end: dt.date) -> int:
    """Whole years from start to end, as ages are counted. Somebody born on 29 February is a year older on 1 March in common years.

    Negative when end is before start by a year or more.
    """
    if end < start:
        return -years_between(end, start)
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def _parse_date(text: str) -> dt.datetime:
    return _moment(text)


@lru_cache(maxsize=1)
def _cel() -> Any:
    from cel_expr_python import cel

    return cel


def _sum_of_field(rows: Sequence[Mapping[str, float]], name: str) -> float:
    """What the rows come to by one field; a row without an answer to it adds nothing."""
    return float(math.fsum(row[name] for row in rows if name in row))


@lru_cache(maxsize=1)
def _functions() -> list[Any]:
    cel = _cel()
    kinds = cel.Type

    def function(name: str, *overloads: tuple[Any, Sequence[Any], Any, bool]) -> Any:
        return cel.FunctionDecl(
            name,
            [
                cel.Overload(
                    f"{name}_{at}", return_type=gives, parameters=list(takes), impl=impl, is_member=member
                )
                for at, (gives, takes, impl, member) in enumerate(overloads)
            ],
        )

    number, text, day = kinds.DOUBLE, kinds.STRING, kinds.TIMESTAMP
    sized = [text, kinds.List(kinds.DYN), kinds.Map(kinds.DYN, kinds.DYN)]
    return [
        function(
            "__size",
            *(
                (number, [of], lambda value: float(len(value)), member)
                for of in sized
                for member in (False, True)
            ),
        ),
        function("__int", *((number, [of], lambda value: float(int(value)), False) for of in (number, text))),
        function("__getFullYear", (number, [day], lambda moment: float(moment.year), True)),
        function(
            "sum",
            (number, [kinds.List(number)], lambda values: float(math.fsum(values)), False),
            (number, [kinds.List(kinds.Map(text, kinds.DYN)), text], _sum_of_field, False),
        ),
        function("date", (day, [text], _parse_date, False)),
        function(
            "years_between",
            (number, [day, day], lambda start, end: float(years_between(start.date(), end.date())), False),
        ),
        # Only for checking: they give the fields of rows their types (see _typed).
        function("__number", (number, [kinds.DYN], lambda value: value, False)),
        function("__text", (text, [kinds.DYN], lambda value: value, False)),
        function("__bool", (kinds.BOOL, [kinds.DYN], lambda value: value, False)),
        function("__texts", (kinds.List(text), [kinds.DYN], lambda value: value, False)),
    ]


def _cel_type(kind: Kind) -> Any:
    kinds = _cel().Type
    return {
        "text": lambda: kinds.STRING,
        "number": lambda: kinds.DOUBLE,
        "bool": lambda: kinds.BOOL,
        "date": lambda: kinds.TIMESTAMP,
        "texts": lambda: kinds.List(kinds.STRING),
        "rows": lambda: kinds.List(kinds.Map(kinds.STRING, kinds.DYN)),
        "record": lambda: kinds.Map(kinds.STRING, kinds.DYN),
    }[kind.code]()


# --- whole numbers become doubles ------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"""(?P<text>[rRbB]*(?:\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'))
      | (?P<comment>//[^\n]*)
      | (?P<number>0x[0-9a-fA-F]+u?|(?:\d+\.\d+|\.\d+|\d+)(?:[eE][+-]?\d+)?[uU]?)
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<space>\s+)
      | (?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
_BEFORE_AN_INDEX = frozenset(")]_" + string.ascii_letters + string.digits)
_OURS = {"size": "__size", "int": "__int", "getFullYear": "__getFullYear"}


@dataclass(frozen=True, slots=True)
class _Rewritten:
    """Source for the library and, for each of its characters, where that stood in the designer's source."""

    source: str
    places: tuple[int, ...]

    def column(self, line: int, column: int) -> int:
        """The designer's column (from 1, over the whole source) for the library's line and column (both from 1)."""
        lines = self.source.split("\n")
        offset = sum(len(text) + 1 for text in lines[: max(line - 1, 0)]) + max(column - 1, 0)
        return (
            self.places[offset] if offset < len(self.places) else self.places[-1] + 1 if self.places else 0
        ) + 1


def _spell(source: str) -> Iterator[tuple[str, int]]:
    """The source with whole literals as doubles and our own ``size``, ``int`` and ``getFullYear``: (piece, where it stood)."""
    brackets: list[bool] = []
    before = ""
    for token in _TOKEN.finditer(source):
        piece = token.group()
        if token["mark"] == "[":
            brackets.append(before != "in" and before[-1:] in _BEFORE_AN_INDEX)
        elif token["mark"] in {"(", "{"}:
            brackets.append(False)
        elif token["mark"] in {"]", ")", "}"} and brackets:
            brackets.pop()
        if token["number"] and piece.isdigit() and not (brackets and brackets[-1]):
            piece += ".0"
        elif token["name"] in _OURS and source[token.end() :].lstrip().startswith("("):
            piece = _OURS[piece]
        yield piece, token.start()
        if not (token["space"] or token["comment"]):
            before = token.group()


def _rewrite(source: str) -> _Rewritten:
    pieces = list(_spell(source))
    places = tuple(at + min(i, len(piece) - 1) for piece, at in pieces for i in range(len(piece)))
    return _Rewritten("".join(piece for piece, _ in pieces), places)


# --- what the tree says ----------------------------------------------------------------------------------------------


def _used_names(node: Node, bound: frozenset[str] = frozenset()) -> Iterator[str]:
    if node.sort == "name" and node.word not in bound and not node.word.startswith("@"):
        yield node.word
    if node.sort != "loop":
        for part in node.parts:
            yield from _used_names(part, bound)
        return
    over, *rest = node.parts
    yield from _used_names(over, bound)
    for part in rest:
        yield from _used_names(part, bound | {node.word})


def _depth_of_loops(node: Node) -> int:
    return (node.sort == "loop") + max(map(_depth_of_loops, node.parts), default=0)


def _most_rows(node: Node, names: Mapping[str, Kind]) -> int:
    """How many rows a loop's range may have; 0 when that is not known."""
    if node.sort == "name" and node.word in names:
        return names[node.word].at_most
    return _most_rows(node.parts[0], names) if node.sort == "loop" else 0


def _turns(node: Node, names: Mapping[str, Kind]) -> int:
    """How often all loops together may turn."""
    if node.sort != "loop":
        return sum(_turns(part, names) for part in node.parts)
    over, *rest = node.parts
    inside = sum(_turns(part, names) for part in rest)
    return _turns(over, names) + _most_rows(over, names) * (1 + inside)


class _Shapes:
    """Which parts of a tree are rows or records, and what is selected from them."""

    def __init__(self, names: Mapping[str, Kind]) -> None:
        self.names = names
        self.selections: list[tuple[Node, Kind]] = []

    def of(self, node: Node, bound: Mapping[str, Kind | None]) -> Kind | None:
        """The kind of rows, records and their fields; None for anything else."""
        if node.sort == "name":
            return bound[node.word] if node.word in bound else self.names.get(node.word)
        if node.sort == "loop":
            return self._of_loop(node, bound)
        below = [self.of(part, bound) for part in node.parts]
        if node.sort == "select":
            return self._selected(node, below[0])
        if node.sort == "call" and node.word == "sum" and len(node.parts) == 2:
            _check_sum(node, below[0])
        if node.word == "_[_]" and below[0] and below[0].code == "rows":
            return Kind.record(below[0].fields)
        if node.word in {"_+_", "_?_:_"}:
            return next((kind for kind in below[-2:] if kind), None)
        if node.sort == "list" and len(below) == 1 and below[0] and below[0].code == "record":
            return Kind.rows(below[0].fields)
        return None

    def _of_loop(self, node: Node, bound: Mapping[str, Kind | None]) -> Kind | None:
        over, start, condition, step, result = node.parts
        rows = self.of(over, bound)
        row = Kind.record(rows.fields) if rows and rows.code == "rows" else None
        inside = {**bound, node.word: row, "@result": None}
        self.of(start, inside)
        self.of(condition, inside)
        kept = self.of(step, inside)
        self.of(result, inside)
        return kept if kept and kept.code == "rows" else None

    def _selected(self, node: Node, of: Kind | None) -> Kind | None:
        if of is None or of.code != "record":
            return None
        if node.word not in of.fields:
            raise _unknown_field(node, of.fields)
        kind = of.fields[node.word]
        self.selections.append((node, kind))
        return kind


def _check_sum(node: Node, rows: Kind | None) -> None:
    """``sum(members, 'income')``: the field must be there, and be a number."""
    name = node.parts[1]
    if rows is None or rows.code != "rows" or not isinstance(name.value, str):
        raise ExpressionError(
            "sum takes rows and the name of a question in quotes: sum(members, 'income')",
            column=max(node.place, 0) + 1,
        )
    if name.value not in rows.fields:
        raise _unknown_field(Node("select", name.value, place=name.place), rows.fields)
    if rows.fields[name.value].code != "number":
        raise ExpressionError(f"'{name.value}' is not a number, so it has no sum", column=name.place + 1)


def _unknown_field(node: Node, fields: Mapping[str, Kind]) -> ExpressionError:
    nearest = nearest_name(node.word, fields)
    help_ = f"did you mean '{nearest}'?" if nearest else f"there is {', '.join(sorted(fields)) or 'nothing'}"
    return ExpressionError(
        f"there is no field '{node.word}' here; {help_}",
        column=max(node.place, 0) + 1,
        unknown=node.word,
        nearest=nearest,
    )


def _typed(source: str, selections: list[tuple[Node, Kind]]) -> str:
    """The source with each ``m.income`` as ``__number(m.income)``: the library then checks the types of rows' fields."""
    starts: dict[int, str] = {}
    ends: dict[int, str] = {}
    for node, kind in selections:
        end = re.compile(r"\.\s*" + re.escape(node.word)).match(source, node.place)
        begin = node.first_place()
        if node.only_tests or end is None or begin < 0 or kind.code in {"rows", "record"} or begin in starts:
            continue
        starts[begin] = "date(" if kind.code == "date" else f"__{kind.code}("
        ends[end.end()] = ")"
    return "".join(
        ends.get(at, "") + starts.get(at, "") + (source[at] if at < len(source) else "")
        for at in range(len(source) + 1)
    )


# --- compiling -------------------------------------------------------------------------------------------------------

_PLAIN = {
    "double": "number",
    "string": "text",
    "bool": "yes or no",
    "timestamp": "date",
    "google.protobuf.Timestamp": "date",
    "map(string, dyn)": "row",
    "int": "whole number",
    "_": "",
}
_AT = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): (.*)")


def _explained(
    problem: Exception, rewritten: _Rewritten, names: Mapping[str, Kind], source: str
) -> ExpressionError:
    """The library's complaint in a designer's words, at the designer's column."""
    found = _AT.search(str(problem))
    if found is None:
        return ExpressionError("this expression is too deeply nested; split it into computed values")
    column = rewritten.column(int(found[1]), int(found[2]))
    words = found[3].removesuffix(" [INVALID_ARGUMENT]")
    if undeclared := re.match(r"undeclared reference to '([^']*)'", words):
        name = undeclared[1]
        nearest = nearest_name(name, [*names, *_ALWAYS])
        meant = [f"did you mean '{nearest}'?"] if nearest else []
        meant += filter(None, [meant_by(source, column, name)])
        return ExpressionError(
            "; ".join([f"there is nothing called '{name}'", *meant]),
            column=column,
            unknown=name,
            nearest=nearest,
        )
    if overload := re.match(r"found no matching overload for '([^']*)' applied to '\(?(.*?)\)?'$", words):
        does = overload[1].removeprefix("__").removeprefix("@").strip("_").replace("_", " ")
        kinds = re.sub(r"[\w.]+(?:\(string, dyn\))?", lambda m: _PLAIN.get(m[0], m[0]), overload[2])
        is_day = does in "<= >= == !=" and set(kinds.split(", ")) in ({"date", "text"}, {"date", "number"})
        hint = "; write a day as date('2026-01-31')" if is_day else ""
        return ExpressionError(f"'{does}' does not work with ({kinds}){hint}", column=column)
    if slip := slip_in(source):
        return ExpressionError(f"this cannot be read: {slip}", column=column)
    if "'<EOF>'" in words:
        return ExpressionError("this cannot be read: it ends too early", column=column)
    if "recursion" in words:
        return ExpressionError(
            "this expression is too long or too deeply nested; split it into computed values"
        )
    what = re.sub(r"(?:mismatched|extraneous|no viable alternative at) input", "nobody expects", words)
    return ExpressionError(
        what.split(" expecting ")[0].replace("Syntax error: ", "this cannot be read: "), column=column
    )


def _fits(found: Any, wants: Kind) -> bool:
    name = str(found)
    if wants.code == "number":
        return name in {"DOUBLE", "INT"}
    return name == str(_cel_type(wants)) or (wants.code == "texts" and name == "LIST<DYN>")


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression. ``uses``: the names it may need, without ``today`` and ``answered``."""

    source: str
    uses: frozenset[str]
    tree: Node
    _kinds: Mapping[str, Kind]
    _program: Any

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """The value for these answers, or ABSENT: text, float, bool, date or a list.

        ``values`` holds ``today`` (a date) and the answers by name: numbers as int, float, Decimal or their text,
        dates as date or ISO text; a name that is missing, None, ABSENT or of the wrong kind is absent.
        """
        given: dict[str, Any] = {}
        for name, kind in self._kinds.items():
            value = _answered_names(values) if name == "answered" and name not in values else values.get(name)
            if value is None or value is ABSENT:
                continue
            try:
                given[name] = _into_cel(value, kind)
            except (TypeError, ValueError, AttributeError, ArithmeticError):
                continue
        try:
            result = self._program.eval(data=given)
            return ABSENT if str(result.type()) == "ERROR" else _out_of_cel(result.plain_value())
        except RuntimeError:
            return ABSENT

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether the condition is true for these answers."""
        return self.evaluate(values) is True

    def compared_texts(self) -> Iterator[tuple[str, str]]:
        """Each (name, text) that the expression compares by ``==``, ``!=`` or ``in``; of ``m.role``, the name is ``role``."""
        for node in self.tree.walk():
            if node.sort != "call" or node.word not in {"_==_", "_!=_", "@in"}:
                continue
            names = [part.word for part in node.parts if part.sort == "name" or self._is_of_a_row(part)]
            texts = [n.value for part in node.parts for n in (part.parts if part.sort == "list" else (part,))]
            yield from ((name, text) for name in names for text in texts if isinstance(text, str))

    def _is_of_a_row(self, node: Node) -> bool:
        """Whether this is the answer of a row inside a loop, such as ``m.role``."""
        if node.sort != "select" or not node.parts or node.parts[0].sort != "name":
            return False
        return node.parts[0].word not in self._kinds


def _answered_names(values: Mapping[str, Any]) -> list[str]:
    return [
        name
        for name, value in values.items()
        if name not in _ALWAYS and value is not None and value is not ABSENT and value not in ("", [])
    ]


def compile_expression(source: str, *, names: Mapping[str, Kind], wants: Kind | None) -> Expression:
    """Compile an expression over these names, once.

    Refuses with ExpressionError what is too long, unknown, ill-typed, or does not give what is wanted (None: anything).
    """
    source = str(source)
    if len(source) > MAX_LENGTH:
        raise ExpressionError(
            f"an expression has at most {MAX_LENGTH} characters; split it into computed values"
        )
    for name in names:
        if problem := name_problem(name):
            raise ExpressionError(problem, unknown=name)
    if "__" in source:
        raise ExpressionError("names with '__' are not for documents", column=source.index("__") + 1)
    known = {**names, "today": Kind.DATE, "answered": Kind.TEXTS}
    rewritten = _rewrite(source)
    environment = _cel().NewEnv(
        variables={name: _cel_type(kind) for name, kind in known.items()}, functions=_functions()
    )
    try:
        program = environment.compile(rewritten.source)
    except RuntimeError as problem:
        raise _explained(problem, rewritten, names, source) from None
    tree = read_tree(program.serialize())
    gives, program = _checked(environment, program, tree, known, rewritten)
    if wants is not None and not _fits(gives, wants):
        wanted = {"bool": "yes or no", "texts": "a list of texts"}.get(wants.code, f"a {wants.code}")
        raise ExpressionError(
            f"this must give {wanted}; it gives {_PLAIN.get(str(gives).lower(), str(gives).lower())}"
        )
    used = frozenset(_used_names(tree))
    kinds = {name: kind for name, kind in known.items() if name in used}
    expression = Expression(source, used - set(_ALWAYS), tree, kinds, _kept_small(program, kinds))
    for name, text in expression.compared_texts():
        if name == "answered" and text not in names:
            nearest = nearest_name(text, names)
            column = source.find(text) + 1
            raise ExpressionError(
                f"there is no question '{text}'" + (f"; did you mean '{nearest}'?" if nearest else ""),
                column=column,
                unknown=text,
                nearest=nearest,
            )
    return expression


def _kept_small(program: Any, kinds: Mapping[str, Kind]) -> Any:
    """The checked program without the environment that checked it, which is ten times its size; they are kept by the hundred."""
    dates = frozenset(name for name, kind in kinds.items() if kind.code == "date")
    return _environment_to_run(dates).deserialize(program.serialize())


@lru_cache(maxsize=64)
def _environment_to_run(dates: frozenset[str]) -> Any:
    """Where checked programs run. It has to know which names are moments; of other values the library sees what they are."""
    environment = _cel().NewEnv(variables=dict.fromkeys(dates, _cel().Type.TIMESTAMP), functions=_functions())
    environment.compile("true")  # it takes note of the names when it first compiles something
    return environment


def _checked(
    environment: Any, program: Any, tree: Node, known: Mapping[str, Kind], rewritten: _Rewritten
) -> tuple[Any, Any]:
    """The type that the expression gives, and the program to run, after checking loops, fields of rows, and written dates."""
    if _depth_of_loops(tree) > MAX_DEPTH_OF_LOOPS:
        raise ExpressionError(
            f"at most {MAX_DEPTH_OF_LOOPS} of all, exists, map and filter inside one another"
        )
    if (turns := _turns(tree, known)) > MAX_TURNS:
        raise ExpressionError(
            f"with as many rows as there may be, this would look at {turns} of them, and it can look at {MAX_TURNS}; "
            "lower the list's at_most, split this into computed values, or take the loop inside the loop out"
        )
    shapes = _Shapes(known)
    try:
        shapes.of(tree, {})
    except ExpressionError as problem:
        problem.column = rewritten.column(1, problem.column)
        raise
    for node in tree.walk():
        if node.sort == "call" and node.word == "date" and isinstance(node.parts[0].value, str):
            try:
                _parse_date(node.parts[0].value)
            except ValueError:
                column = rewritten.column(1, node.place + 1)
                raise ExpressionError("write dates as date('2026-01-31')", column=column) from None
    if not shapes.selections:
        return program.return_type(), program
    dates = [(node, kind) for node, kind in shapes.selections if kind.code == "date"]
    try:
        gives = environment.compile(_typed(rewritten.source, shapes.selections)).return_type()
        return gives, environment.compile(_typed(rewritten.source, dates)) if dates else program
    except RuntimeError as problem:
        explained = _explained(problem, rewritten, known, "")
        explained.column = 1
        raise explained from None
