"""A page that stops: the way ends there for these answers, and nothing can be sent."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.template.loader import render_to_string
from django.test import RequestFactory
from pydantic import ValidationError

from civium.engines.forms.journey import Journey
from civium.engines.forms.rules import Turn

from .examples import TODAY, make_form, posted

PASSPORT = """
- page: passport
  ask: [{name: has_passport, type: yes-no}]
- page: no-passport
  when: "!has_passport"
  stop: true
- page: people
  ask: [{name: people, type: number}]
"""
WORDS = {
    "pages": {
        "no-passport": {"title": "You need a passport", "intro": "Ask the **passport office** for one."}
    },
    "questions": {
        "has_passport": {"label": "Do you have a passport?"},
        "people": {"label": "How many people?"},
    },
}
FORM = make_form(PASSPORT, {"en": WORDS})


def to(page: str, row: str) -> str:
    return f"../{page}/?row={row}&change" if row else f"../{page}/?change"


def journey(answers: dict[str, Any]) -> Journey:
    return FORM.journey(answers, today=TODAY)


def test_the_way_ends_at_a_page_that_stops() -> None:
    stopped = journey({"has_passport": False, "people": 3})
    assert stopped.page_names == ["passport", "no-passport"]
    assert not stopped.is_complete
    assert stopped.next_page == stopped.after("passport") == "no-passport"
    assert not stopped.can_visit("people")
    assert stopped.answers == {"has_passport": False}


def test_nobody_else_sees_it() -> None:
    assert journey({"has_passport": True, "people": 3}).page_names == ["passport", "people"]
    assert journey({"has_passport": True, "people": 3}).is_complete


def test_it_says_why_and_leads_back() -> None:
    template, shown = FORM.show_page(
        "no-passport", journey({"has_passport": False}), language="en", change_url=to
    )
    html = render_to_string(
        template, {**shown, "back": "/before/"}, RequestFactory().get("/"), using="jinja2"
    )
    page = BeautifulSoup(html, "html.parser").main
    assert page.h1.text == "You need a passport"
    assert page.find("strong", string="passport office")
    assert page.find("a", string="Change your answer")["href"] == "../passport/?change#has_passport"
    assert [tag.text for tag in page.select("dl dt, dl dd bdi")] == ["Do you have a passport?", "No"]
    assert page.find("form") is None


def test_a_machine_is_told_by_the_pages_name() -> None:
    _journey, errors = FORM.validate_answers({"has_passport": False}, today=TODAY)
    assert errors == {"no-passport": "You need a passport"}


def test_posting_to_it_changes_nothing() -> None:
    reading = FORM.read_page(
        "no-passport", journey({"has_passport": False}), posted(people="3"), language="en", turn=Turn()
    )
    assert reading.values == {}


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("- {page: a, stop: true}", "would stop everybody"),
        ("- {page: a, when: 'false', stop: true, ask: [{name: b, type: text}]}", "asks nothing; take"),
        ("- {page: a}", "add 'ask: ...', or 'stop: true'"),
    ],
)
def test_a_page_asks_or_stops(source: str, part: str) -> None:
    with pytest.raises(ValidationError, match=part):
        make_form(source)


def test_a_page_that_does_not_say_why_is_told_to_the_designer() -> None:
    mute = make_form(PASSPORT, {"en": {**WORDS, "pages": {"no-passport": {"title": "No"}}}})
    assert [(problem.path, problem.language) for problem in mute.check()] == [
        ("pages.no-passport.intro", "en")
    ]
    assert FORM.check() == []


def test_a_stop_that_nobody_reaches_is_told_to_the_designer() -> None:
    never = make_form(PASSPORT.replace('"!has_passport"', "has_passport && !has_passport"), {"en": WORDS})
    assert [problem.path for problem in never.check()] == ["[1].when"]
