"""A form ready to run: every expression compiled once, every question beside its words, and what is wrong with the document.

Names become known in the order they are asked: an expression may use only what was asked before it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from civium.engines.forms.asking import Asked, Question, Words, field_id
from civium.engines.forms.questions.computed import Computed
from civium.engines.forms.schema import FormPart, FormTexts, Page, PageTexts, Repeat
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
class ReadyQuestion:
    """A question with its words, its condition and, when it is computed, its value."""

    question: Question
    words: Words
    path: str
    when: Expression | None = None
    value: Expression | None = None

    @property
    def name(self) -> str:
        return self.question.name

    @property
    def first_field(self) -> str:
        """The id of the first input: where the error summary leads."""
        return field_id(self.name, self.question.parts[0])


@dataclass(frozen=True, slots=True)
class ReadyPage:
    """A page with its words, its condition and its questions."""

    page: Page
    texts: Mapping[str, PageTexts]
    path: str
    when: Expression | None
    questions: tuple[ReadyQuestion, ...]

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

    def asked(self, language: str, today: dt.date) -> Asked:
        """The circumstances for questions of this form."""
        return Asked(
            language, today, self.country or the_town().country, self.currency or the_town().currency
        )

    def page(self, name: str) -> ReadyPage:
        """The page of that name; refuses when there is none."""
        for page in self.pages:
            if page.name == name:
                return page
        raise NotFound

    def questions(self) -> Iterator[tuple[ReadyPage, ReadyQuestion]]:
        """Every question with its page, in order."""
        for page in self.pages:
            for ready in page.questions:
                yield page, ready


@dataclass
class _Compiler:
    """Walks the document once, learning names as they are asked."""

    part: FormPart
    texts: Mapping[str, FormTexts]
    known: dict[str, Kind] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.asked_somewhere = {question.name for page in self.part.pages for question in page.ask}
        self.asked_somewhere |= {page.repeat.name for page in self.part.pages if page.repeat}

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
        questions = []
        for number, question in enumerate(page.ask):
            questions.append(self.question(question, f"{path}.ask[{number}]", scope))
            scope[question.name] = question.kind
        if page.repeat is None:
            self.known = scope
        else:
            self.known[page.repeat.name] = Kind.rows({question.name: question.kind for question in page.ask})
        texts = {at: texts.pages.get(page.page, PageTexts()) for at, texts in self.texts.items()}
        return ReadyPage(page, texts, path, when, tuple(questions))

    def question(self, question: Question, path: str, scope: Mapping[str, Kind]) -> ReadyQuestion:
        found = {at: texts.questions.get(question.name) for at, texts in self.texts.items()}
        words = Words({at: texts for at, texts in found.items() if texts is not None})
        when = self.expression(question.when, f"{path}.when", Kind.BOOL, scope)
        value = None
        if isinstance(question, Computed):
            value = self.expression(question.value, f"{path}.value", question.kind, scope, question.name)
        return ReadyQuestion(question, words, path, when, value)


def make_ready(
    part: FormPart, texts: Mapping[str, FormTexts], *, country: str | None, currency: str | None
) -> Ready:
    """Compile the form. Never raises for a well-formed part: what is wrong stands in ``problems``."""
    compiler = _Compiler(part, texts)
    pages = tuple(compiler.page(at, page) for at, page in enumerate(part.pages))
    return Ready(part, pages, compiler.known, tuple(compiler.problems), texts, country, currency)
