"""Our wrappers over GOV.UK's fields."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.template import engines
from django.utils import translation


def show(call: str, **values: Any) -> BeautifulSoup:
    macro = call.partition("(")[0]
    template = engines["jinja2"].from_string(
        '{% from "design/components.html" import ' + macro + " %}{{ " + call + " }}"
    )
    return BeautifulSoup(template.render(values), "html.parser")


def test_a_date_that_was_typed_wrong_is_shown_as_typed() -> None:
    page = show(
        'date_input("born", "When was it born?", typed, error="That day does not exist", wrong=["day"])',
        typed={"day": "31", "month": "2", "year": "2020"},
    )
    boxes = page.select("input")
    assert [(box["name"], box["value"]) for box in boxes] == [
        ("born-day", "31"),
        ("born-month", "2"),
        ("born-year", "2020"),
    ]
    assert ["govuk-input--error" in box["class"] for box in boxes] == [True, False, False]


def test_what_people_typed_is_escaped_everywhere() -> None:
    hostile = '"><script>alert(1)</script>'
    for call in (
        "text_input('a', typed, typed, typed, typed)",
        "text_area('a', typed, typed, typed, typed)",
        "radios('a', typed, [(typed, typed)], typed, typed, typed)",
        "checkboxes('a', typed, [(typed, typed)], [typed])",
        "select('a', typed, [(typed, typed)], typed)",
        "date_input('a', typed, {'day': typed}, typed, typed)",
        "file_input('a', typed, typed, typed)",
        "tick_box('a', typed)",
        "error_summary([('a', typed)])",
        "summary_list([{'key': typed, 'value': typed, 'href': typed}])",
        "case_card(typed, typed, '7K4M92QX', typed, typed, text=typed)",
        "button(typed, value=typed)",
        "search_box('/', typed, typed, typed)",
    ):
        assert not show(call, typed=hostile).find("script"), call


def test_an_error_is_tied_to_its_field() -> None:
    page = show("text_input('name', 'Name', hint='As you call it', error='Enter a name')")
    field = page.select_one("input")
    assert field is not None
    assert field["aria-describedby"] == "name-hint name-error"
    assert "Enter a name" in page.select_one("#name-error").get_text()  # type: ignore[union-attr]


def test_a_field_can_be_the_heading_of_its_page() -> None:
    assert show("text_input('name', 'Name', heading=True)").select_one("h1 label[for=name]")
    assert show("radios('size', 'Size', [('s', 'Small')], heading=True)").select_one("legend h1")


@pytest.mark.parametrize(
    ("language", "forms"), [("en", {"one", "other"}), ("ar", {"zero", "one", "two", "few", "many", "other"})]
)
def test_the_counter_has_every_plural_form_of_the_language(language: str, forms: set[str]) -> None:
    from civium.foundation.design.fields import counting_words

    with translation.override(language):
        assert set(counting_words()["charactersUnderLimitText"]) == forms
