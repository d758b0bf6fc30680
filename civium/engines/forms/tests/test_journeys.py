"""The journey: what is visible, what is still to answer, what is never stale."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civium.engines.forms.journey import Journey, merge_answers
from civium.foundation.kit.expressions import ABSENT, compile_expression
from civium.foundation.kit.refusals import NotFound

from .examples import TODAY, dog_form, make_form

FORM = dog_form()
DONE: dict[str, Any] = {
    "dog_name": "Rex",
    "assistance": True,
    "members": [
        {"_id": "a", "member_name": "Ana", "works": True, "income": "100.00"},
        {"_id": "b", "member_name": "Bo", "works": False},
    ],
    "trainer": "Ben",
    "size": "small",
    "nickname": None,
}


def journey(answers: dict[str, Any]) -> Journey:
    return FORM.journey(answers, today=TODAY)


def test_pages_come_in_order_and_hidden_ones_do_not() -> None:
    assert journey({}).page_names == ["dog", "household", "size"]
    assert journey(DONE).page_names == ["dog", "household", "proof", "size"]
    assert journey({**DONE, "trainer": "Other"}).page_names == [
        "dog",
        "household",
        "proof",
        "trainer",
        "size",
    ]


def test_the_next_page_is_the_first_that_is_not_complete() -> None:
    assert journey({}).next_page == "dog"
    assert journey({"dog_name": "Rex"}).next_page == "dog"
    assert journey({"dog_name": "Rex", "assistance": False}).next_page == "household"
    assert journey({**DONE, "trainer": None}).next_page == "proof"
    assert journey(DONE).next_page is None
    assert journey(DONE).is_complete


def test_an_optional_question_was_seen_or_was_not() -> None:
    without = {name: value for name, value in DONE.items() if name != "nickname"}
    assert not journey(without).is_complete
    assert journey({**without, "nickname": None}).is_complete
    assert "nickname" not in journey(DONE).values


def test_a_list_that_may_be_empty_must_still_be_confirmed() -> None:
    without = {name: value for name, value in DONE.items() if name != "members"}
    assert journey(without).next_page == "household"
    assert journey({**without, "members": []}).is_complete


def test_what_a_condition_hides_is_absent_and_all_that_followed_from_it() -> None:
    other = {
        **DONE,
        "trainer": "Other",
        "trainer_address": {"line_1": "1 Quay", "town": "Lumen", "postcode": "28001"},
    }
    assert "trainer_address" in journey(other).answers
    changed = journey({**other, "assistance": False})
    assert changed.page_names == ["dog", "household", "size"]
    assert "trainer" not in changed.values
    assert "trainer_address" not in changed.answers


def test_a_hidden_answer_in_a_row_is_absent() -> None:
    rows = [{"_id": "a", "member_name": "Ana", "works": False, "income": "100.00"}]
    kept = journey({**DONE, "members": rows})
    assert kept.answers["members"] == [{"_id": "a", "member_name": "Ana", "works": False}]
    income = compile_expression("sum(members.map(m, has(m.income), m.income))", names=FORM.names, wants=None)
    assert income.evaluate(kept.values) == 0
    assert income.evaluate(journey(DONE).values) == 100


def test_a_question_may_depend_on_one_above_it_on_the_page() -> None:
    assert journey({**DONE, "size": "large"}).next_page == "size"
    assert journey({**DONE, "size": "large", "weight": 30}).is_complete
    assert "weight" not in journey({**DONE, "size": "small", "weight": 30}).answers


def test_a_computed_value_follows_the_answers() -> None:
    assert journey(DONE).computed == {"total": 50}
    assert journey({**DONE, "members": []}).computed == {"total": 0}
    assert compile_expression("total", names=FORM.names, wants=None).evaluate(journey({}).values) is ABSENT


@pytest.mark.parametrize("wrong", ["x" * 41, "", 7, None, ["Rex"], {"a": 1}])
def test_an_answer_that_is_no_longer_valid_is_asked_again(wrong: Any) -> None:
    again = journey({**DONE, "dog_name": wrong})
    assert again.next_page == "dog"
    assert "dog_name" not in again.answers


@pytest.mark.parametrize("wrong", ["x", 7, [7], [None], [{"_id": "a"}], [[]], {"a": 1}])
def test_a_list_that_is_none_is_asked_again(wrong: Any) -> None:
    assert journey({**DONE, "members": wrong}).is_complete is (wrong in ([7], [None], [[]]))


def test_a_list_keeps_its_limits() -> None:
    rows = [{"_id": str(at), "member_name": "Ana", "works": False} for at in range(4)]
    assert not journey({**DONE, "members": rows}).is_complete
    assert journey({**DONE, "members": rows[:3]}).is_complete


def test_no_page_can_be_visited_before_what_comes_first() -> None:
    at_the_start = journey({})
    assert [name for name in at_the_start.page_names if at_the_start.can_visit(name)] == ["dog"]
    assert not at_the_start.can_visit("proof")
    assert not at_the_start.can_visit("nowhere")
    assert all(journey(DONE).can_visit(name) for name in journey(DONE).page_names)


def test_a_hidden_page_is_not_there() -> None:
    with pytest.raises(NotFound):
        journey({}).state("proof")


def test_where_to_go_next() -> None:
    done = journey(DONE)
    assert done.after("dog") == "household"
    assert done.after("dog", changing=True) is None
    assert done.after("size") is None
    assert journey({**DONE, "assistance": False}).after("proof") is None
    assert journey({"dog_name": "Rex", "assistance": True}).after("dog", changing=True) == "household"
    assert (done.before("dog"), done.before("household"), done.before("check")) == (None, "dog", "size")


def test_progress_has_a_total_only_when_it_is_known() -> None:
    assert journey({}).progress("dog").total is None
    decided = journey({"dog_name": "Rex", "assistance": False}).progress("household")
    assert (decided.number, decided.total) == (2, 3)


@pytest.mark.parametrize(
    ("changes", "members"),
    [
        ({"members/c": {"member_name": "Cy"}}, ["a", "b", "c"]),
        ({"members/a": {"member_name": "Ann"}}, ["a", "b"]),
        ({"members/a": None}, ["b"]),
        ({"members/zz": None}, ["a", "b"]),
        ({"dog_name": "Bo"}, ["a", "b"]),
    ],
)
def test_changes_touch_only_what_they_name(changes: dict[str, Any], members: list[str]) -> None:
    merged = merge_answers(DONE, changes)
    assert [row["_id"] for row in merged["members"]] == members
    assert {name: merged[name] for name in ("size", "trainer")} == {"size": "small", "trainer": "Ben"}
    assert DONE["members"][0]["member_name"] == "Ana"


ROWS = st.lists(
    st.fixed_dictionaries(
        {"_id": st.sampled_from(["a", "b", "c"])},
        optional={
            "member_name": st.sampled_from(["Ana", "", None]),
            "works": st.booleans(),
            "income": st.sampled_from(["1.00", "x"]),
        },
    ),
    max_size=4,
)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "dog_name": st.sampled_from(["Rex", "", None, "x" * 50, 3]),
        "assistance": st.booleans() | st.none() | st.text(max_size=2),
        "members": ROWS | st.none(),
        "trainer": st.sampled_from(["Ben", "Other", None]),
        "trainer_address": st.sampled_from([{"line_1": "1", "town": "L", "postcode": "1"}, {}, None]),
        "size": st.sampled_from(["small", "large", "medium", None]),
        "weight": st.integers() | st.none() | st.floats(),
        "nickname": st.sampled_from(["Bo", None]),
        "zebra": st.none(),
    },
)


@given(ANSWERS)
def test_pruning_twice_is_pruning_once(answers: dict[str, Any]) -> None:
    once = journey(answers)
    twice = journey(dict(once.answers))
    assert twice.answers == once.answers
    assert twice.values == once.values
    assert twice.page_names == once.page_names
    assert twice.is_complete == once.is_complete


@given(ANSWERS)
def test_nobody_passes_a_visible_page_that_is_not_complete(answers: dict[str, Any]) -> None:
    found = journey(answers)
    incomplete = False
    for state in found.pages:
        assert found.can_visit(state.page.name) is not incomplete
        incomplete = incomplete or not state.is_complete
    assert found.is_complete is not incomplete


@given(ANSWERS)
def test_every_answer_that_stays_belongs_to_a_visible_page(answers: dict[str, Any]) -> None:
    found = journey(answers)
    visible = {ready.name for state in found.pages for ready in state.page.questions} | {"members"}
    assert set(found.answers) <= visible
    if found.values.get("assistance") is not True:
        assert "trainer" not in found.answers


def test_answered_asks_whether_there_is_an_answer() -> None:
    form = make_form(
        """
        - page: one
          ask: [{name: phone, type: phone, optional: true}]
        - page: two
          when: "!('phone' in answered)"
          ask: [{name: email, type: email}]
        """
    )
    assert form.journey({"phone": None}, today=TODAY).page_names == ["one", "two"]
    assert form.journey({"phone": "+34911234567"}, today=TODAY).page_names == ["one"]
