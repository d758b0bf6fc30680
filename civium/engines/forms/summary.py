"""Answers for readers: check-your-answers, the case page, the printed form, words for notices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override
from markupsafe import Markup

from civium.engines.forms.asking import Asked
from civium.engines.forms.compiled import Ready, ReadyPage, ReadyQuestion
from civium.engines.forms.journey import Answered, Journey, PageState, Row
from civium.engines.forms.questions.computed import Computed
from civium.engines.forms.questions.file import File
from civium.foundation.design.showing import words

ChangeUrl = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One answer, as ``summary_list`` shows it. ``href`` is empty when it cannot be changed; ``files`` as ``{id, name}``."""

    name: str
    key: str
    lines: tuple[str, ...]
    direction: str
    href: str = ""
    files: tuple[Mapping[str, str], ...] = ()
    hidden: str = ""

    @property
    def text(self) -> str:
        """The lines as one text."""
        return ", ".join(self.lines)

    @property
    def value(self) -> Markup:
        """The lines below one another, each in its own direction whatever the page's."""
        line = Markup('<bdi dir="{}">{}</bdi>')
        return Markup("<br>").join(line.format(self.direction, each) for each in self.lines)


@dataclass(frozen=True, slots=True)
class Section:
    """The answers of one page, or of one row of a list (``row``: its id)."""

    page: str
    title: str
    rows: tuple[SummaryRow, ...]
    row: str = ""


def summarise(journey: Journey, *, language: str, change_url: ChangeUrl | None) -> list[Section]:
    """This will put every visible answer into sections, page by page. ``change_url(page, row id or "")`` makes the change links."""
    with override(language):
        return list(_sections(journey, journey.form.asked(language, journey.today), change_url))


def _sections(journey: Journey, asked: Asked, change_url: ChangeUrl | None) -> Iterator[Section]:
    for state in journey.pages:
        page = state.page
        title = words(page_title(page))
        if state.answered is not None:
            if rows := _rows(page, state.answered, asked, change_url, ""):
                yield Section(page.name, title, rows)
            continue
        for number, row in enumerate(state.rows, 1):
            rows = _rows(page, row.answered, asked, change_url, row.id)
            yield Section(page.name, title + f": {row_title(page, row, number, asked)}", rows, row.id)
        if not state.rows:
            yield Section(page.name, title, (_no_rows(state, title, change_url),))


def page_title(page: ReadyPage) -> dict[str, str]:
    """The page's title by language; a page of one question may do with its label."""
    titles = page.all("title")
    if titles or not page.asked:
        return titles
    return page.asked[0].words.all("label")


def row_title(page: ReadyPage, row: Row, number: int, asked: Asked) -> str:
    """What a row is called: its first answer, else ``Household member 2``."""
    for ready in row.answered.questions:
        value = row.answered.answers.get(ready.name)
        if ready.question.type == "text" and value is not None:
            return str(value)
    with override(asked.language):
        return f"{page.say('row', asked.language) or _('Entry')} {number}"


def _no_rows(state: PageState, title: str, change_url: ChangeUrl | None) -> SummaryRow:
    page = state.page
    assert page.repeat is not None
    return SummaryRow(
        page.repeat.name, title, (_("None"),), "auto", change_url(page.name, "") if change_url else ""
    )


def _rows(
    page: ReadyPage, answered: Answered, asked: Asked, change_url: ChangeUrl | None, row_id: str
) -> tuple[SummaryRow, ...]:
    found = []
    for ready in answered.questions:
        question = ready.question
        key = words(ready.words.all("short") or ready.words.all("label") or {asked.language: ready.name})
        if isinstance(question, Computed):
            if not question.hidden and ready.name in answered.values:
                lines = tuple(question.shown(answered.values[ready.name], asked, ready.words))
                found.append(SummaryRow(ready.name, key, lines, question.text_direction))
            continue
        value = answered.answers.get(ready.name)
        href = f"{change_url(page.name, row_id)}#{ready.first_field}" if change_url else ""
        files = tuple(value or ()) if isinstance(question, File) else ()
        direction = "auto" if value is None else question.text_direction
        found.append(SummaryRow(ready.name, key, shown_lines(ready, value, asked), direction, href, files))
    return tuple(found)


def shown_lines(ready: ReadyQuestion, value: Any, asked: Asked) -> tuple[str, ...]:
    """An answer line by line, or that there is none."""
    if value is None:
        with override(asked.language):
            return (_("Not given"),)
    return tuple(ready.question.shown(value, asked, ready.words))


def shown_answers(form: Ready, journey: Journey, *, language: str) -> dict[str, str]:
    """This will give every visible answer and computed value as one text by name, for notices and certificates."""
    asked = form.asked(language, journey.today)
    found: dict[str, str] = {}
    for state in journey.pages:
        if state.answered is None:
            assert state.page.repeat is not None
            titles = (row_title(state.page, row, number, asked) for number, row in enumerate(state.rows, 1))
            found[state.page.repeat.name] = ", ".join(titles)
            continue
        for ready in state.answered.questions:
            source = state.answered.answers if ready.question.is_asked else state.answered.values
            value = source.get(ready.name)
            found[ready.name] = (
                "" if value is None else ", ".join(ready.question.shown(value, asked, ready.words))
            )
    return found


def find_file_ids(journey: Journey) -> list[str]:
    """This will list the ids of every file in the visible answers, rows of lists too."""
    return [
        one["id"]
        for state in journey.pages
        for answered in ([state.answered] if state.answered else [row.answered for row in state.rows])
        for ready in answered.questions
        if isinstance(ready.question, File)
        for one in answered.answers.get(ready.name) or []
    ]
