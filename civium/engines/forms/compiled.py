"""A form ready to run: every expression compiled once, every question beside its words, and what is wrong with the document.

Names become known in the order they are asked: an expression may use only what was asked before it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from civium.engines.forms.asking import Asked, Question, Words, field_id
from civium.engines.forms.lists import OptionList
from civium.engines.forms.questions.computed import Computed
from civium.engines.forms.questions.table import Table
from civium.engines.forms.schema import FormPart, FormTexts, Group, GroupTexts, Page, PageTexts, Repeat, Rule
from civium.foundation.kit.expressions import (
    Expression,
    ExpressionError,
    Kind,
    compile_expression,
    nearest_name,
)
from civium.foundation.kit.languages import pick_text
from civium.foundation.kit.refusals import NotFound
from civium.foundation.kit.town import the_town


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in a document. ``path`` leads to it: ``form[2].ask[0].when``, or in a language's texts ``questions.dog_name.label``."""

    path: str
    message: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class ReadyGroup:
    """A group with its words and its condition."""

    group: Group
    texts: Mapping[str, GroupTexts]
    path: str
    when: Expression | None = None

    @property
    def name(self) -> str:
        return self.group.group

    def all(self, what: str) -> dict[str, str]:
        """One of the group's words by language."""
        return {language: said for language, texts in self.texts.items() if (said := getattr(texts, what))}


@dataclass(frozen=True, slots=True)
class ReadyRule:
    """A rule with its words, and the question where its refusal stands; ``of_list``: it judges a list as a whole."""

    rule: Rule
    texts: Mapping[str, str]
    path: str
    check: Expression | None
    at: str
    of_list: bool

    @property
    def name(self) -> str:
        return self.rule.name

    def is_broken(self, values: Mapping[str, Any]) -> bool:
        """Whether these answers break it. What needs an answer that is not there is not judged."""
        return self.check is not None and self.check.evaluate(values) is False

    def say(self, language: str) -> str:
        """Why it refuses, in the reader's language or the nearest there is."""
        return pick_text(self.texts, language).words or self.name


@dataclass(frozen=True, slots=True)
class ReadyQuestion:
    """A question with its words, its condition and, when it is computed, its value. ``columns``: those of a table.

    ``under``: the question and the one option of it that opens this one, which then stands right below that option.
    """

    question: Question
    words: Words
    path: str
    when: Expression | None = None
    value: Expression | None = None
    group: ReadyGroup | None = None
    columns: tuple[ReadyQuestion, ...] = ()
    under: tuple[str, str] | None = None

    def applies(self, values: Mapping[str, Any]) -> bool:
        """Whether it is there at all for what was answered before."""
        return all(condition.holds(values) for condition in self.conditions)

    @property
    def conditions(self) -> tuple[Expression, ...]:
        """What must hold for it to be asked: its group's condition, and its own."""
        both = (self.group.when if self.group else None, self.when)
        return tuple(condition for condition in both if condition is not None)

    @property
    def name(self) -> str:
        return self.question.name

    @property
    def first_field(self) -> str:
        """The id of the first input: where the error summary leads."""
        return field_id(self.name, self.question.parts[0])


@dataclass(frozen=True, slots=True)
class ReadyPage:
    """A page with its words, its condition, its questions and its rules; ``totals``: what the rows of its list come to."""

    page: Page
    texts: Mapping[str, PageTexts]
    path: str
    when: Expression | None
    questions: tuple[ReadyQuestion, ...]
    rules: tuple[ReadyRule, ...] = ()
    totals: tuple[ReadyQuestion, ...] = ()

    @property
    def name(self) -> str:
        return self.page.page

    @property
    def repeat(self) -> Repeat | None:
        return self.page.repeat

    @property
    def stops(self) -> bool:
        """Whether the way ends here: nothing is asked, and nothing can be sent."""
        return self.page.stop

    @property
    def asked(self) -> tuple[ReadyQuestion, ...]:
        """The questions that are asked, computed ones left out."""
        return tuple(ready for ready in self.questions if ready.question.is_asked)

    @property
    def groups(self) -> tuple[ReadyGroup, ...]:
        """Its groups in order."""
        return tuple({ready.group.path: ready.group for ready in self.questions if ready.group}.values())

    @property
    def rules_of_rows(self) -> tuple[ReadyRule, ...]:
        """The rules that judge the page's answers, or those of one row."""
        return tuple(rule for rule in self.rules if not rule.of_list)

    @property
    def rules_of_list(self) -> tuple[ReadyRule, ...]:
        """The rules that judge its list as a whole."""
        return tuple(rule for rule in self.rules if rule.of_list)

    def all(self, what: str) -> dict[str, str]:
        """One of the page's words by language."""
        return {language: said for language, texts in self.texts.items() if (said := getattr(texts, what))}

    def say(self, what: str, language: str) -> str:
        """One of the page's words in the reader's language or the nearest there is."""
        return pick_text(self.all(what), language).words

    def find(self, name: str) -> ReadyQuestion:
        """The question of that name; refuses when this page has none."""
        for ready in self.questions:
            if ready.name == name:
                return ready
        raise NotFound


@dataclass(frozen=True)
class Ready:
    """A compiled form. ``names``: what expressions of other parts (fees, steps) may use, with its kind."""

    part: FormPart
    pages: tuple[ReadyPage, ...]
    names: Mapping[str, Kind]
    problems: tuple[Problem, ...]
    texts: Mapping[str, FormTexts]
    country: str | None = None
    currency: str | None = None
    lists: Mapping[str, OptionList] = field(default_factory=dict)

    def asked(self, language: str, today: dt.date) -> Asked:
        """The circumstances for questions of this form."""
        town = the_town()
        return Asked(
            language, today, self.country or town.country, self.currency or town.currency, self.lists
        )

    def page(self, name: str) -> ReadyPage:
        """The page of that name; refuses when there is none."""
        for page in self.pages:
            if page.name == name:
                return page
        raise NotFound

    def questions(self) -> Iterator[tuple[ReadyPage, ReadyQuestion]]:
        """Every question with its page, in order; the totals of a list after its questions."""
        for page in self.pages:
            for ready in (*page.questions, *page.totals):
                yield page, ready


@dataclass
class _Compiler:
    """Walks the document once, learning names as they are asked."""

    part: FormPart
    texts: Mapping[str, FormTexts]
    known: dict[str, Kind] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.asked_somewhere = {question.name for page in self.part.pages for question in page.questions}
        repeats = [page.repeat for page in self.part.pages if page.repeat]
        self.asked_somewhere |= {
            name for one in repeats for name in (one.name, *(t.name for t in one.totals))
        }

    def expression(
        self, source: str | None, path: str, wants: Kind, names: Mapping[str, Kind], itself: str = ""
    ) -> Expression | None:
        if source is None:
            return None
        try:
            return compile_expression(source, names=names, wants=wants)
        except ExpressionError as problem:
            self.problems.append(Problem(path, self._explained(problem, names, itself)))
            return None

    def _explained(self, problem: ExpressionError, names: Mapping[str, Kind], itself: str) -> str:
        name = problem.unknown
        if name and name == itself:
            return f"'{name}' is computed from itself"
        if name and name in self.asked_somewhere and name not in names:
            return f"'{name}' is asked later, or only inside a row; use what was asked before"
        if name and problem.nearest is None and (nearest := nearest_name(name, sorted(self.asked_somewhere))):
            return f"{problem.message}; did you mean '{nearest}', which is asked later?"
        return (
            problem.message if problem.column == 1 else f"{problem.message} (at character {problem.column})"
        )

    def page(self, at: int, page: Page) -> ReadyPage:
        path = f"[{at}]"
        when = self.expression(page.when, f"{path}.when", Kind.BOOL, self.known)
        scope = dict(self.known)
        questions: list[ReadyQuestion] = []
        for number, one in enumerate(page.ask):
            questions += self.asks(one, f"{path}.ask[{number}]", scope)
        questions = [replace(ready, under=_option_above(ready, questions)) for ready in questions]
        of_row = {ready.name: ready.question.kind for ready in questions}
        totals: list[ReadyQuestion] = []
        if page.repeat is None:
            self.known = scope
        else:
            self.known[page.repeat.name] = Kind.rows(of_row, at_most=page.repeat.at_most)
            for number, total in enumerate(page.repeat.totals):
                totals.append(self.question(total, f"{path}.repeat.totals[{number}]", self.known))
                self.known[total.name] = total.kind
        rules = tuple(
            self.rule(rule, f"{path}.rules[{number}]", page, {**self.known, **of_row})
            for number, rule in enumerate(page.rules)
        )
        texts = {at: texts.pages.get(page.page, PageTexts()) for at, texts in self.texts.items()}
        return ReadyPage(page, texts, path, when, tuple(questions), rules, tuple(totals))

    def asks(self, one: Question | Group, path: str, scope: dict[str, Kind]) -> Iterator[ReadyQuestion]:
        """A question, or the questions of a group; each becomes known to what follows it."""
        group = self.group(one, path, scope) if isinstance(one, Group) else None
        asked = (
            [(question, f"{path}.ask[{at}]") for at, question in enumerate(one.ask)]
            if isinstance(one, Group)
            else [(one, path)]
        )
        for question, place in asked:
            yield replace(self.question(question, place, scope), group=group)
            scope[question.name] = question.kind

    def group(self, group: Group, path: str, scope: Mapping[str, Kind]) -> ReadyGroup:
        texts = {at: texts.groups.get(group.group, GroupTexts()) for at, texts in self.texts.items()}
        return ReadyGroup(group, texts, path, self.expression(group.when, f"{path}.when", Kind.BOOL, scope))

    def question(self, question: Question, path: str, scope: Mapping[str, Kind]) -> ReadyQuestion:
        columns = tuple(
            self.question(column, f"{path}.columns[{at}]", {})
            for at, column in enumerate(question.columns if isinstance(question, Table) else ())
        )
        found = {at: texts.questions.get(question.name) for at, texts in self.texts.items()}
        words = Words(
            {at: texts for at, texts in found.items() if texts is not None},
            {column.name: column.words for column in columns},
        )
        when = self.expression(question.when, f"{path}.when", Kind.BOOL, scope)
        value = None
        if isinstance(question, Computed):
            value = self.expression(question.value, f"{path}.value", question.kind, scope, question.name)
        return ReadyQuestion(question, words, path, when, value, columns=columns)

    def rule(self, rule: Rule, path: str, page: Page, scope: Mapping[str, Kind]) -> ReadyRule:
        """A rule over the answers of its page and of those before; on a page that repeats, of a row or of the list."""
        check = self.expression(rule.check, f"{path}.check", Kind.BOOL, scope)
        uses = check.uses if check else frozenset()
        own = [question.name for question in page.questions if question.is_asked]
        used = [name for name in own if name in uses]
        of_all = (page.repeat.name, *(total.name for total in page.repeat.totals)) if page.repeat else ()
        of_list = not uses.isdisjoint(of_all)
        texts = {at: said for at, texts in self.texts.items() if (said := texts.rules.get(rule.name))}
        if rule.at is not None and rule.at not in own:
            nearest = nearest_name(rule.at, own)
            words = f"the page '{page.page}' asks no '{rule.at}'" + (
                f"; did you mean '{nearest}'?" if nearest else ""
            )
            self.problems.append(Problem(f"{path}.at", words))
        elif check is not None and of_list and used:
            words = f"a rule is about one row ('{used[0]}') or about the whole list; make two rules"
            self.problems.append(Problem(f"{path}.check", words))
        elif check is not None and not of_list and not (used or rule.at):
            words = "this rule uses no question of its page; write 'at: ...' with the question to put right"
            self.problems.append(Problem(f"{path}.check", words))
        return ReadyRule(rule, texts, path, check, rule.at or (used or own)[-1], of_list)


def _option_above(ready: ReadyQuestion, questions: list[ReadyQuestion]) -> tuple[str, str] | None:
    """The one option of an earlier question of the page that alone decides whether this one is asked; None when it is not so."""
    when = ready.when
    if when is None or len(when.uses) != 1 or not (ready.question.is_short and ready.question.is_asked):
        return None
    earlier = {one.name: one for one in questions[: questions.index(ready)]}
    above = earlier.get(next(iter(when.uses)))
    if above is None or above.when is not None or above.group != ready.group:
        return None
    if "today" in when.source or "answered" in when.source:
        return None
    options = above.question.buttons
    opening = [name for name, value in options.items() if when.holds({above.name: value})]
    return (above.name, opening[0]) if len(opening) == 1 else None


def make_ready(
    part: FormPart, texts: Mapping[str, FormTexts], *, country: str | None, currency: str | None
) -> Ready:
    """Compile the form. Never raises for a well-formed part: what is wrong stands in ``problems``."""
    compiler = _Compiler(part, texts)
    pages = tuple(compiler.page(at, page) for at, page in enumerate(part.pages))
    return Ready(part, pages, compiler.known, tuple(compiler.problems), texts, country, currency)
