"""What is wrong with a form before anybody fills it in: names, texts, options, pages that nobody can reach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any

from civium.engines.forms.asking import MESSAGES, QuestionTexts
from civium.engines.forms.compiled import Problem, Ready, ReadyPage, ReadyQuestion
from civium.engines.forms.questions.from_list import FromList
from civium.engines.forms.questions.one_of import OneOf
from civium.engines.forms.questions.place import Place
from civium.engines.forms.questions.text import Text, pattern_problem
from civium.engines.forms.questions.yes_no import YesNo
from civium.engines.forms.schema import FormTexts, GroupTexts, PageTexts
from civium.foundation.kit.expressions import ABSENT, Expression, nearest_name
from civium.foundation.kit.town import the_town

# Above this many combinations of answers, reachability is judged by fewer questions.
MOST_COMBINATIONS = 4096


def find_problems(form: Ready) -> list[Problem]:
    """This will list every mistake, in the document's order."""
    return [
        *form.problems,
        *_repeated_names(form),
        *_tables_in_rows(form),
        *_places_without_a_town(form),
        *_unreadable_patterns(form),
        *_unknown_options(form),
        *_unreachable(form),
        *(
            problem
            for language, texts in form.texts.items()
            for problem in _problems_of_texts(form, language, texts)
        ),
    ]


def _hint(name: str, known: Iterable[str]) -> str:
    nearest = nearest_name(name, sorted(known))
    return f"; did you mean '{nearest}'?" if nearest else ""


# --- names and options -----------------------------------------------------------------------------------------------


def _repeated_names(form: Ready) -> Iterator[Problem]:
    pages: Counter[str] = Counter()
    names: Counter[str] = Counter()
    for page in form.pages:
        pages[page.name] += 1
        if pages[page.name] > 1:
            yield Problem(
                f"{page.path}.page", f"there is another page '{page.name}'; names of pages must differ"
            )
        found = [
            (ready.name, f"{ready.path}.name") for ready in _with_columns((*page.questions, *page.totals))
        ]
        if page.repeat:
            found.insert(0, (page.repeat.name, f"{page.path}.repeat.name"))
        for name, path in found:
            names[name] += 1
            if names[name] > 1:
                yield Problem(path, f"'{name}' is used twice; names of questions and lists must differ")
        if not page.asked:
            yield from (
                () if page.repeat is None else [Problem(page.path, "a page that repeats must ask something")]
            )
    yield from _repeated(
        ((group.name, f"{group.path}.group") for page in form.pages for group in page.groups), "groups"
    )
    yield from _repeated(
        ((rule.name, f"{rule.path}.name") for page in form.pages for rule in page.rules), "rules"
    )
    for ready in _with_columns(ready for _page, ready in form.questions()):
        for name, count in Counter(ready.question.option_names).items():
            if count > 1:
                yield Problem(f"{ready.path}.options", f"the option '{name}' is there twice")


def _repeated(named: Iterable[tuple[str, str]], what: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for name, path in named:
        if name in seen:
            yield Problem(path, f"'{name}' is used twice; names of {what} must differ")
        seen.add(name)


def _with_columns(questions: Iterable[ReadyQuestion]) -> Iterator[ReadyQuestion]:
    """The questions, each followed by the columns of its table."""
    for ready in questions:
        yield ready
        yield from ready.columns


def _tables_in_rows(form: Ready) -> Iterator[Problem]:
    for page in form.pages:
        for ready in page.questions if page.repeat else ():
            if ready.columns:
                yield Problem(
                    ready.path,
                    f"the table '{ready.name}' stands on a page that repeats, which is rows already; "
                    "put it on a page of its own",
                )


def _places_without_a_town(form: Ready) -> Iterator[Problem]:
    for _page, ready in form.questions():
        if isinstance(ready.question, Place) and ready.question.within and the_town().area is None:
            words = (
                "town.yaml does not say where the town is, so nothing can be checked; write its 'area' there"
            )
            yield Problem(f"{ready.path}.within", words)


def _unreadable_patterns(form: Ready) -> Iterator[Problem]:
    # Here and not where the document is read: what was published is read by every process, and compiling takes a library.
    for ready in _with_columns(ready for _page, ready in form.questions()):
        pattern = ready.question.pattern if isinstance(ready.question, Text) else None
        if pattern and (words := pattern_problem(pattern)):
            yield Problem(f"{ready.path}.pattern", words)


def _conditions(form: Ready) -> Iterator[tuple[str, Expression, ReadyPage]]:
    for page in form.pages:
        if page.when is not None:
            yield f"{page.path}.when", page.when, page
        for ready in (*page.questions, *page.totals):
            if ready.when is not None:
                yield f"{ready.path}.when", ready.when, page
            if ready.value is not None:
                yield f"{ready.path}.value", ready.value, page
        for group in page.groups:
            if group.when is not None:
                yield f"{group.path}.when", group.when, page
        for rule in page.rules:
            if rule.check is not None:
                yield f"{rule.path}.check", rule.check, page


def _unknown_options(form: Ready) -> Iterator[Problem]:
    options = {
        ready.name: ready.question.option_names
        for ready in _with_columns(ready for _page, ready in form.questions())
        if ready.question.option_names
    }
    lists = {
        ready.name: (ready.question.list_name, form.lists[ready.question.list_name])
        for _page, ready in form.questions()
        if isinstance(ready.question, FromList) and ready.question.list_name in form.lists
    }
    for path, expression, _page in _conditions(form):
        for name, text in expression.compared_texts():
            if name in options and text not in options[name]:
                yield Problem(path, f"'{name}' has no option '{text}'" + _hint(text, options[name]))
            if name in lists and text not in lists[name][1]:
                yield Problem(path, f"the list '{lists[name][0]}' has no code '{text}'")


# --- reachability ----------------------------------------------------------------------------------------------------


def _choices(ready: ReadyQuestion) -> list[Any] | None:
    """Every answer that the question can have, absent included; None when they cannot be listed."""
    question = ready.question
    if isinstance(question, YesNo):
        found: list[Any] = [True, False]
    elif isinstance(question, OneOf):
        found = list(question.options)
    elif question.type == "declaration":
        found = [True]
    else:
        return None
    return [*found, ABSENT] if question.optional else found


class _Reach:
    """Follows the form for every combination of the answers that conditions depend on, in three values: yes, no, perhaps."""

    def __init__(self, form: Ready) -> None:
        self.form = form
        self.choices = {
            ready.name: choices
            for page, ready in form.questions()
            if not page.repeat and (choices := _choices(ready)) is not None
        }
        self.where = {ready.name: (page, ready) for page, ready in form.questions() if not page.repeat}

    def needed_by(self, expression: Expression, *, deep: bool) -> list[str]:
        """The listable names that decide the expression; ``deep``: and that decide whether those are asked."""
        found: dict[str, None] = {}
        waiting = sorted(expression.uses)
        seen = set(waiting)
        while waiting:
            name = waiting.pop(0)
            if name in self.choices:
                found[name] = None
            if not deep or name not in self.where:
                continue
            page, ready = self.where[name]
            for below in (page.when, *ready.conditions, ready.value):
                more = sorted((below.uses if below else frozenset()) - seen)
                seen |= set(more)
                waiting += more
        return list(found)

    def can_hold(self, expression: Expression) -> bool:
        """Whether some answers make the expression true, or might."""
        names = self.needed_by(expression, deep=True)
        deep = True
        if self._combinations(names) > MOST_COMBINATIONS:
            names, deep = self.needed_by(expression, deep=False), False
        if self._combinations(names) > MOST_COMBINATIONS:
            return True
        for combination in product(*(self.choices[name] for name in names)):
            values = dict(zip(names, combination, strict=True))
            known = self._asked_only(values) if deep else {n: v for n, v in values.items() if v is not ABSENT}
            if self._outcome(expression, known) is not False:
                return True
        return False

    def _combinations(self, names: list[str]) -> int:
        count = 1
        for name in names:
            count *= len(self.choices[name])
        return count

    def _asked_only(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The combination without the answers of questions that it hides itself."""
        known: dict[str, Any] = {}
        for name in (name for name in self.where if name in values):
            page, ready = self.where[name]
            hidden = any(
                below is not None and self._outcome(below, known) is False
                for below in (page.when, *ready.conditions)
            )
            if not hidden and values[name] is not ABSENT:
                known[name] = values[name]
        return known

    def _outcome(self, expression: Expression, known: Mapping[str, Any]) -> bool | None:
        """True, False, or None: perhaps. What cannot be listed is unknown here; CEL's own rules for errors do the rest.

        An expression that fails because a listable answer is absent is not perhaps true: a condition without its answer does not hold.
        """
        values = {name: value for name, value in known.items() if name in expression.uses}
        found = expression.evaluate({**values, "answered": ABSENT})
        if isinstance(found, bool):
            return found
        absent = {name for name in expression.uses if name in self.choices and name not in known}
        unlisted = expression.uses - set(self.choices)
        needs_context = unlisted or "today" in expression.source or "answered" in expression.source
        return False if absent and not needs_context else None


def _unreachable(form: Ready) -> Iterator[Problem]:
    reach = _Reach(form)
    for page in form.pages:
        if page.when is not None and not reach.can_hold(page.when):
            yield Problem(f"{page.path}.when", f"nobody can reach the page '{page.name}': this never holds")
        for group in page.groups:
            if group.when is not None and not reach.can_hold(group.when):
                yield Problem(f"{group.path}.when", f"nobody sees the group '{group.name}': this never holds")
        for ready in page.questions:
            if ready.when is not None and not reach.can_hold(ready.when):
                yield Problem(f"{ready.path}.when", f"nobody is asked '{ready.name}': this never holds")


# --- texts -----------------------------------------------------------------------------------------------------------


def _problems_of_texts(form: Ready, language: str, texts: FormTexts) -> Iterator[Problem]:
    pages = {page.name: page for page in form.pages}
    questions = {ready.name: ready for ready in _with_columns(ready for _page, ready in form.questions())}
    groups = {group.name: group for page in form.pages for group in page.groups}
    rules = {rule.name: rule for page in form.pages for rule in page.rules}
    for part, names, known in (("group", texts.groups, groups), ("rule", texts.rules, rules)):
        for name in names:
            if name not in known:
                yield Problem(
                    f"{part}s.{name}", f"there is no {part} '{name}'" + _hint(name, known), language
                )
    for name in groups:
        if not texts.groups.get(name, GroupTexts()).title:
            yield Problem(
                f"groups.{name}.title", f"the group '{name}' has no title in '{language}'", language
            )
    for name in rules:
        if not texts.rules.get(name):
            words = f"the rule '{name}' does not say in '{language}' what is wrong and what to do"
            yield Problem(f"rules.{name}", words, language)
    for name in texts.pages:
        if name not in pages:
            yield Problem(f"pages.{name}", f"there is no page '{name}'" + _hint(name, pages), language)
    for name in texts.questions:
        if name not in questions:
            yield Problem(
                f"questions.{name}", f"there is no question '{name}'" + _hint(name, questions), language
            )
    for page in form.pages:
        yield from _problems_of_page(page, texts.pages.get(page.name, PageTexts()), language)
        for ready in _with_columns((*page.questions, *page.totals)):
            yield from _problems_of_question(
                ready, texts.questions.get(ready.name, QuestionTexts()), language
            )


def _problems_of_page(page: ReadyPage, texts: PageTexts, language: str) -> Iterator[Problem]:
    if not texts.title and (page.repeat or len(page.asked) != 1):
        yield Problem(
            f"pages.{page.name}.title", f"the page '{page.name}' has no title in '{language}'", language
        )
    if page.stops and not texts.intro:
        yield Problem(
            f"pages.{page.name}.intro",
            f"the page '{page.name}' does not say in '{language}' why the way ends here; write its intro",
            language,
        )


def _problems_of_question(ready: ReadyQuestion, texts: QuestionTexts, language: str) -> Iterator[Problem]:
    question, path = ready.question, f"questions.{ready.name}"
    if getattr(question, "hidden", False):
        return
    for what in ("label", "statement"):
        if what in question.needs_words and not getattr(texts, what):
            words = f"'{ready.name}' has no {what} in '{language}': write “{ready.name}: {{{what}: …}}” under questions"
            yield Problem(f"{path}.{what}", words, language)
    for name in question.option_names:
        if not texts.option(name).label:
            yield Problem(
                f"{path}.options.{name}",
                f"the option '{name}' has no text in '{language}': write “{name}: …” under the options of {ready.name}",
                language,
            )
    known = question.option_names or (("yes", "no") if isinstance(question, YesNo) else ())
    for name in texts.options:
        if name not in known:
            yield Problem(
                f"{path}.options.{name}",
                f"'{ready.name}' has no option '{name}'" + _hint(name, known),
                language,
            )
    codes = question.codes | set(MESSAGES)
    for code in texts.errors:
        if code not in codes:
            yield Problem(
                f"{path}.errors.{code}",
                f"'{ready.name}' has no error '{code}'"
                + (_hint(code, codes) or f"; there is {', '.join(sorted(codes))}"),
                language,
            )
