"""The journey: which pages there are for these answers, what is still to answer, and what the answers come to.

Derived anew from the answers on each request and never stored. Answers are kept as JSON by question name; None says that an
optional question was seen and left empty; a row of a list has its id in ``_id``. What a condition hides is absent at
once, and so is everything that followed from it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from civium.engines.forms.asking import Asked, Wrong
from civium.engines.forms.compiled import Ready, ReadyPage, ReadyQuestion, ReadyRule
from civium.engines.forms.questions.computed import Computed
from civium.foundation.kit.expressions import ABSENT
from civium.foundation.kit.refusals import NotFound

ROW_ID = "_id"


@dataclass(frozen=True, slots=True)
class Answered:
    """Some questions in turn: those that are visible, their valid answers, what is wrong or missing, and the rules they break."""

    questions: tuple[ReadyQuestion, ...]
    answers: Mapping[str, Any]
    values: Mapping[str, Any]
    wrong: Mapping[str, Wrong]
    broken: tuple[ReadyRule, ...] = ()

    @property
    def is_complete(self) -> bool:
        return not (self.wrong or self.broken)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list."""

    id: str
    answered: Answered


@dataclass(frozen=True, slots=True)
class PageState:
    """A visible page: its questions, or the rows of its list. ``broken``: the rules that the list as a whole breaks."""

    page: ReadyPage
    answered: Answered | None
    rows: tuple[Row, ...] = ()
    has_list: bool = False
    broken: tuple[ReadyRule, ...] = ()

    @property
    def is_complete(self) -> bool:
        if self.answered is not None:
            return self.answered.is_complete and not self.page.stops
        repeat = self.page.repeat
        if repeat is None or not (self.has_list and repeat.at_least <= len(self.rows) <= repeat.at_most):
            return False
        return not self.broken and all(row.answered.is_complete for row in self.rows)

    def row(self, row_id: str) -> Row:
        """The row with that id; refuses when there is none."""
        for row in self.rows:
            if row.id == row_id:
                return row
        raise NotFound


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a page stands: there will be ``least`` to ``most`` pages; ``total`` is None while answers still to come decide."""

    number: int
    least: int
    most: int

    @property
    def total(self) -> int | None:
        return self.least if self.least == self.most else None

    @property
    def more(self) -> tuple[int, int]:
        """How many pages come after this one: at least, at most."""
        return self.least - self.number, self.most - self.number


def answer_in_turn(
    page: ReadyPage, given: Mapping[str, Any], before: Mapping[str, Any], asked: Asked
) -> Answered:
    """This will take a page's questions one after the other, hiding those whose condition does not hold for what came before."""
    values = dict(before)
    answers: dict[str, Any] = {}
    wrong: dict[str, Wrong] = {}
    visible = []
    for ready in page.questions:
        if not ready.applies(values):
            continue
        visible.append(ready)
        question = ready.question
        if isinstance(question, Computed):
            compute(ready, values)
            continue
        if ready.name not in given:
            wrong[ready.name] = Wrong("required")
            continue
        read = question.settle(given[ready.name], asked)
        if read.wrong:
            wrong[ready.name] = read.wrong[0]
        elif read.value is not None:
            answers[ready.name] = read.value
            values[ready.name] = question.to_cel(read.value)
        elif question.optional:
            answers[ready.name] = None
        else:
            wrong[ready.name] = Wrong("required")
    rules = () if wrong else page.rules_of_rows
    return Answered(
        tuple(visible), answers, values, wrong, tuple(rule for rule in rules if rule.is_broken(values))
    )


def compute(ready: ReadyQuestion, values: dict[str, Any]) -> None:
    """This will put a computed value among the values; it stays away when an answer that it needs does."""
    question = ready.question
    if isinstance(question, Computed) and ready.value is not None:
        found = question.settle_computed(ready.value.evaluate(values))
        if found is not None:
            values[ready.name] = found


@dataclass(frozen=True)
class Journey:
    """One citizen's way through a form. ``answers``: the valid, visible ones, as kept; ``values``: the same for expressions,
    with computed values and ``today``; ``given``: all that there are, also those that other answers have hidden since."""

    form: Ready
    pages: tuple[PageState, ...]
    answers: Mapping[str, Any]
    values: Mapping[str, Any]
    today: dt.date
    _undecided: frozenset[str] = field(default=frozenset())
    given: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def page_names(self) -> list[str]:
        """The visible pages in order."""
        return [state.page.name for state in self.pages]

    @property
    def is_complete(self) -> bool:
        """Whether every visible page is answered."""
        return self.next_page is None

    @cached_property
    def next_page(self) -> str | None:
        """The first visible page that is not complete; None when all are."""
        return next((state.page.name for state in self.pages if not state.is_complete), None)

    @property
    def leaves_out(self) -> bool:
        """Whether something was given that does not count: hidden by other answers since, or no longer valid."""
        return _said(self.given) != _said(self.answers)

    @cached_property
    def computed(self) -> dict[str, Any]:
        """The computed values outside lists, by name."""
        names = {
            ready.name
            for page, ready in self.form.questions()
            if not ready.question.is_asked and (not page.repeat or ready in page.totals)
        }
        return {name: value for name, value in self.values.items() if name in names}

    @cached_property
    def accounts(self) -> list[str]:
        """The bank accounts that the answers name, in the order asked: where money is to go."""
        return [
            account
            for state in self.pages
            for answered in ([state.answered] if state.answered else [row.answered for row in state.rows])
            for ready in answered.questions
            for account in _accounts(ready, answered.answers.get(ready.name))
        ]

    def state(self, name: str) -> PageState:
        """A visible page; refuses when there is none of that name, or it is hidden."""
        for state in self.pages:
            if state.page.name == name:
                return state
        raise NotFound

    def can_visit(self, name: str) -> bool:
        """Whether the page is visible and every page before it is complete."""
        for state in self.pages:
            if state.page.name == name:
                return True
            if not state.is_complete:
                return False
        return False

    def after(self, name: str, *, changing: bool = False) -> str | None:
        """The page to go to when this one is done: the next one, or when changing an answer, the next incomplete one. None: check answers.

        A page that has just been hidden by its own answer has no next one; then it is the first incomplete one too.
        """
        names = self.page_names
        if changing or name not in names:
            return self.next_page
        at = names.index(name) + 1
        return names[at] if at < len(names) else self.next_page

    def before(self, name: str) -> str | None:
        """The page that the back link leads to; None at the first one."""
        names = self.page_names
        at = names.index(name) if name in names else len(names)
        return names[at - 1] if at > 0 else None

    def progress(self, name: str) -> Progress:
        """Where the page stands among the visible ones."""
        names = self.page_names
        number = names.index(name) + 1 if name in names else len(names)
        return Progress(number, len(names), len(names) + len(self._undecided))


def _said(answer: Any) -> Any:
    """An answer without what is empty in it."""
    if isinstance(answer, Mapping):
        return {name: _said(each) for name, each in answer.items() if each is not None}
    return [_said(each) for each in answer] if isinstance(answer, list) else answer


def _accounts(ready: ReadyQuestion, value: Any) -> list[str]:
    if ready.question.names_an_account:
        return [] if value is None else [value]
    return [
        account
        for column in ready.columns
        for row in value or []
        for account in _accounts(column, row.get(column.name))
    ]


def make_journey(form: Ready, given: Mapping[str, Any], *, today: dt.date) -> Journey:
    """This will derive the journey from the answers given so far; answers that are hidden, unknown or no longer valid are left out."""
    asked = form.asked("en", today)
    values: dict[str, Any] = {"today": today}
    answers: dict[str, Any] = {}
    states: list[PageState] = []
    waiting: set[str] = set()
    undecided: set[str] = set()
    for page in form.pages:
        if page.when is not None:
            if page.when.uses & waiting and page.when.evaluate(values) is ABSENT:
                # A page that stops is no step of anybody's way: the way that is counted is the one that goes on.
                undecided |= set() if page.stops else {page.name}
                waiting |= _names_of(page)
            if not page.when.holds(values):
                continue
        state = _state(page, given, values, asked)
        if page.stops:
            states.append(state)
            break
        if state.answered is not None:
            answers.update(state.answered.answers)
            values.update(state.answered.values)
        elif page.repeat is not None and state.has_list:
            answers[page.repeat.name] = [{ROW_ID: row.id, **row.answered.answers} for row in state.rows]
            state = _with_the_list(state, values)
        if not state.is_complete:
            waiting |= _names_of(page)
        states.append(state)
    return Journey(form, tuple(states), answers, values, today, frozenset(undecided), given)


def _with_the_list(state: PageState, values: dict[str, Any]) -> PageState:
    """The list among the values, with what its rows come to; and the rules that it breaks."""
    page = state.page
    assert page.repeat is not None
    own = [ready.name for ready in page.questions]
    values[page.repeat.name] = [
        {name: row.answered.values[name] for name in own if name in row.answered.values} for row in state.rows
    ]
    for ready in page.totals:
        compute(ready, values)
    broken = tuple(rule for rule in page.rules_of_list if rule.is_broken(values))
    return replace(state, broken=broken) if broken else state


def _names_of(page: ReadyPage) -> set[str]:
    own = (page.repeat.name, *(ready.name for ready in page.totals)) if page.repeat else ()
    return set(own) or {ready.name for ready in page.questions}


def _state(page: ReadyPage, given: Mapping[str, Any], values: Mapping[str, Any], asked: Asked) -> PageState:
    if page.repeat is None:
        return PageState(page, answer_in_turn(page, given, values, asked))
    rows = given.get(page.repeat.name)
    has_list = isinstance(rows, list)
    kept = [row for row in rows or [] if isinstance(row, Mapping)] if has_list else []
    return PageState(
        page,
        None,
        tuple(
            Row(str(row.get(ROW_ID) or number), answer_in_turn(page, row, values, asked))
            for number, row in enumerate(kept, 1)
        ),
        has_list,
    )


def merge_answers(answers: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with a page's changes: by question name; ``members/<row id>`` sets or (None) removes one row of a list.

    Changes of different pages and of different rows never undo one another.
    """
    merged = dict(answers)
    for key, change in changes.items():
        name, slash, row_id = key.partition("/")
        if not slash:
            merged[name] = change
            continue
        rows = [dict(row) for row in merged.get(name) or []]
        at = next((at for at, row in enumerate(rows) if row.get(ROW_ID) == row_id), None)
        if change is None:
            rows = [row for row in rows if row.get(ROW_ID) != row_id]
        elif at is None:
            rows.append({ROW_ID: row_id, **change})
        else:
            rows[at] = {ROW_ID: row_id, **change}
        merged[name] = rows
    return merged
