"""Groups inside pages: a heading of their own, a condition for all of their questions, and the same care as any question."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from civium.engines.forms.reading import Turn
from civium.foundation.kit.refusals import NotFound

from .examples import TODAY, make_form, posted
from .test_pages import show

OWNER = """
- page: owner
  ask:
    - {name: is_agent, type: yes-no}
    - group: agent
      when: is_agent
      ask:
        - {name: agent_name, type: text}
        - {name: agent_kind, type: one-of, options: [architect, builder]}
        - {name: licence, type: text, max_length: 4, when: agent_kind == 'architect'}
    - {name: remarks, type: text, optional: true}
- page: end
  when: agent_kind == 'builder'
  ask: [{name: site, type: text}]
"""
WORDS = {
    "pages": {"owner": {"title": "The owner"}},
    "groups": {"agent": {"title": "About the agent", "intro": "Who acts for **you**."}},
    "questions": {
        "is_agent": {"label": "Does an agent apply?"},
        "agent_name": {"label": "What is the agent's name?", "short": "Agent"},
        "agent_kind": {"label": "What kind?", "options": {"architect": "Architect", "builder": "Builder"}},
        "licence": {"label": "Licence"},
        "remarks": {"label": "Remarks"},
        "site": {"label": "Site"},
    },
}
FORM = make_form(OWNER, {"en": WORDS})
WITH_AGENT = {
    "is_agent": True,
    "agent_name": "Ana",
    "agent_kind": "architect",
    "licence": "A1",
    "remarks": None,
}


def test_the_document_is_right() -> None:
    assert FORM.check() == []


def test_a_group_is_asked_when_its_condition_holds() -> None:
    without = FORM.journey({"is_agent": False, "remarks": None}, today=TODAY)
    assert without.is_complete
    assert not FORM.journey({"is_agent": True, "remarks": None}, today=TODAY).is_complete
    assert FORM.journey(WITH_AGENT, today=TODAY).is_complete
    stale = FORM.journey({**WITH_AGENT, "is_agent": False}, today=TODAY)
    assert stale.answers == {"is_agent": False, "remarks": None}


def test_it_has_a_heading_and_an_intro_of_its_own() -> None:
    page = show(FORM, "owner", WITH_AGENT)
    group = page.select_one("fieldset.group")
    assert group.select_one("legend h2").text == "About the agent"
    assert page.select_one(f"#{group['aria-describedby']}").select_one("strong").text == "you"
    assert [tag["name"] for tag in group.select("input[type=text]")] == ["agent_name", "licence"]
    assert not show(FORM, "owner", {"is_agent": False}).select("fieldset.group")


def test_mistakes_in_a_group_lead_to_their_fields() -> None:
    journey = FORM.journey({"is_agent": True}, today=TODAY)
    sent = posted(is_agent="yes", agent_name="", agent_kind="architect", licence="too long", remarks="")
    read = FORM.read_page("owner", journey, sent, language="en")
    assert read.errors == {
        "agent_name": "Enter agent",
        "licence": "Licence must be 4 characters or fewer",
    } or set(read.errors) == {"agent_name", "licence"}
    page = show(FORM, "owner", {"is_agent": True}, reading=read)
    assert [link["href"] for link in page.select(".govuk-error-summary a")] == ["#agent_name", "#licence"]
    assert FORM.check_field("owner", "licence", sent, language="en", today=TODAY)
    with pytest.raises(NotFound):
        FORM.check_field("owner", "agent", sent, language="en", today=TODAY)


def test_a_group_that_an_answer_opens_comes_up_when_the_page_is_sent() -> None:
    journey = FORM.journey({}, today=TODAY)
    read = FORM.read_page(
        "owner", journey, posted(is_agent="yes", remarks="", _shown=["is_agent", "remarks"]), language="en"
    )
    assert read.revealed == ("agent_name", "agent_kind")
    assert show(FORM, "owner", {}, reading=read).select_one("fieldset.group [autofocus]")


def test_summaries_name_the_group() -> None:
    sections = FORM.summary(WITH_AGENT, language="en", today=TODAY)
    assert [(section.title, [row.name for row in section.rows]) for section in sections] == [
        ("The owner", ["is_agent"]),
        ("The owner: About the agent", ["agent_name", "agent_kind", "licence"]),
        ("The owner", ["remarks"]),
    ]


def test_machines_need_not_send_what_a_group_may_hide() -> None:
    schema = FORM.json_schema()
    assert set(schema["properties"]) == {"is_agent", "agent_name", "agent_kind", "licence", "remarks", "site"}
    assert schema["required"] == ["is_agent"]
    assert FORM.validate_answers({"is_agent": True}, today=TODAY)[1].keys() == {"agent_name", "agent_kind"}
    assert FORM.validate_answers({"is_agent": False}, today=TODAY)[1] == {}


def test_a_group_may_stand_on_a_page_that_repeats() -> None:
    form = make_form(
        "[{page: p, repeat: {name: rows}, ask: [{group: g, ask: [{name: a, type: text}, {name: b, type: text}]}]}]"
    )
    assert form.check() == []
    journey = form.journey({"rows": [{"_id": "x", "a": "1", "b": "2"}]}, today=TODAY)
    assert journey.is_complete
    assert show(form, "p", journey.answers, turn=Turn("x")).select_one("fieldset.group input[name=b]")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("[{page: p, ask: [{group: g, ask: []}]}]", "1 to 40 questions"),
        ("[{page: p, ask: [{group: g}]}]", "Field required"),
        ("[{page: p, ask: [{group: g, ask: [{group: h, ask: [{name: a, type: text}]}]}]}]", "inside a group"),
        ("[{page: p, ask: [{group: G g, ask: [{name: a, type: text}]}]}]", "pattern"),
        ("[{page: p, ask: [{group: g, name: g, ask: [{name: a, type: text}]}]}]", "Extra inputs"),
    ],
)
def test_what_is_no_group_is_refused(source: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        make_form(source)


def test_a_page_asks_forty_questions_groups_included() -> None:
    questions = ", ".join(f"{{name: q{at}, type: text}}" for at in range(21))
    more = questions.replace("q", "r")
    with pytest.raises(ValidationError, match="at most 40 questions; make two pages of 'p'"):
        make_form(f"[{{page: p, ask: [{{group: g, ask: [{questions}]}}, {{group: h, ask: [{more}]}}]}}]")


def problems_of(source: str, words: dict[str, object] | None = None) -> list[tuple[str, str]]:
    form = make_form(source, {"en": words} if words is not None else None)
    return [(problem.path, problem.message) for problem in form.check()]


def test_names_and_words_of_groups_are_checked() -> None:
    twice = "[{page: p, ask: [{group: g, ask: [{name: a, type: text}]}, {group: g, ask: [{name: b, type: text}]}]}]"
    assert ("[0].ask[1].group", "'g' is used twice; names of groups must differ") in problems_of(twice)
    found = problems_of(OWNER, {**WORDS, "groups": {"agnet": {"title": "A"}}})
    assert ("groups.agnet", "there is no group 'agnet'; did you mean 'agent'?") in found
    assert ("groups.agent.title", "the group 'agent' has no title in 'en'") in found


def test_conditions_of_groups_are_checked() -> None:
    later = "[{page: p, ask: [{group: g, when: b, ask: [{name: a, type: text}]}, {name: b, type: yes-no}]}]"
    assert problems_of(later) == [
        ("[0].ask[0].when", "'b' is asked later, or only inside a row; use what was asked before")
    ]
    own = (
        "[{page: p, ask: [{group: g, when: a == 'x', ask: [{name: a, type: text}]}, {name: b, type: text}]}]"
    )
    assert problems_of(own)
    never = (
        "[{page: p, ask: [{name: b, type: yes-no}, {group: g, when: b && !b, ask: [{name: a, type: text}]}]}]"
    )
    assert ("[0].ask[1].when", "nobody sees the group 'g': this never holds") in problems_of(never)
    wrong = "[{page: p, ask: [{name: k, type: one-of, options: [x, y]}, {group: g, when: k == 'z', ask: [{name: a, type: text}]}]}]"
    assert any("no option 'z'" in words for _path, words in problems_of(wrong))
