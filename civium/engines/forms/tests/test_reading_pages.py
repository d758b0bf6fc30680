"""Reading what was posted: pages, rows, one field, and answers from machines."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.utils.datastructures import MultiValueDict
from hypothesis import given
from hypothesis import strategies as st

from civium.engines.forms.rules import PageReading, Turn, merge_answers
from civium.foundation.kit.refusals import NotFound

from .examples import TODAY, dog_form, make_form, posted
from .test_journeys import DONE
from .test_question_types import upload

FORM = dog_form()


def read(page: str, answers: dict[str, Any], turn: Turn | None = None, **typed: Any) -> PageReading:
    journey = FORM.journey(answers, today=TODAY)
    return FORM.read_page(page, journey, posted(**typed), language="en", turn=turn)


def test_a_page_is_read() -> None:
    reading = read("dog", {}, dog_name=" Rex ", assistance="no")
    assert reading.is_fine
    assert reading.values == {"dog_name": "Rex", "assistance": False}
    assert reading.then is None


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays() -> None:
    reading = read("dog", {}, dog_name="x" * 41)
    assert reading.errors == {
        "dog_name": "Dog's name must be 40 characters or fewer",
        "assistance": "Assistance dog: select yes or no",
    }
    assert reading.typed["dog_name"] == {"": "x" * 41}


def test_the_designers_own_error_text_is_used() -> None:
    form = make_form(
        "- page: p\n  ask: [{name: q, type: text}]",
        {
            "en": {"questions": {"q": {"label": "Q", "errors": {"required": "Say something"}}}},
            "es": {"questions": {"q": {"label": "P"}}},
        },
    )
    journey = form.journey({}, today=TODAY)
    assert form.read_page("p", journey, posted(), language="en").errors == {"q": "Say something"}


def test_a_question_that_becomes_visible_is_asked_before_going_on() -> None:
    seen = ["size", "nickname"]
    reading = read("size", DONE, size="large", _shown=seen)
    assert reading.revealed == ("weight",)
    assert not reading.is_fine
    assert not reading.errors
    again = read("size", DONE, size="large", weight="", _shown=[*seen, "weight"])
    assert list(again.errors) == ["weight"]
    assert read("size", DONE, size="small", weight="x", _shown=[*seen, "weight"]).is_fine


def test_a_stale_answer_of_the_same_page_decides_nothing() -> None:
    reading = read("size", {**DONE, "size": "large", "weight": 3}, size="", _shown=["size", "nickname"])
    assert list(reading.errors) == ["size"]
    assert reading.revealed == ()


def test_an_optional_question_left_empty_is_marked_as_seen() -> None:
    assert read("size", DONE, size="small", nickname="").values == {"size": "small", "nickname": None}


def test_a_hidden_page_cannot_be_posted() -> None:
    with pytest.raises(NotFound):
        read("proof", {}, trainer="Ben")
    with pytest.raises(NotFound):
        read("nowhere", {}, trainer="Ben")


# --- lists ---


def test_a_row_is_added_changed_and_removed() -> None:
    added = read("household", {}, Turn(row="new"), member_name="Ana", works="no")
    assert added.then == ""
    answers = merge_answers({}, added.values)
    (row,) = answers["members"]
    changed = read("household", answers, Turn(row=row["_id"]), member_name="Ann", works="no")
    answers = merge_answers(answers, changed.values)
    assert answers["members"] == [{"_id": row["_id"], "member_name": "Ann", "works": False}]
    kept = read("household", answers, Turn(remove=row["_id"]), _remove="no")
    assert (kept.values, kept.then) == ({}, "")
    removed = read("household", answers, Turn(remove=row["_id"]), _remove="yes")
    assert merge_answers(answers, removed.values)["members"] == []
    assert read("household", answers, Turn(remove=row["_id"])).errors


def test_posting_a_new_row_twice_makes_one_row() -> None:
    first = read("household", {}, Turn(row="new"), member_name="Ana", works="no", _row="0a1b2c3d")
    answers = merge_answers({}, first.values)
    again = read("household", answers, Turn(row="new"), member_name="Ann", works="no", _row="0a1b2c3d")
    assert merge_answers(answers, again.values)["members"] == [
        {"_id": "0a1b2c3d", "member_name": "Ann", "works": False}
    ]


@pytest.mark.parametrize("brought", ["", "x/y", "../..", "0a1b2c3d0a1b2c3d", "members/a"])
def test_a_row_chooses_its_own_id_when_the_page_brings_none_of_ours(brought: str) -> None:
    (key,) = read("household", {}, Turn(row="new"), member_name="Ana", works="no", _row=brought).values
    assert len(key.removeprefix("members/")) == 8


def test_a_row_with_a_mistake_is_not_kept() -> None:
    reading = read("household", {}, Turn(row="new"), member_name="", works="yes", income="lots")
    assert set(reading.errors) == {"member_name", "income"}


@pytest.mark.parametrize("turn", [Turn(row="zz"), Turn(remove="zz"), Turn(row="a' OR 1=1")])
def test_a_row_that_is_not_there_is_not_found(turn: Turn) -> None:
    with pytest.raises(NotFound):
        read("household", DONE, turn, member_name="Ana", works="no")


def test_the_list_asks_for_another() -> None:
    assert read("household", DONE, _another="yes").then == "?row=new"
    assert (read("household", DONE, _another="no").values, read("household", DONE, _another="no").then) == (
        {},
        None,
    )
    assert read("household", {}, _another="no").values == {"members": []}
    assert list(read("household", DONE).errors) == ["_another"]


def test_a_list_that_may_stay_empty_needs_no_choice() -> None:
    assert read("household", {}).values == {"members": []}


def test_for_later_nothing_is_asked_and_nothing_concluded() -> None:
    assert (read("household", {}, _later="yes").values, read("household", {}, _later="yes").then) == (
        {},
        None,
    )
    half = read("household", DONE, Turn(row="new"), member_name="Ana", _later="yes")
    assert half.is_fine
    assert half.answers == {"member_name": "Ana"}
    assert read("household", DONE, Turn(row="new"), member_name="", _later="yes").values == {}


def test_a_full_list_takes_no_more() -> None:
    rows = [{"_id": str(at), "member_name": "Ana", "works": False} for at in range(3)]
    full = {**DONE, "members": rows}
    assert read("household", full, _another="yes").is_fine
    assert read("household", full, _another="yes").then is None
    with pytest.raises(NotFound):
        read("household", full, Turn(row="new"), member_name="Ana", works="no")


def test_a_list_needs_its_least() -> None:
    form = make_form("- page: p\n  repeat: {name: r, at_least: 2}\n  ask: [{name: q, type: text}]")
    journey = form.journey({"r": [{"_id": "a", "q": "x"}]}, today=TODAY)
    assert form.read_page("p", journey, posted(_another="no"), language="en").errors == {
        "_another": "Add at least 2"
    }


# --- files ---


def test_uploads_wait_to_be_stored_and_take_their_place() -> None:
    form = make_form("- page: p\n  ask: [{name: photo, type: file}, {name: q, type: text}]")
    journey = form.journey({}, today=TODAY)
    files: MultiValueDict[str, Any] = MultiValueDict({"photo": [upload("a.pdf")]})
    reading = form.read_page("p", journey, posted(q=""), files, language="en")
    assert [one.question for one in reading.uploads] == ["photo"]
    stored = reading.with_files({"photo": [{"id": "7b6ad8a4-0e1f-4c3c-9d5a-0c1b8f1d2e3f", "name": "a.pdf"}]})
    assert stored.values["photo"] == [{"id": "7b6ad8a4-0e1f-4c3c-9d5a-0c1b8f1d2e3f", "name": "a.pdf"}]
    assert reading.with_files({"photo": []}).values["photo"] is None


def test_a_stored_file_stands_on_the_page_again() -> None:
    form = make_form("- page: p\n  ask: [{name: photo, type: file}, {name: q, type: text}]")
    journey = form.journey({}, today=TODAY)
    files: MultiValueDict[str, Any] = MultiValueDict({"photo": [upload("a.pdf")]})
    reading = form.read_page("p", journey, posted(q=""), files, language="en")
    stored = reading.with_files({"photo": [{"id": "7b6ad8a4-0e1f-4c3c-9d5a-0c1b8f1d2e3f", "name": "a.pdf"}]})
    _template, shown = form.show_page("p", journey, language="en", reading=stored)
    assert [one["name"] for one in shown["form_page"].fields[0].typed[""]] == ["a.pdf"]


def test_files_of_a_row_take_their_place() -> None:
    form = make_form("- page: p\n  repeat: {name: rows}\n  ask: [{name: photo, type: file}]")
    files: MultiValueDict[str, Any] = MultiValueDict({"photo": [upload("a.pdf")]})
    reading = form.read_page(
        "p", form.journey({}, today=TODAY), posted(), files, language="en", turn=Turn(row="new")
    )
    stored = {"id": "7b6ad8a4-0e1f-4c3c-9d5a-0c1b8f1d2e3f", "name": "a.pdf"}
    answers = merge_answers({}, reading.with_files({"photo": [stored]}).values)
    assert form.file_ids(answers) == [stored["id"]]


# --- one field as it is left ---


def check(page: str, field: str, **typed: Any) -> str | None:
    return FORM.check_field(page, field, posted(**typed), language="en", today=TODAY)


def test_a_field_is_checked_by_the_same_rule() -> None:
    assert check("dog", "dog_name", dog_name="x" * 41) == "Dog's name must be 40 characters or fewer"
    assert check("dog", "dog_name", dog_name="Rex") is None


def test_an_empty_field_is_not_scolded() -> None:
    assert check("dog", "dog_name", dog_name="") is None
    assert check("trainer", "trainer_address-line_1", trainer_address__line_1="1 Quay") is None


def test_one_line_of_an_address_is_checked_alone() -> None:
    typed = {"trainer_address__line_1": "x" * 121, "trainer_address__postcode": "<b>"}
    assert "120" in str(check("trainer", "trainer_address-line_1", **typed))
    assert check("trainer", "trainer_address-postcode", **typed) == "Enter a real postcode"


def test_a_date_is_checked_when_it_is_whole() -> None:
    form = make_form("- page: p\n  ask: [{name: born, type: date}]")

    def at(field: str, **typed: Any) -> str | None:
        return form.check_field("p", field, posted(**typed), language="en", today=TODAY)

    assert at("born-day", born__day="31") is None
    assert "real date" in str(at("born-year", born__day="31", born__month="2", born__year="2020"))
    assert "4 numbers" in str(at("born-year", born__day="31", born__month="2", born__year="20"))


@pytest.mark.parametrize("field", ["zebra", "", "dog_name-day", "\x00", "total"])
def test_an_unknown_field_is_not_found(field: str) -> None:
    with pytest.raises(NotFound):
        check("dog", field)


# --- answers from machines ---


def test_answers_from_a_machine_are_checked_as_any() -> None:
    journey, errors = FORM.validate_answers(
        {
            "dog_name": "Rex",
            "assistance": False,
            "trainer": "hidden",
            "members": [{"member_name": "Ana", "works": True, "income": 100}],
            "size": "small",
        },
        today=TODAY,
    )
    assert errors == {}
    assert journey.answers == {
        "dog_name": "Rex",
        "assistance": False,
        "members": [{"_id": "1", "member_name": "Ana", "works": True, "income": "100.00"}],
        "size": "small",
        "nickname": None,
    }


def test_every_mistake_of_a_machine_is_told_at_its_path() -> None:
    _journey, errors = FORM.validate_answers(
        {
            "dog_name": ["Rex"],
            "zebra": 1,
            "members": [{"member_name": "Ana", "works": "perhaps", "zebra": 1}, {"works": False}],
            "size": "medium",
        },
        today=TODAY,
    )
    assert set(errors) == {
        "dog_name",
        "assistance",
        "zebra",
        "members[0].works",
        "members[0].zebra",
        "members[1].member_name",
        "size",
    }


@pytest.mark.parametrize("rows", ["x", 3, [3], {"a": 1}, [{}] * 4])
def test_a_wrong_list_is_told(rows: Any) -> None:
    _journey, errors = FORM.validate_answers({**DONE, "members": rows}, today=TODAY)
    assert any(path.startswith("members") for path in errors)


MACHINE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["_id", "works", "line_1", "x"]), inner)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*DONE, "weight", "trainer_address", "zebra"]), MACHINE))
def test_nothing_that_a_machine_sends_breaks_the_form(answers: dict[str, Any]) -> None:
    journey, errors = FORM.validate_answers(answers, today=TODAY)
    if not errors:
        assert FORM.validate_answers(journey.answers, today=TODAY) == (journey, {})
        assert FORM.journey(journey.answers, today=TODAY) == journey
        assert journey.is_complete


@given(
    st.dictionaries(
        st.sampled_from(["dog_name", "assistance", "_shown", "size", "weight", "_another"]),
        st.text(max_size=20),
    ),
    st.randoms(),
)
def test_no_post_breaks_a_page(typed: dict[str, str], chance: random.Random) -> None:
    page = chance.choice(["dog", "household", "size"])
    reading = read(page, DONE, **typed)
    assert reading.is_fine or reading.errors or reading.revealed


def test_what_a_register_knows_becomes_answers() -> None:
    known = {"dog_name": " Rex ", "assistance": "perhaps", "members": [], "zebra": 1, "weight": "30"}
    assert FORM.usable_answers(known) == {"dog_name": "Rex", "weight": 30}


def test_the_answers_have_a_json_schema() -> None:
    schema = FORM.json_schema()
    assert schema["required"] == ["dog_name", "assistance", "size"]
    assert schema["properties"]["members"]["items"]["required"] == ["member_name", "works"]
    assert schema["properties"]["size"] == {"enum": ["small", "large"], "title": "How big is it?"}
    assert "total" not in schema["properties"]


@pytest.mark.parametrize("typed", ["985-121 033", "٩٨٥١٢١٠٣٣", "985121033"])
def test_digits_may_be_typed_in_groups_and_in_any_script(typed: str) -> None:
    form = make_form(
        "- page: p\n  ask: [{name: chip, type: text, pattern: '[0-9]{9}', max_length: 9}, {name: q, type: text}]"
    )
    reading = form.read_page("p", form.journey({}, today=TODAY), posted(chip=typed, q="a-b c"), language="en")
    assert reading.values == {"chip": "985121033", "q": "a-b c"}
