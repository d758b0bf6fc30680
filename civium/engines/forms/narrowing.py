"""A form of a few questions of a complete one: for answers that were sent and are to be corrected.

An answer is named by its question (``chip_number``), in a list with the list and the row (``neighbours/1a2b3c4d/age``); the name
of a list alone (``neighbours``) stands for all its rows, more of them and fewer. What follows from a changed answer is asked
too: questions that it makes visible, answers that it makes wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from civium.engines.forms.compiled import ReadyPage
from civium.engines.forms.journey import Answered, Journey, PageState
from civium.engines.forms.journey import Row as ListRow
from civium.engines.forms.reading import PageReading, Turn
from civium.foundation.kit.refusals import NotFound


@dataclass(frozen=True, slots=True)
class ShortPage:
    """A page of the short form: some questions of a page, or of one row of a list (``row``), or a whole list."""

    page: str
    row: str
    names: frozenset[str]
    is_done: bool
    is_list: bool = False

    @property
    def key(self) -> str:
        """A name for it, to remember who was there: ``dog``, ``neighbours/1a2b3c4d``."""
        return f"{self.page}/{self.row}" if self.row else self.page

    @property
    def query(self) -> str:
        """The query that leads to it."""
        return f"?row={self.row}" if self.row else ""


def answer_name(name: str, *, listed: str = "", row: str = "") -> str:
    """What an answer is called: of a question, or of a question in a row of a list."""
    return f"{listed}/{row}/{name}" if listed else name


def find_answer_names(journey: Journey) -> tuple[str, ...]:
    """Every answer of the journey that can be corrected, in the order asked; lists too, as a whole."""
    return tuple(_names(journey))


def _names(journey: Journey) -> Iterator[str]:
    for state in journey.pages:
        if state.answered is not None:
            yield from (ready.name for ready in state.answered.questions if ready.question.is_asked)
            continue
        assert state.page.repeat is not None
        listed = state.page.repeat.name
        yield listed
        for row in state.rows:
            for ready in row.answered.questions:
                if ready.question.is_asked:
                    yield answer_name(ready.name, listed=listed, row=row.id)


def find_short_pages(before: Journey, now: Journey, named: Collection[str]) -> list[ShortPage]:
    """The pages of the short form, in order. ``before``: the answers as they were sent; ``now``: as they are corrected so far."""
    return [page for state in now.pages for page in _short_pages(state, before, named)]


def _short_pages(state: PageState, before: Journey, named: Collection[str]) -> Iterator[ShortPage]:
    page = state.page
    if state.answered is not None:
        known = before.answers
        names = _wanted(state.answered, named, known, prefix="")
        if names:
            yield ShortPage(page.name, "", names, _is_done(state.answered, names))
        return
    assert page.repeat is not None
    listed = page.repeat.name
    was_there = {row["_id"]: row for row in before.answers.get(listed) or []}
    is_whole = listed in named or listed not in before.answers or bool(state.broken)
    if is_whole:
        yield ShortPage(page.name, "", frozenset(), state.is_complete, is_list=True)
        return
    for row in state.rows:
        names = _wanted(row.answered, named, was_there.get(row.id, {}), prefix=f"{listed}/{row.id}/")
        if names:
            yield ShortPage(page.name, row.id, names, _is_done(row.answered, names))


def _wanted(
    answered: Answered, named: Collection[str], known: Mapping[str, Any], *, prefix: str
) -> frozenset[str]:
    broken = {rule.at for rule in answered.broken}
    return frozenset(
        ready.name
        for ready in answered.questions
        if ready.question.is_asked
        and (
            prefix + ready.name in named
            or ready.name not in known
            or ready.name in answered.wrong
            or ready.name in broken
        )
    )


def _is_done(answered: Answered, names: Collection[str]) -> bool:
    return not any(name in answered.wrong for name in names) and not answered.broken


def narrowed(journey: Journey, short: ShortPage, *, before: Journey) -> Journey:
    """The same journey with this page asking only what the short form asks; NotFound when it is not there.

    Questions that were hidden when the answers were sent stay on it: a changed answer may show them.
    """
    state = journey.state(short.page)
    if short.is_list:
        return journey
    if not short.row:
        if state.answered is None:
            raise NotFound
        names = short.names | _never_answered(state.page, before.answers)
        fewer = replace(
            state, page=_fewer(state.page, names), answered=_fewer_answered(state.answered, names)
        )
        return _with(journey, fewer, journey.values)
    row = state.row(short.row)
    listed = state.page.repeat.name if state.page.repeat else ""
    was: Mapping[str, Any] = next(
        (each for each in before.answers.get(listed) or [] if each["_id"] == row.id), {}
    )
    names = short.names | _never_answered(state.page, was)
    narrow_row = ListRow(row.id, _fewer_answered(row.answered, names))
    rows = tuple(narrow_row if each.id == row.id else each for each in state.rows)
    fewer = replace(state, page=_fewer(state.page, names), rows=rows)
    # What the row answers besides is known to the conditions of the questions that are left.
    return _with(journey, fewer, {**journey.values, **row.answered.values})


def _never_answered(page: ReadyPage, known: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(ready.name for ready in page.asked if ready.name not in known)


def _fewer(page: ReadyPage, names: Collection[str]) -> ReadyPage:
    kept = tuple(ready for ready in page.questions if ready.name in names or not ready.question.is_asked)
    return replace(page, questions=kept, rules=tuple(rule for rule in page.rules if rule.at in names))


def _fewer_answered(answered: Answered, names: Collection[str]) -> Answered:
    kept = tuple(ready for ready in answered.questions if ready.name in names or not ready.question.is_asked)
    broken = tuple(rule for rule in answered.broken if rule.at in names)
    return replace(answered, questions=kept, broken=broken)


def _with(journey: Journey, state: PageState, values: Mapping[str, Any]) -> Journey:
    pages = tuple(state if each.page.name == state.page.name else each for each in journey.pages)
    return replace(journey, pages=pages, values=values)


def whole_rows(reading: PageReading, journey: Journey) -> PageReading:
    """The reading of some questions of a row with the row's other answers, so that saving it loses none of them."""
    if not reading.turn.row:
        return reading
    rows = {row.id: row.answered.answers for row in journey.state(reading.page).rows}
    values = {
        key: {**rows.get(key.partition("/")[2], {}), **value} if isinstance(value, Mapping) else value
        for key, value in reading.values.items()
    }
    return replace(reading, values=values)


def turn_of(short: ShortPage, asked: Turn) -> Turn:
    """The turn of the full page that a short page is: its row, or for a whole list whatever was asked for."""
    return asked if short.is_list else Turn(row=short.row)
