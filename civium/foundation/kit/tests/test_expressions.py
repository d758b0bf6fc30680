"""Expressions: what designers may write, what it gives, and what is refused with help."""

from __future__ import annotations

import contextlib
import datetime as dt
import subprocess
import sys
from decimal import Decimal
from typing import Any

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from civium.foundation.kit.expressions import (
    ABSENT,
    ExpressionError,
    Kind,
    compile_expression,
    name_problem,
    years_between,
)

ROW = {"age": Kind.NUMBER, "income": Kind.NUMBER, "name": Kind.TEXT, "born": Kind.DATE}
NAMES = {
    "age": Kind.NUMBER,
    "income": Kind.NUMBER,
    "neutered": Kind.BOOL,
    "assistance": Kind.BOOL,
    "breed": Kind.TEXT,
    "colours": Kind.TEXTS,
    "born": Kind.DATE,
    "members": Kind.rows(ROW),
    "address": Kind.record({"town": Kind.TEXT, "lines": Kind.TEXTS}),
}
ANSWERS: dict[str, Any] = {
    "today": dt.date(2026, 3, 1),
    "age": 3,
    "income": "1200.50",
    "neutered": True,
    "breed": "Mutt",
    "colours": ["brown"],
    "born": "2008-02-29",
    "members": [
        {"age": 12, "income": 100, "name": "Éa"},
        {"age": 40, "income": Decimal("50.25"), "name": "Bo"},
    ],
    "address": {"town": "Ñora", "lines": ["1 Quay"]},
}


def value_of(source: str, answers: dict[str, Any] | None = None) -> Any:
    return compile_expression(source, names=NAMES, wants=None).evaluate(
        ANSWERS if answers is None else answers
    )


def refusal_of(source: str, wants: Kind | None = None) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(source, names=NAMES, wants=wants)
    return caught.value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("age > 3", False),
        ("age == 3", True),
        ("age in [1, 2, 3]", True),
        ("-age + 10", 7),
        ("income * 12 < 20000.0", True),
        ("size(members) * 25", 50),
        ("members.size() * 25 + 1", 51),
        ("size(breed)", 4),
        ("int(income / 1000) * 2", 2),
        ("members.exists(m, m.age < 18)", True),
        ("members.all(m, has(m.age) && m.age > 11)", True),
        ("members.filter(m, m.age > 18).map(m, m.income)", [50.25]),
        ("sum(members.map(m, m.income))", 150.25),
        ("sum([])", 0),
        ("members[0].name", "Éa"),
        ("[10, 20][1]", 20),
        ("years_between(born, today)", 18),
        ("born < today", True),
        ("born < date('2008-02-28')", False),
        ("today", dt.date(2026, 3, 1)),
        ("today.getFullYear() - 1", 2025),
        ("'brown' in colours", True),
        ("breed.startsWith('Mu') ? 'yes' : 'no'", "yes"),
        ("address.town == 'Ñora'", True),
        ("'[0] 1' + \"2\"", "[0] 12"),
        ("age > 2 // older than 2", True),
    ],
)
def test_an_expression_gives(source: str, value: Any) -> None:
    assert value_of(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("assistance || neutered", True),
        ("assistance && !neutered", False),
        ("assistance && neutered", ABSENT),
        ("!assistance", ABSENT),
        ("'assistance' in answered", False),
        ("'neutered' in answered", True),
        ("has(members[0].born)", False),
        ("members.exists(m, m.born > today)", ABSENT),
        ("members[9].age", ABSENT),
        ("age / 0", ABSENT),
        ("0 / 0 * age", ABSENT),
    ],
)
def test_what_needs_an_absent_answer_is_absent(source: str, value: Any) -> None:
    assert value_of(source) is value


def test_an_absent_condition_does_not_hold() -> None:
    condition = compile_expression("!assistance", names=NAMES, wants=Kind.BOOL)
    assert not condition.holds(ANSWERS)
    assert not condition.holds({"assistance": ABSENT})
    assert condition.holds({"assistance": False})


@pytest.mark.parametrize("wrong", ["many", True, float("nan"), [], {}, "1" * 5000, None])
def test_a_value_of_another_kind_is_absent(wrong: Any) -> None:
    assert value_of("age > 1", {"age": wrong}) is ABSENT


def test_text_that_is_not_unicode_is_absent() -> None:
    assert value_of("breed == 'x'", {"breed": "\ud800"}) is ABSENT


@pytest.mark.parametrize(
    ("source", "column", "part"),
    [
        ("agge > 3", 1, "did you mean 'age'"),
        ("age > 1 &&\n  neuterd", 14, "did you mean 'neutered'"),
        ("2 * 3 > 1 && zebra", 14, "nothing called 'zebra'"),
        ("neutered > 3", 10, "'>' does not work with (yes or no, number)"),
        ("breed + 3", 7, "(text, number)"),
        ("age > 3 ? 1 : 'x'", 9, "number, text"),
        ("age +", 6, "cannot be read"),
        ("members.exists(m, m.agee < 18)", 20, "did you mean 'age'"),
        ("members.filter(m, m.age > 18)[0].nam", 33, "did you mean 'name'"),
        ("members.exists(m, m.age < 'x')", 1, "(number, text)"),
        ("address.twn == 'x'", 8, "did you mean 'town'"),
        ("'asistance' in answered", 2, "did you mean 'assistance'"),
        ("born < date('2026-13-01')", 12, "date('2026-01-31')"),
        ("members.map(a, members.map(b, members.map(c, 1)))", 1, "at most 2"),
        ("__size(members) > 1", 1, "not for documents"),
        ("a" * 1001, 1, "at most 1000"),
        ("(" * 200 + "1" + ")" * 200, 1, "nested"),
        ("", 1, "cannot be read"),
        ("breed = 'pug'", 7, "to compare, write '=='"),
        ("breed == ‘pug’", 10, "write straight quotes"),
        ("breed == 'pug", 10, "a quote is not closed"),
        ("born < '2026-01-31'", 6, "write a day as date('2026-01-31')"),
        ("born < 2026-01-31", 6, "write a day as date('2026-01-31')"),
        ("age × 2", 5, "for 'times', write '*'"),
        ("age – 2", 5, "a plain hyphen"),
        ("age => 2", 5, "for 'at least', write '>='"),
        ("25 EUR", 4, "leave the currency out"),
        ("breed is 'pug'", 7, "to compare, write '=='"),
        ("breed == pug-mix", 10, "if it is an option, write it in quotes: 'pug-mix'"),
        ("breed in [pug, 'mix']", 11, "write it in quotes: 'pug'"),
        ("neutered and age > 3", 10, "for 'and', write '&&'"),
        ("not neutered", 5, "write '!' before the name"),
        ("neutered == yes", 13, "where a yes-or-no question must be 'yes', write its name alone"),
        ("if neutered", 1, "leave out 'if'"),
        ("breed == 'this and that' age", 26, "cannot be read: nobody expects 'age'"),
    ],
)
def test_a_wrong_expression_is_refused_with_its_place_and_help(source: str, column: int, part: str) -> None:
    problem = refusal_of(source)
    assert part in problem.message
    assert problem.column == column


def test_an_unknown_name_is_named() -> None:
    problem = refusal_of("asistance")
    assert (problem.unknown, problem.nearest) == ("asistance", "assistance")


@pytest.mark.parametrize(
    ("source", "wants"),
    [
        ("age", Kind.BOOL),
        ("age > 1", Kind.NUMBER),
        ("breed", Kind.DATE),
        ("born", Kind.TEXT),
        ("breed", Kind.TEXTS),
    ],
)
def test_an_expression_must_give_what_is_wanted(source: str, wants: Kind) -> None:
    assert "must give" in refusal_of(source, wants).message


@pytest.mark.parametrize("wants", [Kind.NUMBER, Kind.BOOL, Kind.TEXT])
def test_the_fields_of_rows_have_types(wants: Kind) -> None:
    source = {"number": "members[0].age", "bool": "members[0].age > 1", "text": "members[0].name"}[wants.code]
    assert compile_expression(source, names=NAMES, wants=wants)
    assert "must give" in refusal_of(source, Kind.DATE).message


@pytest.mark.parametrize(
    "name",
    ["in", "as", "class", "true", "type", "today", "answered", "a-b", "__x", "Age", "1st", "", "é", "x" * 61],
)
def test_such_a_name_is_refused(name: str) -> None:
    assert name_problem(name)
    with pytest.raises(ExpressionError):
        compile_expression("true", names={name: Kind.TEXT}, wants=None)


def test_an_expression_knows_the_names_it_uses() -> None:
    expression = compile_expression(
        "members.exists(age, age.age > 3) && neutered && born < today && 'age' in answered",
        names=NAMES,
        wants=None,
    )
    assert expression.uses == {"members", "neutered", "born"}


def test_compared_texts_are_known() -> None:
    expression = compile_expression("breed == 'Pug' || breed in ['Mutt', 'Lab']", names=NAMES, wants=None)
    assert set(expression.compared_texts()) == {("breed", "Pug"), ("breed", "Mutt"), ("breed", "Lab")}


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
        ("2008-02-29", "2028-02-29", 20),
        ("2000-12-31", "2001-12-30", 0),
        ("2001-12-31", "2000-12-31", -1),
    ],
)
def test_years_are_counted_as_ages_are(born: str, on: str, years: int) -> None:
    assert years_between(dt.date.fromisoformat(born), dt.date.fromisoformat(on)) == years


@given(st.text(max_size=60))
def test_no_source_does_more_than_refuse(source: str) -> None:
    with contextlib.suppress(ExpressionError):
        compile_expression(source, names=NAMES, wants=None).evaluate(ANSWERS)


def test_the_library_is_loaded_by_the_first_expression_only() -> None:
    program = "import civium.foundation.kit.expressions, sys; print('cel_expr_python' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == "False"


def test_a_thousand_expressions_need_little_memory() -> None:
    """The environment that checks one expression takes 0.1 MB; a town has thousands of expressions."""
    value_of("age == 0")
    before = psutil.Process().memory_info().rss
    kept = [compile_expression(f"age == {number}", names=NAMES, wants=Kind.BOOL) for number in range(1000)]
    grown = psutil.Process().memory_info().rss - before
    assert kept[3].holds(ANSWERS)
    assert not kept[4].holds(ANSWERS)
    assert grown < 30_000_000


def test_dates_inside_rows_are_days_too() -> None:
    names = {"members": Kind.rows(ROW)}
    values = {
        "today": dt.date(2026, 3, 2),
        "members": [{"born": "2014-03-27", "age": 11}, {"born": dt.date(1980, 1, 31)}, {"name": "Luna"}],
    }

    def found(source: str) -> object:
        return compile_expression(source, names=names, wants=None).evaluate(values)

    assert found("size(members)") == 3
    assert found("members[0].born < today && has(members[1].born) && !has(members[2].born)") is True
    assert found("members[1].born") == dt.date(1980, 1, 31)
    assert found("members.filter(m, has(m.born)).exists(m, years_between(m.born, today) < 18)") is True
    assert found("members[2].born < today") is ABSENT


ROWS = {"members": Kind.rows({"income": Kind.NUMBER, "works": Kind.BOOL, "name": Kind.TEXT}, at_most=5000)}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("sum(members, 'income')", 30.5),
        ("sum(members.filter(m, m.works), 'income')", 10.5),
        ("sum(members.filter(m, m.name == 'nobody'), 'income')", 0),
        ("size(members.filter(m, has(m.income)))", 2),
    ],
)
def test_rows_are_summed_by_a_field_and_those_without_it_add_nothing(source: str, value: float) -> None:
    rows = [
        {"income": "10.5", "works": True, "name": "Ana"},
        {"income": 20, "works": False, "name": "Bo"},
        {"works": True, "name": "Cy"},
    ]
    assert compile_expression(source, names=ROWS, wants=Kind.NUMBER).evaluate({"members": rows}) == value


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("sum(members, 'incme')", "did you mean 'income'?"),
        ("sum(members, 'name')", "'name' is not a number"),
        ("sum(members.filter(m, m.works), 'nme')", "did you mean 'name'?"),
        ("sum(members, members[0].name)", "the name of a question in quotes"),
        ("members.all(m, members.exists(o, o.income > m.income))", "it can look at 9999"),
        ("members.exists(m, m.works) && members.all(m, m.works)", "this would look at 10000 of them"),
    ],
)
def test_what_cannot_be_reckoned_over_rows_is_refused(source: str, words: str) -> None:
    with pytest.raises(ExpressionError, match=words.replace("?", "[?]")):
        compile_expression(source, names=ROWS, wants=None)


@given(st.lists(st.integers(-1000, 1000), max_size=60))
def test_a_sum_is_the_sum_some_is_any_and_every_is_all(amounts: list[int]) -> None:
    rows = {"members": [{"income": amount, "works": amount > 0} for amount in amounts]}
    give = lambda source: compile_expression(source, names=ROWS, wants=None).evaluate(rows)  # noqa: E731
    assert give("sum(members, 'income')") == sum(amounts)
    assert give("members.exists(m, m.works)") == any(amount > 0 for amount in amounts)
    assert give("members.all(m, m.income >= 0)") == all(amount >= 0 for amount in amounts)
    assert give("size(members.filter(m, m.works))") == sum(amount > 0 for amount in amounts)
