"""Rules between answers, of rows and of lists: they refuse with the document's words, and what is missing is not judged."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civium.engines.forms.reading import Turn

from .examples import TODAY, make_form, posted
from .test_pages import show

WORKS = """
- page: first
  ask: [{name: limit, type: number}]
- page: works
  ask:
    - {name: begins, type: number}
    - {name: ends, type: number, optional: true}
    - {name: remarks, type: text, optional: true}
  rules:
    - {name: in_order, check: begins <= ends}
    - {name: below_the_limit, check: begins < limit, at: begins}
- page: people
  repeat:
    name: people
    at_least: 1
    totals: [{name: all_pay, type: computed, shown_as: number, value: "sum(people, 'pay')"}]
  ask:
    - {name: person, type: text}
    - {name: age, type: number}
    - {name: pay, type: number, decimals: 1, optional: true}
  rules:
    - {name: pay_for_adults, check: age >= 16 || pay == 0}
    - {name: one_adult, check: "people.exists(p, p.age >= 18)"}
- page: much
  when: all_pay > 100
  ask: [{name: why, type: text}]
"""
FORM = make_form(WORKS)
ANA = {"_id": "a", "person": "Ana", "age": 40, "pay": 80}
GOOD: dict[str, Any] = {"limit": "10", "begins": "1", "ends": "2", "remarks": None, "people": [ANA]}


def test_the_document_is_right() -> None:
    assert FORM.check() == []


def test_a_broken_rule_refuses_the_page_at_its_question() -> None:
    journey = FORM.journey({"limit": "10"}, today=TODAY)
    read = FORM.read_page("works", journey, posted(begins="5", ends="4", remarks=""), language="en")
    assert read.errors == {"ends": "in order"}
    assert not read.is_fine
    page = show(FORM, "works", {"limit": "10"}, reading=read)
    assert page.select_one(".govuk-error-summary a")["href"] == "#ends"
    assert "in order" in page.select_one("#ends-error").text
    both = FORM.read_page("works", journey, posted(begins="12", ends="4", remarks=""), language="en")
    assert set(both.errors) == {"begins", "ends"}
    fine = FORM.read_page("works", journey, posted(begins="4", ends="4", remarks=""), language="en")
    assert fine.is_fine


def test_a_rule_is_not_judged_before_everything_it_uses_is_answered() -> None:
    journey = FORM.journey({"limit": "10"}, today=TODAY)
    assert FORM.read_page("works", journey, posted(begins="5", ends="", remarks=""), language="en").is_fine
    wrong = FORM.read_page("works", journey, posted(begins="x", ends="4", remarks=""), language="en")
    assert set(wrong.errors) == {"begins"}
    assert FORM.journey({**GOOD, "ends": None}, today=TODAY).is_complete


def test_a_change_before_leads_back_to_the_page_and_says_why() -> None:
    journey = FORM.journey({**GOOD, "limit": "1"}, today=TODAY)
    assert journey.next_page == "works"
    assert not journey.is_complete
    assert journey.answers["begins"] == 1
    page = show(FORM, "works", {**GOOD, "limit": "1"})
    assert "below the limit" in page.select_one(".govuk-error-summary").text
    assert page.select_one("#begins")["value"] == "1"


def test_a_rule_over_questions_of_a_row_judges_each_row() -> None:
    child = {"_id": "b", "person": "Bo", "age": "9", "pay": "5"}
    journey = FORM.journey({**GOOD, "people": [ANA, child]}, today=TODAY)
    assert journey.next_page == "people"
    assert [row.answered.is_complete for row in journey.state("people").rows] == [True, False]
    read = FORM.read_page(
        "people", journey, posted(person="Bo", age="9", pay="5"), language="en", turn=Turn("b")
    )
    assert read.errors == {"pay": "pay for adults"}
    assert show(FORM, "people", {**GOOD, "people": [ANA, child]}, turn=Turn("b")).select("#pay-error")


def test_a_rule_over_the_list_is_judged_when_the_list_is_left() -> None:
    child = {"_id": "b", "person": "Bo", "age": "9", "pay": None}
    answers = {**GOOD, "people": [child]}
    journey = FORM.journey(answers, today=TODAY)
    assert journey.next_page == "people"
    assert FORM.read_page("people", journey, posted(_another="yes"), language="en").then == "?row=new"
    read = FORM.read_page("people", journey, posted(_another="no"), language="en")
    assert read.errors == {"_list": "one adult"}
    page = show(FORM, "people", answers, reading=read)
    assert page.select_one("#_list")
    assert page.select_one(".govuk-error-summary a")["href"] == "#_list"
    assert FORM.journey({**GOOD, "people": [child, ANA]}, today=TODAY).is_complete


def test_a_rule_over_a_total_judges_the_list() -> None:
    form = make_form(
        WORKS.replace("people.exists(p, p.age >= 18)", "all_pay >= 10").replace("one_adult", "enough_pay")
    )
    assert form.check() == []
    few = {**GOOD, "people": [{**ANA, "pay": 9}]}
    journey = form.journey(few, today=TODAY)
    read = form.read_page("people", journey, posted(_another="no"), language="en")
    assert read.errors == {"_list": "enough pay"}
    assert form.journey(GOOD, today=TODAY).is_complete


def test_totals_are_shown_while_the_list_grows_and_decide_what_follows() -> None:
    more = {**GOOD, "people": [ANA, {**ANA, "_id": "c", "pay": "50.5"}, {**ANA, "_id": "d", "pay": None}]}
    assert "130.5" in show(FORM, "people", more).select_one("#computed").text
    journey = FORM.journey(more, today=TODAY)
    assert journey.computed == {"all_pay": "130.5"}
    assert journey.page_names[-1] == "much"
    assert FORM.journey(GOOD, today=TODAY).page_names[-1] == "people"
    last = [
        section for section in FORM.summary(more, language="en", today=TODAY) if section.page == "people"
    ][-1]
    assert [(row.key, row.text) for row in last.rows] == [("All_Pay", "130.5")]
    assert FORM.shown_answers(more, language="en", today=TODAY)["all_pay"] == "130.5"


def test_machines_are_told_of_broken_rules() -> None:
    assert FORM.validate_answers(GOOD, today=TODAY)[1] == {}
    child = {"person": "Bo", "age": 9, "pay": 5}
    bad = {"limit": 10, "begins": 5, "ends": 4, "people": [child]}
    assert FORM.validate_answers(bad, today=TODAY)[1] == {
        "ends": "in order",
        "people[0].pay": "pay for adults",
        "people": "one adult",
    }


@given(st.integers(-5, 5), st.integers(-5, 5), st.integers(-5, 5))
def test_a_page_is_refused_exactly_when_a_rule_is_broken(limit: int, begins: int, ends: int) -> None:
    journey = FORM.journey({"limit": str(limit)}, today=TODAY)
    sent = posted(begins=str(begins), ends=str(ends), remarks="")
    read = FORM.read_page("works", journey, sent, language="en")
    assert read.is_fine == (begins <= ends and begins < limit)
    after = FORM.journey({"limit": str(limit), **read.values}, today=TODAY)
    assert (after.next_page != "works") == read.is_fine


@pytest.mark.parametrize(
    ("rule", "path", "words"),
    [
        ("{name: r, check: a < c}", "check", "there is nothing called 'c'"),
        ("{name: r, check: a}", "check", "this must give yes or no; it gives number"),
        ("{name: r, check: before > 1}", "check", "uses no question of its page"),
        ("{name: r, check: a < b, at: bb}", "at", "the page 'p' asks no 'bb'; did you mean 'b'?"),
        ("{name: r, check: a < b, at: before}", "at", "the page 'p' asks no 'before'"),
    ],
)
def test_rules_are_checked_with_their_place(rule: str, path: str, words: str) -> None:
    form = make_form(
        "[{page: o, ask: [{name: before, type: number}]}, "
        f"{{page: p, ask: [{{name: a, type: number}}, {{name: b, type: number}}], rules: [{rule}]}}]"
    )
    [problem] = form.check()
    assert problem.path == f"[1].rules[0].{path}"
    assert words in problem.message


def test_a_rule_is_about_a_row_or_about_the_list() -> None:
    form = make_form(
        "[{page: p, repeat: {name: l}, ask: [{name: a, type: number}], rules: [{name: r, check: a > size(l)}]}]"
    )
    assert "about one row ('a') or about the whole list" in form.check()[0].message


def test_rules_need_words_and_words_need_rules() -> None:
    source = "[{page: p, ask: [{name: a, type: number}], rules: [{name: r, check: a > 1}, {name: r, check: a > 2}]}]"
    form = make_form(source, {"en": {"questions": {"a": {"label": "A"}}, "rules": {"s": "S"}}})
    assert [(problem.path, problem.language) for problem in form.check()] == [
        ("[0].rules[1].name", None),
        ("rules.s", "en"),
        ("rules.r", "en"),
    ]
