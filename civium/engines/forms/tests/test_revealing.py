"""Questions that an answer opens: right below their option, or when the page is sent; and an honest word of what is still to come."""

from __future__ import annotations

import pytest

from civium.engines.forms.journey import Progress

from .examples import TODAY, make_form, posted
from .test_pages import show

WHO = """
- page: who
  ask:
    - {name: role, type: one-of, options: [owner, agent, other]}
    - {name: firm, type: text, when: role == 'agent'}
    - {name: licensed, type: yes-no, when: role == 'agent'}
    - {name: licence, type: text, when: licensed}
    - {name: why, type: long-text, when: role == 'other'}
    - {name: since, type: date, when: role != 'other'}
    - {name: remarks, type: text, optional: true, when: "!('firm' in answered)"}
- page: end
  ask: [{name: done, type: text}]
"""
FORM = make_form(WHO)


def under(name: str) -> tuple[str, str] | None:
    return FORM.page("who").find(name).under


def test_what_one_option_alone_opens_stands_below_it() -> None:
    assert under("firm") == under("licensed") == ("role", "agent")
    assert under("role") is None
    assert under("since") is None  # two options open it
    assert under("why") is None  # too large for the room below an option
    assert under("remarks") is None  # an answer decides that is no option
    assert under("licence") is None  # it hangs on a question that hangs on an option itself


def test_below_its_option_it_is_there_from_the_beginning() -> None:
    page = show(FORM, "who", {})
    below = page.select_one("#conditional-role-2")
    assert [tag["name"] for tag in below.select("[type=text]")] == ["firm"]
    assert below.select("[name=licensed]")
    assert below.select("input[name=_shown][value=firm]")
    assert not page.select("[name=licence], [name=why]")
    assert "govuk-radios__conditional--hidden" in below["class"]
    chosen = show(FORM, "who", {"role": "agent", "firm": "Acme"}).select_one("#conditional-role-2")
    assert "govuk-radios__conditional--hidden" not in chosen["class"]
    assert chosen.select_one("[name=firm]")["value"] == "Acme"


def test_it_must_be_answered_when_its_option_is_chosen_and_only_then() -> None:
    journey = FORM.journey({}, today=TODAY)
    shown = ["role", "firm", "licensed"]
    agent = FORM.read_page("who", journey, posted(role="agent", firm="", _shown=shown), language="en")
    assert set(agent.errors) == {"firm", "licensed"}
    other = FORM.read_page(
        "who", journey, posted(role="other", firm="left over", _shown=shown), language="en"
    )
    assert not other.errors
    assert other.values == {"role": "other"}
    assert other.revealed == ("why", "remarks")
    page = show(FORM, "who", {}, reading=agent)
    assert page.select_one("#conditional-role-2 #firm-error")
    assert [link["href"] for link in page.select(".govuk-error-summary a")] == ["#firm", "#licensed"]


def test_yes_or_no_opens_questions_too() -> None:
    form = make_form(
        "[{page: p, ask: [{name: dog, type: yes-no}, {name: name, type: text, when: dog}, {name: wish, type: text, when: '!dog'}]}]"
    )
    page = show(form, "p", {"dog": False, "wish": "A cat"})
    assert page.select_one("#conditional-dog [name=name]")
    assert page.select_one("#conditional-dog-2 [name=wish]")["value"] == "A cat"
    ids = [tag["id"] for tag in page.select("[id]")]
    assert len(ids) == len(set(ids))


def test_a_list_to_open_opens_nothing_below_its_options() -> None:
    options = ", ".join(f"o{at}" for at in range(20))
    form = make_form(
        f"[{{page: p, ask: [{{name: a, type: one-of, options: [{options}]}}, {{name: b, type: text, when: a == 'o1'}}]}}]"
    )
    assert form.page("p").find("b").under is None


BRANCHES = """
- page: first
  ask: [{name: kind, type: one-of, options: [a, b, c]}]
- page: stopped
  when: kind == 'c'
  stop: true
- page: only-a
  when: kind == 'a'
  ask: [{name: x, type: text}]
- page: only-b
  when: kind == 'b'
  ask: [{name: y, type: text}]
- page: last
  ask: [{name: z, type: text}]
"""


@pytest.mark.parametrize(
    ("answers", "page", "progress"),
    [
        ({}, "first", Progress(1, 2, 4)),
        ({"kind": "a"}, "first", Progress(1, 3, 3)),
        ({"kind": "a"}, "last", Progress(3, 3, 3)),
        ({"kind": "b"}, "only-b", Progress(2, 3, 3)),
    ],
)
def test_progress_says_what_is_certain(answers: dict[str, str], page: str, progress: Progress) -> None:
    assert make_form(BRANCHES).journey(answers, today=TODAY).progress(page) == progress


def test_progress_is_said_in_words() -> None:
    form = make_form(BRANCHES)
    words = lambda answers, page: show(form, page, answers).select_one(".progress").text.strip()  # noqa: E731
    assert words({}, "first") == "Step 1, then 1 to 3 more: it depends on your answers"
    assert words({"kind": "a"}, "only-a") == "Step 2 of 3"
    alone = make_form(BRANCHES.split("- page: last")[0])
    assert "Step 1, then up to 2 more" in show(alone, "first", {}).select_one(".progress").text


def test_where_the_way_ends_the_answers_that_ended_it_can_be_changed() -> None:
    form = make_form(
        """
- page: home
  ask: [{name: town, type: text}, {name: born, type: number}]
- page: people
  repeat: {name: people}
  ask: [{name: person, type: text}]
- page: sum
  ask: [{name: age, type: computed, value: 2026 - born}, {name: note, type: text, optional: true}]
- page: too-young
  when: age < 18 && size(people) < 2
  stop: true
"""
    )
    answers = {"town": "Lumen", "born": 2020, "people": [{"_id": "a", "person": "Ana"}], "note": None}
    page = show(form, "too-young", answers, change_url=lambda page, row: f"../{page}/?change")
    assert [tag.text for tag in page.select("dl dt")] == ["Born", "People"]
    assert [tag["href"] for tag in page.select("dl a")] == ["../home/?change#born", "../people/?change"]
    assert "Ana" in page.select("dl dd")[2].text
    assert "Town" not in page.select_one("dl").text
