"""Answers for readers: check-your-answers, the case page, the printed form, words for notices."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from markupsafe import Markup

from civium.engines.forms.asking import Asked, ShownTable
from civium.engines.forms.compiled import Ready, ReadyGroup, ReadyPage, ReadyQuestion
from civium.engines.forms.journey import Answered, Journey, PageState, Row
from civium.engines.forms.questions.computed import Computed
from civium.engines.forms.questions.file import File
from civium.engines.forms.reading import ROWS_SHOWN
from civium.foundation.design.showing import words

ChangeUrl = Callable[[str, str], str]
# Up to so many rows of a list are read one by one; more are read as a table, in parts of ROWS_SHOWN.
FEW_ROWS = 20


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One answer, as ``summary_list`` shows it. ``href`` is empty when it cannot be changed; ``files`` as ``{id, name}``.

    ``table``: the same answer as a table, when it is one; ``note``: what stands below it.
    """

    name: str
    key: str
    lines: tuple[str, ...]
    direction: str
    href: str = ""
    files: tuple[Mapping[str, str], ...] = ()
    hidden: str = ""
    table: ShownTable | None = None
    note: str = ""

    @property
    def text(self) -> str:
        """The lines as one text."""
        return ", ".join(self.lines)

    @property
    def value(self) -> Markup:
        """The lines below one another, each in its own direction whatever the page's; or the table."""
        if self.table is not None:
            about = {"table": self.table, "title": self.key, "note": self.note}
            html = render_to_string("forms/answer_table.html", about, using="jinja2")
            return Markup(html)  # noqa: S704 - our own template
        line = Markup('<bdi dir="{}">{}</bdi>')
        return Markup("<br>").join(line.format(self.direction, each) for each in self.lines)


@dataclass(frozen=True, slots=True)
class Section:
    """The answers of one page, of one of its groups, or of one row of a list (``row``: its id).

    A long list is one section with a part of its rows as a table: the ``count`` there are, the ``first`` that is shown (from 1),
    and the name of the ``list``.
    """

    page: str
    title: str
    rows: tuple[SummaryRow, ...]
    row: str = ""
    list: str = ""
    first: int = 0
    count: int = 0

    @property
    def next_rows(self) -> str:
        """The query of the next part, for ``rows_wanted``; empty when there is none."""
        following = self.first + ROWS_SHOWN
        return f"?rows={self.list}-{following}" if self.list and following <= self.count else ""

    @property
    def previous_rows(self) -> str:
        """The query of the part before; empty when there is none."""
        return f"?rows={self.list}-{max(self.first - ROWS_SHOWN, 1)}" if self.first > 1 else ""


def rows_wanted(query: Mapping[str, Any]) -> dict[str, int]:
    """Which part of which list a page's query asks for: ``?rows=members-51``."""
    name, _dash, first = str(query.get("rows", ""))[:80].rpartition("-")
    return {name: int(first)} if re.fullmatch(r"[0-9]{1,5}", first) else {}


def summarise(
    journey: Journey, *, language: str, change_url: ChangeUrl | None, rows_from: Mapping[str, int]
) -> list[Section]:
    """This will put every visible answer into sections, page by page. ``change_url(page, row id or "")`` makes the change links;
    a long list is shown from the row that ``rows_from`` names."""
    with override(language):
        return list(_sections(journey, journey.form.asked(language, journey.today), change_url, rows_from))


def _sections(
    journey: Journey, asked: Asked, change_url: ChangeUrl | None, rows_from: Mapping[str, int]
) -> Iterator[Section]:
    for state in journey.pages:
        page = state.page
        title = words(page_title(page))
        if state.answered is not None:
            for group, questions in grouped(state.answered.questions):
                if rows := _rows(page, questions, state.answered, asked, change_url, ""):
                    yield Section(page.name, _named(title, group), rows)
            continue
        if len(state.rows) > FEW_ROWS:
            yield _long_list(state, title, asked, change_url, rows_from)
        else:
            yield from _short_list(state, title, asked, change_url)
        if totals := _totals(journey, page, asked):
            yield Section(page.name, title, totals)


def grouped(
    questions: Iterable[ReadyQuestion],
) -> Iterator[tuple[ReadyGroup | None, tuple[ReadyQuestion, ...]]]:
    """Questions in order, group by group; those outside any group with None."""
    for path, together in groupby(questions, lambda ready: ready.group.path if ready.group else ""):
        these = tuple(together)
        yield (these[0].group if path else None), these


def _named(title: str, group: ReadyGroup | None) -> str:
    own = words(group.all("title")) if group else ""
    return f"{title}: {own}" if title and own else own or title


def _short_list(
    state: PageState, title: str, asked: Asked, change_url: ChangeUrl | None
) -> Iterator[Section]:
    page = state.page
    for number, row in enumerate(state.rows, 1):
        rows = tuple(
            one
            for _group, questions in grouped(row.answered.questions)
            for one in _rows(page, questions, row.answered, asked, change_url, row.id)
        )
        yield Section(page.name, title + f": {row_title(page, row, number, asked)}", rows, row.id)
    if not state.rows:
        yield Section(page.name, title, (_no_rows(state, title, change_url),))


def _long_list(
    state: PageState,
    title: str,
    asked: Asked,
    change_url: ChangeUrl | None,
    rows_from: Mapping[str, int],
) -> Section:
    page, count = state.page, len(state.rows)
    assert page.repeat is not None
    wanted = rows_from.get(page.repeat.name, 1)
    first = wanted if 1 <= wanted <= count else 1
    shown = state.rows[first - 1 : first - 1 + ROWS_SHOWN]
    columns = [ready for ready in page.questions if not getattr(ready.question, "hidden", False)]
    table = ShownTable(
        tuple(ready.words.short(asked.language) or ready.name for ready in columns),
        tuple(tuple(_cell(ready, row.answered, asked) for ready in columns) for row in shown),
        first,
    )
    row = SummaryRow(
        page.repeat.name,
        ngettext("%(count)s entry", "%(count)s entries", count) % {"count": count},
        tuple(row_title(page, row, number, asked) for number, row in enumerate(shown, first)),
        "auto",
        change_url(page.name, "") if change_url else "",
        table=table,
        note=part_words(first, len(shown), count),
    )
    return Section(page.name, title, (row,), list=page.repeat.name, first=first, count=count)


def part_words(first: int, shown: int, count: int) -> str:
    """Which part of a long list is shown; empty when it is all there."""
    if shown == count:
        return ""
    return _("%(first)s to %(last)s of %(count)s") % {
        "first": first,
        "last": first + shown - 1,
        "count": count,
    }


def _cell(ready: ReadyQuestion, answered: Answered, asked: Asked) -> tuple[str, ...]:
    source = answered.answers if ready.question.is_asked else answered.values
    value = source.get(ready.name)
    return () if value is None else tuple(ready.question.shown(value, asked, ready.words))


def _totals(journey: Journey, page: ReadyPage, asked: Asked) -> tuple[SummaryRow, ...]:
    found = []
    for ready in page.totals:
        if not getattr(ready.question, "hidden", False) and ready.name in journey.values:
            lines = tuple(ready.question.shown(journey.values[ready.name], asked, ready.words))
            found.append(SummaryRow(ready.name, _key(ready, asked), lines, ready.question.text_direction))
    return tuple(found)


def _key(ready: ReadyQuestion, asked: Asked) -> str:
    return words(ready.words.all("short") or ready.words.all("label") or {asked.language: ready.name})


def find_reasons(
    journey: Journey, page: ReadyPage, asked: Asked, change_url: ChangeUrl | None
) -> list[SummaryRow]:
    """This will list the answers that brought somebody to this page: those that its condition uses, in order."""
    wanted = _all_used(journey, page)
    found: list[SummaryRow] = []
    with override(asked.language):
        for state in journey.pages:
            if state.answered is not None:
                asks = tuple(
                    ready
                    for ready in state.answered.questions
                    if ready.name in wanted and ready.question.is_asked
                )
                found += _rows(state.page, asks, state.answered, asked, change_url, "")
            elif state.page.repeat is not None and state.page.repeat.name in wanted:
                found.append(_reason_of_list(state, asked, change_url))
    return found


def _reason_of_list(state: PageState, asked: Asked, change_url: ChangeUrl | None) -> SummaryRow:
    assert state.page.repeat is not None
    return SummaryRow(
        state.page.repeat.name,
        words(page_title(state.page)),
        (_titles(state, asked) or _("None"),),
        "auto",
        change_url(state.page.name, "") if change_url else "",
    )


def _all_used(journey: Journey, page: ReadyPage) -> set[str]:
    """The names that a page's condition uses, by itself and through computed values."""
    values = {ready.name: ready.value for _page, ready in journey.form.questions() if ready.value}
    found: set[str] = set()
    waiting = set(page.when.uses) if page.when else set()
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= (values[name].uses if name in values else frozenset()) - found
    return found


def page_title(page: ReadyPage) -> dict[str, str]:
    """The page's title by language; a page of one question may do with its label."""
    titles = page.all("title")
    if titles or not page.asked:
        return titles
    return page.asked[0].words.all("label")


def row_title(page: ReadyPage, row: Row, number: int, asked: Asked) -> str:
    """What a row is called: its first answer that can name it, else ``Household member 2``."""
    for ready in row.answered.questions:
        value = row.answered.answers.get(ready.name)
        if ready.question.names_rows and value is not None:
            return ready.question.shown(value, asked, ready.words)[0]
    with override(asked.language):
        return f"{page.say('row', asked.language) or _('Entry')} {number}"


def _no_rows(state: PageState, title: str, change_url: ChangeUrl | None) -> SummaryRow:
    page = state.page
    assert page.repeat is not None
    return SummaryRow(
        page.repeat.name, title, (_("None"),), "auto", change_url(page.name, "") if change_url else ""
    )


def _rows(
    page: ReadyPage,
    questions: Iterable[ReadyQuestion],
    answered: Answered,
    asked: Asked,
    change_url: ChangeUrl | None,
    row_id: str,
) -> tuple[SummaryRow, ...]:
    found = []
    for ready in questions:
        question = ready.question
        key = _key(ready, asked)
        if isinstance(question, Computed):
            if not question.hidden and ready.name in answered.values:
                lines = tuple(question.shown(answered.values[ready.name], asked, ready.words))
                found.append(SummaryRow(ready.name, key, lines, question.text_direction))
            continue
        value = answered.answers.get(ready.name)
        href = f"{change_url(page.name, row_id)}#{ready.first_field}" if change_url else ""
        files = tuple(value or ()) if isinstance(question, File) else ()
        direction = "auto" if value is None else question.text_direction
        table = None if value is None else question.shown_table(value, asked, ready.words)
        lines = shown_lines(ready, value, asked)
        found.append(SummaryRow(ready.name, key, lines, direction, href, files, table=table))
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
            found[state.page.repeat.name] = _titles(state, asked)
            for row in _totals(journey, state.page, asked):
                found[row.name] = row.text
            continue
        for ready in state.answered.questions:
            source = state.answered.answers if ready.question.is_asked else state.answered.values
            value = source.get(ready.name)
            found[ready.name] = (
                "" if value is None else ", ".join(ready.question.shown(value, asked, ready.words))
            )
    return found


def _titles(state: PageState, asked: Asked) -> str:
    """What the rows of a list are called, in one line; of a long list, the first of them."""
    titles = [
        row_title(state.page, row, number, asked) for number, row in enumerate(state.rows[:FEW_ROWS], 1)
    ]
    with override(asked.language):
        if rest := len(state.rows) - len(titles):
            titles.append(ngettext("and %(count)s more", "and %(count)s more", rest) % {"count": rest})
    return ", ".join(titles)


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
