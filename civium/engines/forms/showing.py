"""What the templates of a form show: a page with its fields, a list with its rows, the confirmation of a removal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from civium.engines.forms.asking import Asked, Question, field_id
from civium.engines.forms.compiled import ReadyPage, ReadyQuestion
from civium.engines.forms.journey import Answered, Journey, PageState, Progress, Row, answer_in_turn
from civium.engines.forms.questions.computed import Computed
from civium.engines.forms.reading import NEW_ROW, PageReading, Turn, new_row_id
from civium.engines.forms.summary import page_title, row_title
from civium.foundation.kit.languages import Text, pick_text

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FieldView:
    """One question as an input. Texts are by language; ``typed`` is what stands in its inputs, by part; ``extra`` is its type's own."""

    question: Question
    id: str
    label: Texts
    hint: Texts
    typed: Mapping[str, Any]
    errors: Mapping[str, str]
    is_heading: bool
    is_revealed: bool
    extra: Mapping[str, Any]

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
    """All that a form page shows. ``kind``: questions, rows, removal or stop."""

    kind: str
    name: str
    title: Texts
    intro: Text
    progress: Progress
    errors: tuple[tuple[str, str], ...] = ()
    fields: tuple[FieldView, ...] = ()
    computed: tuple[ShownValue, ...] = ()
    title_is_heading: bool = True
    takes_files: bool = False
    row_title: str = ""
    row_id: str = ""
    rows: tuple[RowView, ...] = ()
    another: Texts = field(default_factory=dict)
    may_add: bool = False
    revealed: str = ""

    @property
    def has_errors(self) -> bool:
        return bool(self.errors)


def view_page(
    journey: Journey, page_name: str, *, language: str, turn: Turn, reading: PageReading | None
) -> tuple[str, PageView]:
    """This will choose the template of a page's turn and what it shows. Refuses hidden pages and unknown rows."""
    state = journey.state(page_name)
    asked = journey.form.asked(language, journey.today)
    if state.page.stops:
        return "forms/stop.html", _stop(journey, state.page, asked)
    if state.answered is not None:
        return "forms/page.html", _questions(journey, state.page, state.answered, asked, reading, "")
    repeat = state.page.repeat
    assert repeat is not None
    if turn.remove:
        return "forms/remove_row.html", _removal(journey, state, state.row(turn.remove), asked, reading)
    if not turn.row and (state.rows or repeat.at_least == 0):
        return "forms/row_list.html", _rows(journey, state, asked, reading)
    if turn.row in {"", NEW_ROW}:
        answered = answer_in_turn(state.page.questions, {}, journey.values, asked)
        title = _new_row_title(state, asked)
    else:
        row = state.row(turn.row)
        answered = row.answered
        title = row_title(state.page, row, state.rows.index(row) + 1, asked)
    return "forms/page.html", _questions(journey, state.page, answered, asked, reading, title)


def _stop(journey: Journey, page: ReadyPage, asked: Asked) -> PageView:
    return PageView(
        kind="stop",
        name=page.name,
        title=page_title(page),
        intro=pick_text(page.all("intro"), asked.language),
        progress=journey.progress(page.name),
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
    alone = len(shown) == 1 and not page.all("intro") and not title_of_row
    fields = tuple(_field(ready, answered, asked, reading, is_heading=alone) for ready in shown)
    return PageView(
        kind="questions",
        name=page.name,
        title=shown[0].words.all("label") if alone else page_title(page),
        intro=pick_text(page.all("intro"), asked.language),
        progress=journey.progress(page.name),
        errors=tuple(reading.errors.items()) if reading else (),
        fields=fields,
        computed=tuple(_computed(page, answered, asked)),
        title_is_heading=not alone,
        revealed=next(iter(reading.revealed), "") if reading else "",
        takes_files=any(ready.question.type == "file" for ready in shown),
        row_title=title_of_row,
        row_id=(reading.row_id if reading else new_row_id()) if page.repeat else "",
    )


def _visible(page: ReadyPage, answered: Answered, reading: PageReading | None) -> list[ReadyQuestion]:
    """The questions to show: by the kept answers, or after a mistake by what was just posted."""
    if reading is None:
        names = {ready.name for ready in answered.questions}
    else:
        names = {*reading.typed, *reading.revealed}
    return [ready for ready in page.asked if ready.name in names]


def _field(
    ready: ReadyQuestion, answered: Answered, asked: Asked, reading: PageReading | None, *, is_heading: bool
) -> FieldView:
    question, words = ready.question, ready.words
    kept = answered.answers.get(ready.name)
    typed = {} if kept is None else question.inputs(kept, asked)
    errors: dict[str, str] = {}
    if reading is not None and ready.name in reading.typed:
        typed = {**_files_kept(ready, reading, typed), **reading.typed[ready.name]}
        own = {field_id(ready.name, part) for part in question.parts}
        errors = {at: text for at, text in reading.errors.items() if at in own}
    return FieldView(
        question=question,
        id=ready.first_field,
        label=words.all("label") or {asked.language: ready.name},
        hint=words.all("hint"),
        typed=typed,
        errors=errors,
        is_heading=is_heading,
        is_revealed=reading is not None and ready.name in reading.revealed,
        extra=question.view(asked, words),
    )


def _files_kept(ready: ReadyQuestion, reading: PageReading, before: Mapping[str, Any]) -> Mapping[str, Any]:
    """The files that stand in a file's input: those of the reading, stored a moment ago, else those there were."""
    if ready.question.type != "file":
        return {}
    found = reading.answers.get(ready.name)
    return {"": [one for one in found if "id" in one]} if found is not None else before


def _computed(page: ReadyPage, answered: Answered, asked: Asked) -> list[ShownValue]:
    return [
        ShownValue(
            ready.words.all("short") or ready.words.all("label"),
            tuple(ready.question.shown(answered.values[ready.name], asked, ready.words)),
        )
        for ready in answered.questions
        if isinstance(ready.question, Computed)
        and not ready.question.hidden
        and ready.name in answered.values
    ]


def _rows(journey: Journey, state: PageState, asked: Asked, reading: PageReading | None) -> PageView:
    page = state.page
    assert page.repeat is not None
    return PageView(
        kind="rows",
        name=page.name,
        title=page_title(page),
        intro=pick_text(page.all("intro"), asked.language),
        progress=journey.progress(page.name),
        errors=tuple(reading.errors.items()) if reading else (),
        rows=tuple(_row(page, row, number, asked) for number, row in enumerate(state.rows, 1)),
        another=page.all("another"),
        may_add=len(state.rows) < page.repeat.at_most,
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
