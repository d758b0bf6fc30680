"""What the templates of a form show: a page with its fields, a list with its rows, the confirmation of a removal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from civium.engines.forms.asking import Asked, Question, TypedRow, Words, field_id
from civium.engines.forms.compiled import ReadyPage, ReadyQuestion
from civium.engines.forms.journey import Answered, Journey, PageState, Progress, Row, answer_in_turn
from civium.engines.forms.questions.computed import Computed
from civium.engines.forms.questions.table import row_words
from civium.engines.forms.reading import (
    LIST,
    NEW_ROW,
    ROWS_SHOWN,
    PageReading,
    Turn,
    errors_of_kept,
    new_row_id,
    rows_query,
)
from civium.engines.forms.summary import (
    ChangeUrl,
    SummaryRow,
    find_reasons,
    grouped,
    page_title,
    part_words,
    row_title,
)
from civium.foundation.kit.languages import Text, pick_text

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FieldView:
    """One question as an input. Texts are by language; ``typed`` is what stands in its inputs, by part; ``extra`` is its type's own.

    ``rows``: those of a table; ``reveals``: the questions that stand right below one of its options, by the option.
    """

    question: Question
    id: str
    label: Texts
    hint: Texts
    typed: Mapping[str, Any]
    errors: Mapping[str, str]
    is_heading: bool
    is_revealed: bool
    extra: Mapping[str, Any]
    rows: tuple[RowOfFields, ...] = ()
    reveals: Mapping[str, tuple[FieldView, ...]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.question.name

    @property
    def template(self) -> str:
        return self.question.template

    @property
    def error(self) -> str:
        """The first error of any of its parts."""
        return next(iter(self.errors.values()), "")

    def part(self, name: str) -> str:
        """The name and id of one of its inputs."""
        return field_id(self.question.name, name)

    def has_error(self, part: str) -> bool:
        """Whether this part is wrong."""
        return self.part(part) in self.errors


@dataclass(frozen=True, slots=True)
class RowOfFields:
    """One row of a table: the key that its inputs carry, what it is called, its cells; ``is_new``: it was added just now."""

    key: str
    title: str
    cells: tuple[FieldView, ...]
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Questions of a page that stand together: a group with its heading, or those between groups without one."""

    fields: tuple[FieldView, ...]
    name: str = ""
    title: Texts = field(default_factory=dict)
    intro: Text | None = None


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A computed value on a page: shown, not asked."""

    label: Texts
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowView:
    """A row of the list, with the queries of its links."""

    title: str
    change: str
    remove: str
    is_complete: bool


@dataclass(frozen=True, slots=True)
class PageView:
    """All that a form page shows. ``kind``: questions, rows, removal or stop.

    ``known``: computed values that stand before the first question, to be read first; ``computed``: the others.
    """

    kind: str
    name: str
    title: Texts
    intro: Text
    progress: Progress
    errors: tuple[tuple[str, str], ...] = ()
    blocks: tuple[Block, ...] = ()
    known: tuple[ShownValue, ...] = ()
    computed: tuple[ShownValue, ...] = ()
    title_is_heading: bool = True
    takes_files: bool = False
    row_title: str = ""
    row_id: str = ""
    rows: tuple[RowView, ...] = ()
    another: Texts = field(default_factory=dict)
    may_add: bool = False
    at_most: int = 0
    revealed: str = ""
    acted: str = ""
    part: str = ""
    next_rows: str = ""
    previous_rows: str = ""
    reasons: tuple[SummaryRow, ...] = ()

    @property
    def fields(self) -> tuple[FieldView, ...]:
        """Every question as an input, those of groups and below options among them."""
        return tuple(one for block in self.blocks for one in _all_of(block.fields))

    @property
    def has_more_than_fields(self) -> bool:
        """Whether there are groups, rows, totals or questions below options: they have a style of their own."""
        return (
            self.has_rows
            or bool(self.computed)
            or any(block.name for block in self.blocks)
            or any(one.reveals for one in self.fields)
        )

    @property
    def has_rows(self) -> bool:
        """Whether rows are added and taken out on the page itself."""
        return any(one.rows for one in self.fields)

    @property
    def has_errors(self) -> bool:
        return bool(self.errors)


def _all_of(fields: Iterable[FieldView]) -> Iterator[FieldView]:
    for one in fields:
        yield one
        for below in one.reveals.values():
            yield from _all_of(below)


def view_page(
    journey: Journey,
    page_name: str,
    *,
    language: str,
    turn: Turn,
    reading: PageReading | None,
    change_url: ChangeUrl | None,
) -> tuple[str, PageView]:
    """This will choose the template of a page's turn and what it shows. Refuses hidden pages and unknown rows."""
    state = journey.state(page_name)
    asked = journey.form.asked(language, journey.today)
    if state.page.stops:
        return "forms/stop.html", _stop(journey, state.page, asked, change_url)
    if state.answered is not None:
        return "forms/page.html", _questions(journey, state.page, state.answered, asked, reading, "")
    repeat = state.page.repeat
    assert repeat is not None
    if turn.remove:
        return "forms/remove_row.html", _removal(journey, state, state.row(turn.remove), asked, reading)
    if not turn.row and (state.rows or repeat.at_least == 0):
        return "forms/row_list.html", _rows(journey, state, asked, reading, turn)
    if turn.row in {"", NEW_ROW}:
        answered = answer_in_turn(state.page, {}, journey.values, asked)
        title = _new_row_title(state, asked)
    else:
        row = state.row(turn.row)
        answered = row.answered
        title = row_title(state.page, row, state.rows.index(row) + 1, asked)
    return "forms/page.html", _questions(journey, state.page, answered, asked, reading, title)


def _stop(journey: Journey, page: ReadyPage, asked: Asked, change_url: ChangeUrl | None) -> PageView:
    return PageView(
        kind="stop",
        name=page.name,
        title=page_title(page),
        intro=pick_text(page.all("intro"), asked.language),
        progress=journey.progress(page.name),
        reasons=tuple(find_reasons(journey, page, asked, change_url)),
    )


def _new_row_title(state: PageState, asked: Asked) -> str:
    with override(asked.language):
        return f"{state.page.say('row', asked.language) or _('Entry')} {len(state.rows) + 1}"


def _questions(
    journey: Journey,
    page: ReadyPage,
    answered: Answered,
    asked: Asked,
    reading: PageReading | None,
    title_of_row: str,
) -> PageView:
    shown = _visible(page, answered, reading)
    known, computed = _computed(page, answered, reading, asked)
    alone = not (len(shown) != 1 or page.all("intro") or title_of_row or page.groups or known)
    errors = reading.errors if reading else errors_of_kept(page, answered, asked.language)
    fields = {
        ready.name: _field(ready, answered, asked, reading, errors, is_heading=alone) for ready in shown
    }
    return PageView(
        kind="questions",
        name=page.name,
        title=shown[0].words.all("label") if alone else page_title(page),
        intro=pick_text(page.all("intro"), asked.language),
        progress=journey.progress(page.name),
        errors=tuple(errors.items()),
        blocks=tuple(_blocks(shown, fields, asked)),
        known=tuple(known),
        computed=tuple(computed),
        title_is_heading=not alone,
        revealed=next(iter(reading.revealed), "") if reading else "",
        acted=reading.acted if reading else "",
        takes_files=any(ready.question.type == "file" for ready in shown),
        row_title=title_of_row,
        row_id=(reading.row_id if reading else new_row_id()) if page.repeat else "",
    )


def _blocks(shown: list[ReadyQuestion], fields: Mapping[str, FieldView], asked: Asked) -> Iterator[Block]:
    for group, together in grouped(shown):
        outside = [ready for ready in together if ready.under is None or ready.under[0] not in fields]
        views = tuple(_with_reveals(ready, together, fields) for ready in outside)
        if group is None:
            yield Block(views)
        else:
            yield Block(views, group.name, group.all("title"), pick_text(group.all("intro"), asked.language))


def _with_reveals(
    ready: ReadyQuestion, together: Iterable[ReadyQuestion], fields: Mapping[str, FieldView]
) -> FieldView:
    """The question with those that stand below its options."""
    below: dict[str, tuple[FieldView, ...]] = {}
    for other in together:
        if other.under is not None and other.under[0] == ready.name:
            option = other.under[1]
            below[option] = (*below.get(option, ()), _with_reveals(other, together, fields))
    return replace(fields[ready.name], reveals=below)


def _visible(page: ReadyPage, answered: Answered, reading: PageReading | None) -> list[ReadyQuestion]:
    """The questions to show: by the kept answers, or after a mistake by what was just posted; and what their options open."""
    if reading is None:
        names = {ready.name for ready in answered.questions}
    else:
        names = {*reading.typed, *reading.revealed}
    for ready in page.asked:
        if ready.under is not None and ready.under[0] in names:
            names.add(ready.name)
    return [ready for ready in page.asked if ready.name in names]


def _field(
    ready: ReadyQuestion,
    answered: Answered,
    asked: Asked,
    reading: PageReading | None,
    errors: Mapping[str, str],
    *,
    is_heading: bool,
) -> FieldView:
    question = ready.question
    kept = answered.answers.get(ready.name)
    typed = {} if kept is None else question.inputs(kept, asked)
    if reading is not None and ready.name in reading.typed:
        typed = {**_files_kept(ready, reading, typed), **reading.typed[ready.name]}
    view = _input(question, ready.words, typed, errors, asked)
    rows = tuple(_row_of_fields(row, errors, asked) for row in question.typed_rows(typed, asked, ready.words))
    if rows and reading is not None and reading.acted == field_id(ready.name, "add"):
        rows = (*rows[:-1], replace(rows[-1], is_new=True))
    is_revealed = reading is not None and ready.name in reading.revealed
    return replace(view, is_heading=is_heading, is_revealed=is_revealed, rows=rows)


def _input(
    question: Question,
    words: Words,
    typed: Mapping[str, Any],
    errors: Mapping[str, str],
    asked: Asked,
) -> FieldView:
    own = f"{question.name}-"
    return FieldView(
        question=question,
        id=field_id(question.name, question.parts[0]),
        label=words.all("label") or {asked.language: question.name},
        hint=words.all("hint"),
        typed=typed,
        errors={at: text for at, text in errors.items() if at == question.name or at.startswith(own)},
        is_heading=False,
        is_revealed=False,
        extra=question.view(asked, words),
    )


def _row_of_fields(row: TypedRow, errors: Mapping[str, str], asked: Asked) -> RowOfFields:
    """A table's row. Its options are a list to open: radio buttons have no room in a cell. A cell's error need not name the row."""
    errors = {at: text.removeprefix(row_words(row.title, "", asked.language)) for at, text in errors.items()}
    cells = [_input(cell.question, cell.words, cell.typed, errors, asked) for cell in row.cells]
    return RowOfFields(
        row.key, row.title, tuple(replace(cell, extra={**cell.extra, "as_list": True}) for cell in cells)
    )


def _files_kept(ready: ReadyQuestion, reading: PageReading, before: Mapping[str, Any]) -> Mapping[str, Any]:
    """The files that stand in a file's input: those of the reading, stored a moment ago, else those there were."""
    if ready.question.type != "file":
        return {}
    found = reading.answers.get(ready.name)
    return {"": [one for one in found if "id" in one]} if found is not None else before


def _computed(
    page: ReadyPage, answered: Answered, reading: PageReading | None, asked: Asked
) -> tuple[list[ShownValue], list[ShownValue]]:
    """What the answers come to, those that are kept or those that were just posted: before the page's first question, and after."""
    values = reading.computed if reading else answered.values
    visible = {ready.name for ready in answered.questions} | ({*values} if reading else set())
    first = next((at for at, ready in enumerate(page.questions) if ready.question.is_asked), 0)
    known, computed = (
        _shown_values((ready for ready in part if ready.name in visible), values, asked)
        for part in (page.questions[:first], page.questions[first:])
    )
    return known, computed


def _shown_values(
    questions: Iterable[ReadyQuestion], values: Mapping[str, Any], asked: Asked
) -> list[ShownValue]:
    return [
        ShownValue(
            ready.words.all("short") or ready.words.all("label"),
            tuple(ready.question.shown(values[ready.name], asked, ready.words)),
        )
        for ready in questions
        if isinstance(ready.question, Computed) and not ready.question.hidden and ready.name in values
    ]


def _rows(
    journey: Journey, state: PageState, asked: Asked, reading: PageReading | None, turn: Turn
) -> PageView:
    page, count = state.page, len(state.rows)
    assert page.repeat is not None
    first = turn.rows if turn.rows <= count else 1
    shown = state.rows[first - 1 : first - 1 + ROWS_SHOWN]
    following, before = first + ROWS_SHOWN, first - ROWS_SHOWN
    errors = dict(reading.errors) if reading else {}
    if reading is None and state.broken and count >= page.repeat.at_least:
        errors = {LIST: state.broken[0].say(asked.language)}
    with override(asked.language):
        part = part_words(first, len(shown), count)
    return PageView(
        kind="rows",
        name=page.name,
        title=page_title(page),
        intro=pick_text(page.all("intro"), asked.language),
        progress=journey.progress(page.name),
        errors=tuple(errors.items()),
        rows=tuple(_row(page, row, number, asked) for number, row in enumerate(shown, first)),
        computed=tuple(_shown_values(page.totals, journey.values, asked)),
        another=page.all("another"),
        may_add=count < page.repeat.at_most,
        at_most=page.repeat.at_most,
        part=part,
        next_rows=rows_query(following) if following <= count else "",
        previous_rows=(rows_query(max(before, 1)) or "?rows=1") if first > 1 else "",
    )


def _row(page: ReadyPage, row: Row, number: int, asked: Asked) -> RowView:
    title = row_title(page, row, number, asked)
    return RowView(title, f"?row={row.id}", f"?remove={row.id}", row.answered.is_complete)


def _removal(
    journey: Journey, state: PageState, row: Row, asked: Asked, reading: PageReading | None
) -> PageView:
    return PageView(
        kind="removal",
        name=state.page.name,
        title=page_title(state.page),
        intro=Text("", asked.language),
        progress=journey.progress(state.page.name),
        errors=tuple(reading.errors.items()) if reading else (),
        row_title=row_title(state.page, row, state.rows.index(row) + 1, asked),
    )
