"""Lists of thousands of rows are answered calmly: in parts, in bounded time, and refused with words beyond their limit."""

from __future__ import annotations

import time
from typing import Any

from bs4 import BeautifulSoup

from civium.engines.forms.reading import Turn
from civium.engines.forms.rules import rows_wanted

from .examples import TODAY, make_form, posted
from .test_pages import show

MOST = 5000
MEMBERS = f"""
- page: members
  repeat:
    name: members
    at_least: 1
    at_most: {MOST}
    totals: [{{name: all_income, type: computed, value: "sum(members, 'income')"}}]
  ask:
    - {{name: member, type: text}}
    - {{name: income, type: number}}
    - {{name: works, type: yes-no}}
  rules:
    - {{name: somebody_works, check: "members.exists(m, m.works)"}}
- page: rich
  when: all_income > 1000000
  ask: [{{name: why, type: text}}]
"""
FORM = make_form(MEMBERS)


def rows(count: int) -> list[dict[str, Any]]:
    return [
        {"_id": f"{at:08x}", "member": f"Member {at}", "income": at, "works": at % 2 == 0}
        for at in range(1, count + 1)
    ]


FULL = {"members": rows(MOST)}


def test_five_thousand_rows_are_answered_in_a_moment() -> None:
    begun = time.process_time()
    journey = FORM.journey(FULL, today=TODAY)
    _template, context = FORM.show_page("members", journey, language="en", turn=Turn())
    spent = time.process_time() - begun
    assert journey.computed["all_income"] == MOST * (MOST + 1) // 2
    assert len(context["form_page"].rows) == 50
    assert spent < 10, f"{spent:.2f} s for {MOST} rows"


def test_a_long_list_is_read_in_parts() -> None:
    answers = {"members": rows(120)}
    first = show(FORM, "members", answers)
    assert len(first.select("#_list .summary__row")) == 50
    assert "1 to 50 of 120" in first.text
    assert [link["href"] for link in first.select(".pager a")] == ["?rows=51"]
    last = show(FORM, "members", answers, turn=Turn(rows=101))
    assert len(last.select("#_list .summary__row")) == 20
    assert "Member 120" in last.text
    assert [link["href"] for link in last.select(".pager a")] == ["?rows=51"]
    middle = show(FORM, "members", answers, turn=Turn(rows=51))
    assert [link["href"] for link in middle.select(".pager a")] == ["?rows=1", "?rows=101"]
    assert "Member 1<" in str(show(FORM, "members", answers, turn=Turn(rows=999)))
    assert not show(FORM, "members", {"members": rows(50)}).select(".pager")


def test_the_turn_of_a_query_is_never_more_than_a_number() -> None:
    for query in ("", "0", "-1", "x", "9" * 50, "1e3", "٣"):
        assert Turn.of({"rows": query}).rows == 1
    assert Turn.of({"rows": "51"}).rows == 51


def test_whoever_changes_a_row_comes_back_to_where_it_stands() -> None:
    journey = FORM.journey({"members": rows(120)}, today=TODAY)
    sent = posted(member="Ana", income="1", works="yes")
    there = FORM.read_page("members", journey, sent, language="en", turn=Turn(row=rows(120)[70]["_id"]))
    assert there.then == "?rows=51"
    assert FORM.read_page("members", journey, sent, language="en", turn=Turn(row="new")).then == "?rows=101"
    near = FORM.read_page("members", journey, sent, language="en", turn=Turn(row=rows(120)[3]["_id"]))
    assert near.then == ""


def test_beyond_the_limit_no_row_is_added_and_machines_are_told_so() -> None:
    page = show(FORM, "members", FULL)
    assert not page.select("[name=_another]")
    assert f"at most {MOST}" in page.text.replace(",", "")
    journey = FORM.journey(FULL, today=TODAY)
    assert FORM.read_page("members", journey, posted(_another="yes"), language="en").then is None
    journey, errors = FORM.validate_answers({"members": rows(MOST + 1)}, today=TODAY)
    assert errors["members"] == f"Add at most {MOST}"
    assert len(journey.answers["members"]) == MOST


def test_a_million_rows_are_refused_without_reading_them() -> None:
    row = {"member": "x", "income": 1, "works": True}
    begun = time.process_time()
    _journey, errors = FORM.validate_answers({"members": [row] * 1_000_000}, today=TODAY)
    assert errors["members"] == f"Add at most {MOST}"
    assert time.process_time() - begun < 15


def test_wrong_rows_are_told_up_to_a_hundred_times() -> None:
    _journey, errors = FORM.validate_answers({"members": [{"nonsense": 1}] * MOST}, today=TODAY)
    assert len(errors) == 100


def test_summaries_show_a_part_as_a_table() -> None:
    few, many = ({"members": rows(count)} for count in (20, 21))
    assert len(FORM.summary(few, language="en", today=TODAY)) == 21  # each row, and the total
    [part, total] = FORM.summary(
        many, language="en", today=TODAY, change_url=lambda page, row: f"/{page}/{row}"
    )
    assert (part.list, part.first, part.count, part.next_rows) == ("members", 1, 21, "")
    assert part.rows[0].href == "/members/"
    assert [row.name for row in total.rows] == ["all_income"]

    [part, _total] = FORM.summary(FULL, language="en", today=TODAY, rows_from={"members": 101})[:2]
    table = BeautifulSoup(str(part.rows[0].value), "html.parser")
    assert [cell.text for cell in table.select("tbody tr")[0].select("th, td")] == [
        "101",
        "Member 101",
        "101",
        "No",
    ]
    assert len(table.select("tbody tr")) == 50
    assert "101 to 150 of 5000" in table.text.replace(",", "")
    assert (part.previous_rows, part.next_rows) == ("?rows=members-51", "?rows=members-151")
    assert rows_wanted({"rows": "members-151"}) == {"members": 151}
    assert rows_wanted({}) == rows_wanted({"rows": "members-x"}) == rows_wanted({"rows": "-" * 999}) == {}


def test_notices_name_the_first_rows_only() -> None:
    said = FORM.shown_answers(FULL, language="en", today=TODAY)["members"]
    assert said.startswith("Member 1, Member 2, ")
    assert said.endswith("and 4980 more")


def test_conditions_that_would_look_too_often_are_refused_when_the_document_is() -> None:
    twice = "members.all(m, size(members.filter(o, o.member == m.member)) == 1)"
    form = make_form(MEMBERS + f'- page: twins\n  when: "{twice}"\n  ask: [{{name: twins, type: text}}]\n')
    [problem] = form.check()
    assert problem.path == "[2].when"
    assert "it can look at 9999" in problem.message
    short = make_form(
        MEMBERS.replace(str(MOST), "90")
        + f'- page: twins\n  when: "{twice}"\n  ask: [{{name: twins, type: text}}]\n'
    )
    assert short.check() == []
    assert "twins" in short.journey({"members": rows(90)}, today=TODAY).page_names
