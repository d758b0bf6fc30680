"""A table: rows of short questions on one page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from pydantic import Field, model_validator

from civium.engines.forms.asking import (
    Asked,
    Cell,
    Posted,
    Question,
    Read,
    ShownTable,
    TypedRow,
    Words,
    Wrong,
    field_id,
    wrong,
)
from civium.engines.forms.questions import find_types
from civium.foundation.kit.expressions import Kind

MOST_COLUMNS = 8
# A page that takes longer to read than to fill in; longer lists have a page for each row.
MOST_CELLS = 400
_ROW_ID = "_id"
_KEY = re.compile(r"[1-9][0-9]{0,3}")

if TYPE_CHECKING:
    Column = Question
else:
    Column = Annotated[
        reduce(or_, (kind for kind in find_types(but="table") if kind.is_short)), Field(discriminator="type")
    ]


class Table(Question):
    """Rows of short questions, added and taken out on the page itself. An empty row is no row.

    Kept as a list of rows by column, as a repeating list is in expressions.
    """

    type: Literal["table"]
    columns: Annotated[tuple[Column, ...], Field(min_length=1, max_length=MOST_COLUMNS)]
    at_least: int = Field(default=1, ge=1, le=100)
    at_most: int = Field(default=20, ge=1, le=100)

    is_short: ClassVar[bool] = False
    is_many_inputs: ClassVar[bool] = True
    messages: ClassVar[Mapping[str, str | Promise]] = {
        "required": _("%(Name)s: fill in the first row"),
        "too_few": _("%(Name)s: fill in at least %(limit)s rows"),
        "too_many": _("%(Name)s: fill in at most %(limit)s rows"),
        "unknown": _("There is no such question"),
    }

    @model_validator(mode="after")
    def _makes_sense(self) -> Table:
        if self.at_least > self.at_most:
            raise ValueError("at_least is larger than at_most")
        if self.at_most * len(self.columns) > MOST_CELLS:
            raise ValueError(
                f"{self.at_most} rows of {len(self.columns)} columns are too much for one page (at most {MOST_CELLS} cells); "
                "lower at_most, or make a page with 'repeat'"
            )
        for column in self.columns:
            if column.when is not None:
                raise ValueError(f"'{column.name}': every row of a table asks the same; take 'when' out")
        return self

    @property
    def kind(self) -> Kind:
        return Kind.rows({column.name: column.kind for column in self.columns}, at_most=self.at_most)

    def read(self, posted: Posted, asked: Asked, kept: Any = None) -> Read:
        rows: list[dict[str, Any]] = []
        mistakes: list[Wrong] = []
        for number, key in enumerate(self._keys(posted), 1):
            cells = [(column, posted.below(f"{key}-{column.name}")) for column in self.columns]
            if any(_is_filled(column.typed(cell)) for column, cell in cells):
                read = [(column, column.settle_posted(cell, asked)) for column, cell in cells]
                mistakes += _placed(read, key, number)
                rows.append(_good(read))
        return Read(rows or None, tuple(mistakes))

    def accept(self, value: Any, asked: Asked) -> Read:
        if value is None or value == []:
            return Read()
        if not isinstance(value, list | tuple) or not all(isinstance(row, Mapping) for row in value):
            return wrong("wrong")
        if len(value) > self.at_most:
            return wrong("too_many", limit=self.at_most)
        rows: list[dict[str, Any]] = []
        mistakes: list[Wrong] = []
        known = {_ROW_ID, *self._by_name}
        for number, row in enumerate(value, 1):
            read = [(column, _settled(column, row.get(column.name), asked)) for column in self.columns]
            mistakes += _placed(read, str(number), number)
            mistakes += [
                Wrong("unknown", f"{number}-{name}", {"row": number, "column": str(name)})
                for name in row
                if name not in known
            ]
            rows.append(_good(read))
        return Read(None, tuple(mistakes)) if mistakes else Read(rows)

    def check(self, value: Any, asked: Asked) -> tuple[Wrong, ...]:
        if len(value) < self.at_least:
            return (Wrong("too_few", details={"limit": self.at_least}),)
        if len(value) > self.at_most:
            return (Wrong("too_many", details={"limit": self.at_most}),)
        return ()

    @property
    def _by_name(self) -> dict[str, Question]:
        return {column.name: column for column in self.columns}

    def message(self, mistake: Wrong, words: Words, language: str) -> str:
        column = self._by_name.get(mistake.details.get("column", ""))
        if "row" not in mistake.details:
            return super().message(mistake, words, language)
        inner = (
            super().message(mistake, words, language)
            if column is None
            else column.message(mistake, words.columns.get(column.name, Words({})), language)
        )
        return row_words(self._row_title(mistake.details["row"], words, language), inner, language)

    def _row_title(self, number: int | str, words: Words, language: str) -> str:
        with override(language):
            return f"{words.say('row', language) or _now('Row')} {number}"

    # --- what stands in the inputs ---

    def _keys(self, posted: Posted) -> list[str]:
        """The keys of the rows that were on the page; one more than there may be, so that too many are noticed."""
        return [key for key in posted.choices("row") if _KEY.fullmatch(key)][: MOST_CELLS + 1]

    def typed(self, posted: Posted) -> dict[str, Any]:
        keys = self._keys(posted)
        rows = {
            key: {column.name: column.typed(posted.below(f"{key}-{column.name}")) for column in self.columns}
            for key in keys
        }
        match posted.act():
            case ["add"] if len(rows) < self.at_most:
                rows[str(max(map(int, rows), default=0) + 1)] = {}
            case ["remove", key]:
                rows.pop(key, None)
        return {"rows": rows}

    def inputs(self, value: Any, asked: Asked) -> dict[str, Any]:
        return {
            "rows": {
                str(number): {
                    column.name: column.inputs(row[column.name], asked)
                    for column in self.columns
                    if row.get(column.name) is not None
                }
                for number, row in enumerate(value, 1)
            }
        }

    def typed_rows(self, typed: Mapping[str, Any], asked: Asked, words: Words) -> tuple[TypedRow, ...]:
        rows = typed.get("rows") or {str(number): {} for number in range(1, self.at_least + 1)}
        return tuple(
            TypedRow(
                key,
                self._row_title(number, words, asked.language),
                tuple(
                    Cell(
                        self._named(column, key),
                        words.columns.get(column.name, Words({})),
                        cells.get(column.name, {}),
                    )
                    for column in self.columns
                ),
            )
            for number, (key, cells) in enumerate(rows.items(), 1)
        )

    def _named(self, column: Question, key: str) -> Question:
        return column.model_copy(update={"name": field_id(self.name, f"{key}-{column.name}")})

    def view(self, asked: Asked, words: Words) -> dict[str, Any]:
        return {"another": words.all("another")}

    def find_cell(self, part: str, words: Words) -> tuple[Question, Words] | None:
        key, _dash, rest = part.partition("-")
        column = self._by_name.get(rest.partition("-")[0])
        if column is None or not _KEY.fullmatch(key):
            return None
        return self._named(column, key), words.columns.get(column.name, Words({}))

    # --- for readers and machines ---

    def shown(self, value: Any, asked: Asked, words: Words) -> list[str]:
        table = self.shown_table(value, asked, words)
        return [
            f"{self._row_title(number, words, asked.language)}: "
            + ", ".join(line for cell in cells for line in cell)
            for number, cells in enumerate(table.rows, 1)
        ]

    def shown_table(self, value: Any, asked: Asked, words: Words) -> ShownTable:
        of = {column.name: words.columns.get(column.name, Words({})) for column in self.columns}
        return ShownTable(
            tuple(of[column.name].short(asked.language) or column.name for column in self.columns),
            tuple(
                tuple(
                    ()
                    if row.get(column.name) is None
                    else tuple(column.shown(row[column.name], asked, of[column.name]))
                    for column in self.columns
                )
                for row in value
            ),
        )

    def to_cel(self, value: Any) -> Any:
        return [
            {
                name: column.to_cel(row[name])
                for name, column in self._by_name.items()
                if row.get(name) is not None
            }
            for row in value
        ]

    def json_schema(self) -> dict[str, Any]:
        return {
            "type": "array",
            "minItems": self.at_least,
            "maxItems": self.at_most,
            "items": {
                "type": "object",
                "properties": {_ROW_ID: {"type": "string"}}
                | {column.name: column.json_schema() for column in self.columns},
                "required": [column.name for column in self.columns if not column.optional],
                "additionalProperties": False,
            },
        }


def row_words(row: str, message: str, language: str) -> str:
    """A message about a row: ``Day 3: Guests must be 1 or more``."""
    with override(language):
        return _now("%(row)s: %(message)s") % {"row": row, "message": message}


def _settled(column: Question, value: Any, asked: Asked) -> Read:
    read = column.settle(value, asked)
    if read.wrong or read.value is not None or column.optional:
        return read
    return wrong("required", column.parts[0])


def _placed(read: Iterable[tuple[Question, Read]], key: str, number: int) -> Iterator[Wrong]:
    """The mistakes of a row's cells, each at its cell; ``number`` is where the reader sees the row."""
    for column, one in read:
        for mistake in one.wrong:
            part = field_id(f"{key}-{column.name}", mistake.part or column.parts[0])
            yield Wrong(mistake.code, part, {**mistake.details, "row": number, "column": column.name})


def _good(read: Iterable[tuple[Question, Read]]) -> dict[str, Any]:
    return {column.name: one.value for column, one in read if not one.wrong and one.value is not None}


def _is_filled(typed: Any) -> bool:
    """Whether anything at all stands in a cell's inputs."""
    return any(_is_filled(one) for one in typed.values()) if isinstance(typed, Mapping) else bool(typed)
