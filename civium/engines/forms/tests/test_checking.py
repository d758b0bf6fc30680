"""What a designer is told before anybody fills the form in."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from civium.engines.forms.schema import FormPart

from .examples import DOG, DOG_TEXTS, make_form


def problems(source: str) -> list[tuple[str, str]]:
    return [(problem.path, problem.message) for problem in make_form(source).check()]


def page(name: str, asks: str, when: str = "") -> str:
    condition = f"  when: {when!r}\n" if when else ""
    return f"- page: {name}\n{condition}  ask: [{asks}]\n"


YES = "{name: yes_no, type: yes-no}"
CHOICE = "{name: choice, type: one-of, options: [red, blue]}"
AGE = "{name: age, type: number}"


def test_a_good_form_has_no_problem() -> None:
    assert make_form(DOG).check() == []
    assert make_form(DOG, {"en": DOG_TEXTS}).check() == []


@pytest.mark.parametrize(
    ("source", "path", "part"),
    [
        (page("a", YES) + page("b", AGE, "yes_on"), "[1].when", "did you mean 'yes_no'"),
        (page("a", YES, "age > 3") + page("b", AGE), "[0].when", "'age' is asked later"),
        (page("a", YES, "yes_no") + page("b", AGE), "[0].when", "'yes_no' is asked later"),
        (page("a", YES) + page("b", AGE, "yes_no > 3"), "[1].when", "does not work with (yes or no, number)"),
        (page("a", AGE) + page("b", YES, "age"), "[1].when", "must give yes or no"),
        (page("a", "{name: age, type: number, when: 'zebra'}"), "[0].ask[0].when", "nothing called 'zebra'"),
        (
            page("a", "{name: x, type: computed, value: 'x + 1'}"),
            "[0].ask[0].value",
            "'x' is computed from itself",
        ),
        (
            page("a", "{name: x, type: computed, value: 'y + 1'}, {name: y, type: computed, value: 'x + 1'}"),
            "[0].ask[0].value",
            "'y' is asked later",
        ),
        (page("a", "{name: x, type: computed, value: \"'text'\"}"), "[0].ask[0].value", "must give a number"),
        (page("a", YES) + page("a", AGE), "[1].page", "another page 'a'"),
        (page("a", YES) + page("b", YES), "[1].ask[0].name", "'yes_no' is used twice"),
        (
            page("a", "{name: c, type: one-of, options: [x, y, x]}"),
            "[0].ask[0].options",
            "'x' is there twice",
        ),
        (
            page("a", CHOICE) + page("b", AGE, "choice == 'bleu'"),
            "[1].when",
            "no option 'bleu'; did you mean 'blue'",
        ),
        (page("a", CHOICE) + page("b", AGE, "choice in ['red', 'pink']"), "[1].when", "no option 'pink'"),
        (page("a", YES) + page("b", AGE, "yes_no && !yes_no"), "[1].when", "nobody can reach the page 'b'"),
        (page("a", YES) + page("b", AGE, "false"), "[1].when", "nobody can reach"),
        (
            page("a", CHOICE) + page("b", AGE, "choice == 'red' && choice == 'blue'"),
            "[1].when",
            "nobody can reach",
        ),
        (
            page("a", AGE + ", " + YES) + page("b", CHOICE, "age > 3 && yes_no && !yes_no"),
            "[1].when",
            "nobody can reach",
        ),
        (
            page("a", YES) + page("b", CHOICE, "yes_no") + page("c", AGE, "!yes_no && choice == 'red'"),
            "[2].when",
            "nobody can reach the page 'c'",
        ),
        (
            page("a", CHOICE + ", {name: age, type: number, when: \"choice == 'red' && choice == 'blue'\"}"),
            "[0].ask[1].when",
            "nobody is asked 'age'",
        ),
        (page("a", YES) + page("b", AGE, "'ag' in answered"), "[1].when", "no question 'ag'"),
    ],
)
def test_a_mistake_is_found_at_its_place(source: str, path: str, part: str) -> None:
    found = problems(source)
    assert any(at == path and part in message for at, message in found), found


@pytest.mark.parametrize(
    "when",
    [
        "yes_no || !yes_no",
        "age > 3",
        "age > 3 && yes_no",
        "choice != 'red'",
        "today.getFullYear() > 2020",
        "!('age' in answered)",
        "choice == 'red' || age == 1",
    ],
)
def test_a_condition_that_may_hold_is_no_problem(when: str) -> None:
    assert problems(page("a", f"{YES}, {CHOICE}, {AGE}") + page("b", "{name: z, type: text}", when)) == []


def test_a_row_is_known_as_its_list_only() -> None:
    source = """
- page: household
  repeat: {name: members}
  ask: [{name: age, type: number}, {name: school, type: text, when: age < 18}]
"""
    assert problems(source + page("b", YES, "members.exists(m, m.age < 18)")) == []
    assert "'age' is asked later, or only inside a row" in problems(source + page("b", YES, "age < 18"))[0][1]
    assert "did you mean 'age'" in problems(source + page("b", YES, "members.exists(m, m.agee < 18)"))[0][1]


def test_many_conditions_are_checked_in_time() -> None:
    asks = ", ".join(f"{{name: q{at}, type: yes-no}}" for at in range(20))
    every = " && ".join(f"q{at}" for at in range(20))
    assert problems(page("a", asks) + page("b", AGE, every)) == []


@pytest.mark.parametrize(
    ("change", "path", "part"),
    [
        (("questions", "dog_name", "label", ""), "questions.dog_name.label", "no label in 'en'"),
        (
            ("questions", "size", "options", {"small": "Small"}),
            "questions.size.options.large",
            "no text in 'en'",
        ),
        (
            ("questions", "size", "options", {"small": "S", "large": "L", "huge": "H"}),
            "questions.size.options.huge",
            "no option 'huge'",
        ),
        (
            ("questions", "size", "errors", {"requird": "x"}),
            "questions.size.errors.requird",
            "did you mean 'required'",
        ),
        (("questions", "dog_nam", "label", "x"), "questions.dog_nam", "did you mean 'dog_name'"),
        (("pages", "dgo", "title", "x"), "pages.dgo", "did you mean 'dog'"),
        (("pages", "dog", "title", ""), "pages.dog.title", "no title in 'en'"),
    ],
)
def test_missing_and_needless_words_are_found(
    change: tuple[str, str, str, Any], path: str, part: str
) -> None:
    texts: dict[str, Any] = copy.deepcopy(DOG_TEXTS)
    where, name, what, value = change
    texts[where].setdefault(name, {})[what] = value
    found = make_form(DOG, {"en": texts}).check()
    assert [(problem.path, problem.language) for problem in found] == [(path, "en")]
    assert part in found[0].message


def test_every_language_is_looked_at() -> None:
    found = make_form(DOG, {"en": DOG_TEXTS, "ar": {}}).check()
    assert found
    assert {problem.language for problem in found} == {"ar"}


def test_a_page_of_one_question_needs_no_title() -> None:
    texts: dict[str, Any] = copy.deepcopy(DOG_TEXTS)
    del texts["pages"]["proof"]
    assert make_form(DOG, {"en": texts}).check() == []


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("- page: a\n  ask: [{name: x, type: txt}]", "'text'"),
        ("- page: a\n  ask: [{name: in, type: text}]", "word of the expression language"),
        ("- page: a\n  ask: [{name: Ex, type: text}]", "small letters"),
        ("- page: a\n  ask: []", "1 to 40 questions"),
        ("[]", "1 to 100 pages"),
        ("- page: a\n  asks: []", "asks"),
        (
            "- page: a\n  repeat: {name: r, at_least: 3, at_most: 2}\n  ask: [{name: x, type: text}]",
            "at_least is larger",
        ),
        (
            "- page: a\n  repeat: {name: r, at_most: 10000}\n  ask: [{name: x, type: text}]",
            "less than or equal to 5000",
        ),
    ],
)
def test_what_is_no_form_is_refused_with_help(source: str, part: str) -> None:
    with pytest.raises(ValidationError) as refused:
        FormPart.model_validate(yaml.safe_load(source))
    assert part in str(refused.value)


def test_when_may_be_a_yaml_boolean() -> None:
    assert (
        FormPart.model_validate(yaml.safe_load("- page: a\n  when: true\n  ask: [{name: x, type: text}]"))
        .pages[0]
        .when
        == "true"
    )
