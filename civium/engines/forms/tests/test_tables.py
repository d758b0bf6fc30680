"""A table: rows on the page itself, added and taken out with and without script, each cell judged by its own type."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from .examples import TODAY, make_form, posted
from .test_pages import show

EVENT = """
- page: days
  ask:
    - name: days
      type: table
      at_least: 2
      at_most: 4
      columns:
        - {name: day, type: date}
        - {name: guests, type: number, min: 1}
        - {name: kind, type: one-of, options: [market, concert]}
        - {name: loud, type: yes-no, optional: true}
    - {name: all_guests, type: computed, value: "sum(days, 'guests')"}
- page: big
  when: "days.exists(d, d.guests > 100 && d.kind == 'concert')"
  ask: [{name: plan, type: text}]
"""
WORDS = {
    "pages": {"days": {"title": "The days"}},
    "questions": {
        "days": {"label": "When is it?", "short": "Days", "row": "Day", "another": "Add another day"},
        "day": {"label": "Which day?", "short": "Day"},
        "guests": {"label": "How many guests?", "short": "Guests"},
        "kind": {
            "label": "What is it?",
            "short": "Kind",
            "options": {"market": "Market", "concert": "Concert"},
        },
        "loud": {"label": "Loud?"},
        "all_guests": {"label": "All guests"},
        "plan": {"label": "Plan"},
    },
}
FORM = make_form(EVENT, {"en": WORDS})
ROWS = [
    {"day": "2027-01-02", "guests": 50, "kind": "market", "loud": True},
    {"day": "2027-01-03", "guests": 200, "kind": "concert"},
]


def cells(**rows: dict[str, str]) -> QueryDict:
    """A posted table: ``r1={"day-day": "2", "guests": "3"}``."""
    data = QueryDict(mutable=True)
    for key, row in rows.items():
        data.appendlist("days-row", key[1:])
        for name, text in row.items():
            data[f"days-{key[1:]}-{name}"] = text
    return data


def a_day(day: str, guests: str, kind: str = "market") -> dict[str, str]:
    return {"day-day": day, "day-month": "1", "day-year": "2027", "guests": guests, "kind": kind}


def read(data: QueryDict) -> Any:
    return FORM.read_page("days", FORM.journey({}, today=TODAY), data, language="en")


def test_the_document_is_right() -> None:
    assert FORM.check() == []


def test_rows_are_read_and_empty_ones_are_none() -> None:
    found = read(cells(r1=a_day("2", "50"), r2={}, r3=a_day("3", "200", "concert"), r4={"guests": "  "}))
    assert found.is_fine, found.errors
    assert found.values == {
        "days": [
            {"day": "2027-01-02", "guests": 50, "kind": "market"},
            {"day": "2027-01-03", "guests": 200, "kind": "concert"},
        ]
    }


def test_conditions_and_sums_see_rows() -> None:
    journey = FORM.journey({"days": ROWS}, today=TODAY)
    assert journey.page_names == ["days", "big"]
    assert journey.values["all_guests"] == 250
    assert FORM.journey({"days": [ROWS[0], ROWS[0]]}, today=TODAY).is_complete


def test_each_cell_is_judged_by_its_type_and_named_with_its_row() -> None:
    found = read(cells(r1=a_day("32", "50"), r3=a_day("3", "0"), r7={"guests": "5"}))
    assert found.errors["days-1-day-day"].startswith("Day 1: Day must be a real date")
    assert found.errors["days-3-guests"] == "Day 2: Guests must be 1 or more"
    assert {"days-7-day-day", "days-7-kind"} <= set(found.errors)
    page = show(FORM, "days", {}, reading=found)
    links = [link["href"][1:] for link in page.select(".govuk-error-summary a")]
    assert links == list(found.errors)
    for at in links:
        assert page.select_one(f"[id='{at}']"), at
    assert page.select_one("[id='days-1-day-day']")["value"] == "32"
    in_its_row = page.select_one("[id='days-3-guests-error']").text
    assert "Guests must be 1 or more" in in_its_row
    assert "Day 2" not in in_its_row


def test_rows_that_are_missing_or_too_many_are_told() -> None:
    assert read(cells(r1={})).errors == {"days": "Days: fill in the first row"}
    assert read(QueryDict()).errors == {"days": "Days: fill in the first row"}
    assert read(cells(r1=a_day("2", "5"))).errors == {"days": "Days: fill in at least 2 rows"}
    five = {f"r{at}": a_day(str(at), "5") for at in range(1, 6)}
    assert read(cells(**five)).errors == {"days": "Days: fill in at most 4 rows"}


def test_a_new_table_has_the_rows_it_needs_and_every_input_is_named() -> None:
    page = show(FORM, "days", {})
    assert [legend.text for legend in page.select(".rows__title")] == ["Day 1", "Day 2"]
    ids = [tag["id"] for tag in page.select("[id]")]
    assert len(ids) == len(set(ids))
    for field in page.select("main input:not([type=hidden]), main select"):
        assert page.select_one(f"label[for='{field['id']}']"), field
    assert page.select_one("select[name=days-1-kind]")
    assert page.select_one("select[name=days-1-loud]")
    assert not page.select("input[type=radio]")
    assert not page.select("[autofocus]")


def test_enter_goes_on_and_takes_no_row_out() -> None:
    first = show(FORM, "days", {"days": ROWS}).select("form button")[0]
    assert first.get("name") is None


def test_a_row_is_added_without_scolding_and_without_saving() -> None:
    data = cells(r1=a_day("2", "x"), r2={})
    data["_act"] = "days-add"
    found = read(data)
    assert not found.is_fine
    assert found.again
    assert not found.errors
    page = show(FORM, "days", {}, reading=found)
    assert [legend.text for legend in page.select(".rows__title")] == ["Day 1", "Day 2", "Day 3"]
    assert page.select_one("[id='days-1-guests']")["value"] == "x"
    assert page.select_one("[autofocus]")["id"] == "days-3"
    assert not page.select(".govuk-error-summary, .govuk-error-message")


def test_a_row_is_taken_out_and_the_others_keep_what_was_typed() -> None:
    data = cells(r1=a_day("2", "5"), r2=a_day("3", "6"), r3=a_day("4", "7"))
    data["_act"] = "days-remove-2"
    page = show(FORM, "days", {"days": ROWS}, reading=read(data))
    assert [tag["value"] for tag in page.select("input[name$=guests]")] == ["5", "7"]
    assert page.select_one("[autofocus]")["id"] == "days"
    assert [legend.text for legend in page.select(".rows__title")] == ["Day 1", "Day 2"]


def test_there_are_never_more_rows_than_may_be() -> None:
    data = cells(**{f"r{at}": a_day(str(at), "5") for at in range(1, 5)})
    data["_act"] = "days-add"
    page = show(FORM, "days", {}, reading=read(data))
    assert len(page.select(".rows__row")) == 4
    assert not page.select("button[value=days-add]")
    assert "at most 4" in page.text


def test_what_the_rows_come_to_is_shown_while_they_are_filled_in() -> None:
    data = cells(r1=a_day("2", "5"), r2=a_day("", "37"), r3=a_day("4", "no"))
    data["_act"] = "look"
    page = show(FORM, "days", {"days": ROWS}, reading=read(data))
    assert "42" in page.select_one("#computed").text
    assert "250" in show(FORM, "days", {"days": ROWS}).select_one("#computed").text


def test_a_field_that_is_left_is_checked_in_its_row() -> None:
    data = cells(r1=a_day("2", "0"), r2={})
    check = lambda name: FORM.check_field("days", name, data, language="en", today=TODAY)  # noqa: E731
    assert check("days-1-guests") == "Guests must be 1 or more"
    assert check("days-2-guests") is None
    assert check("days-1-day-year") is None


def test_summaries_show_a_real_table() -> None:
    [row] = [
        row
        for part in FORM.summary({"days": ROWS}, language="en", today=TODAY)
        for row in part.rows
        if row.table
    ]
    table = BeautifulSoup(str(row.value), "html.parser").table
    assert [tag.text for tag in table.select("thead th")] == ["Number", "Day", "Guests", "Kind", "Loud?"]
    assert [[tag.text for tag in line.select("th, td")] for line in table.select("tbody tr")] == [
        ["1", "2 January 2027", "50", "Market", "Yes"],
        ["2", "3 January 2027", "200", "Concert", ""],
    ]
    assert {tag["scope"] for tag in table.select("th")} == {"col", "row"}
    shown = FORM.shown_answers({"days": ROWS}, language="en", today=TODAY)["days"]
    assert shown.startswith("Day 1: 2 January 2027, 50, Market, Yes")


def test_machines_send_rows_and_are_told_cell_by_cell() -> None:
    schema = FORM.json_schema()
    assert {"day", "guests", "kind"} == set(schema["properties"]["days"]["items"]["required"])
    assert schema["properties"]["days"]["items"]["properties"]["guests"]["title"] == "How many guests?"
    assert FORM.validate_answers({"days": ROWS, "plan": "p"}, today=TODAY)[1] == {}
    bad = [{**ROWS[0], "guests": 0, "extra": 1}, {"day": "x", "guests": 5}]
    assert set(FORM.validate_answers({"days": bad}, today=TODAY)[1]) == {
        "days[0].guests",
        "days[0].extra",
        "days[1].day",
        "days[1].kind",
    }
    for nonsense in ("x", 5, {"a": 1}, [1], [None]):
        assert set(FORM.validate_answers({"days": nonsense}, today=TODAY)[1]) == {"days"}


def test_hostile_rows_are_counted_and_not_obeyed() -> None:
    data = posted(**{"days-row": [str(at) for at in range(100_000)] + ["-1", "x", "../1", "1-guests"]})
    assert read(data).errors == {"days": "Days: fill in the first row"}
    data = cells(r1=a_day("2", "5"))
    for act in ("days-remove-../../1", "days-add-add", "other-add", "-", "", "x" * 10_000):
        data["_act"] = act
        assert show(FORM, "days", {}, reading=read(data))


guests = st.one_of(st.integers(1, 999).map(str), st.sampled_from(["", "x", "0"]))


@given(st.lists(guests, max_size=4))
def test_what_is_accepted_is_what_was_typed(typed: list[str]) -> None:
    found = read(cells(**{f"r{at}": a_day(str(at), text) for at, text in enumerate(typed, 1)}))
    is_right = len(typed) >= 2 and all(text.isdigit() and text != "0" for text in typed)
    assert found.is_fine == is_right
    if is_right:
        kept = json.loads(json.dumps(found.values["days"]))
        assert [row["guests"] for row in kept] == [int(text) for text in typed]
        assert FORM.journey({"days": kept}, today=TODAY).values["all_guests"] == sum(map(int, typed))


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("columns: []", "at least 1"),
        ("columns: [{name: f, type: file}]", "does not match any of the expected tags"),
        ("columns: [{name: t, type: table, columns: [{name: a, type: text}]}]", "expected tags"),
        ("columns: [{name: t, type: text, when: 'true'}]", "take 'when' out"),
        ("at_least: 5, at_most: 2, columns: [{name: t, type: text}]", "at_least is larger"),
        (
            "at_most: 100, columns: [" + ", ".join(f"{{name: t{n}, type: text}}" for n in range(5)) + "]",
            "too much",
        ),
    ],
)
def test_what_is_no_table_is_refused(table: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        make_form(f"[{{page: p, ask: [{{name: t, type: table, {table}}}]}}]")


def test_a_table_stands_on_a_page_that_does_not_repeat_and_its_columns_have_names_of_their_own() -> None:
    inside = "[{page: p, repeat: {name: l}, ask: [{name: t, type: table, columns: [{name: a, type: text}]}]}]"
    assert "stands on a page that repeats" in make_form(inside).check()[0].message
    twice = (
        "[{page: p, ask: [{name: a, type: text}, {name: t, type: table, columns: [{name: a, type: text}]}]}]"
    )
    [problem] = make_form(twice).check()
    assert problem.path == "[0].ask[1].columns[0].name"
    unknown = (
        "[{page: p, ask: [{name: t, type: table, columns: [{name: kind, type: one-of, options: [x, y]}]}]}, "
        "{page: q, when: \"t.exists(r, r.kind == 'z')\", ask: [{name: b, type: text}]}]"
    )
    assert "no option 'z'" in make_form(unknown).check()[0].message
