"""What the citizen sees: every type as an input, lists, errors, summaries; escaped, in both directions."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from civium.engines.forms.rules import Form, PageReading, Turn

from .examples import DOG_TEXTS, TODAY, dog_form, make_form, posted
from .test_journeys import DONE

FORM = dog_form()
EVERY_TYPE = """
- page: all
  ask:
    - {name: a_text, type: text, autocomplete: given-name}
    - {name: a_long_text, type: long-text, max_length: 300}
    - {name: a_number, type: number, decimals: 1, unit: kg}
    - {name: a_sum, type: money}
    - {name: a_date, type: date, autocomplete: bday}
    - {name: an_email, type: email, autocomplete: email}
    - {name: a_phone, type: phone, autocomplete: tel}
    - {name: a_yes_no, type: yes-no}
    - {name: a_choice, type: one-of, options: [red, blue]}
    - {name: a_long_choice, type: one-of, options: [o01, o02, o03, o04, o05, o06, o07, o08, o09, o10, o11, o12, o13, o14, o15, o16]}
    - {name: choices, type: many-of, options: [red, blue, none], exclusive: none}
    - {name: an_address, type: address, own: true, abroad: true}
    - {name: files, type: file, max_count: 3}
    - {name: a_declaration, type: declaration}
    - {name: an_optional, type: text, optional: true}
    - {name: a_computed, type: computed, value: a_number * 2}
"""
ALL_ANSWERS = {
    "a_text": "<b>Ana</b>",
    "a_long_text": "One\nTwo",
    "a_number": "2.5",
    "a_sum": "10.00",
    "a_date": "2024-02-29",
    "an_email": "a@b.co",
    "a_phone": "+34911234567",
    "a_yes_no": True,
    "a_choice": "red",
    "a_long_choice": "o16",
    "choices": ["red", "blue"],
    "an_address": {"line_1": "1 Quay", "town": "Lumen", "postcode": "28001", "country": "ES"},
    "files": [{"id": "7b6ad8a4-0e1f-4c3c-9d5a-0c1b8f1d2e3f", "name": "<i>.pdf"}],
    "a_declaration": True,
    "an_optional": None,
}


def show(
    form: Form,
    page: str,
    answers: dict[str, Any],
    *,
    turn: Turn | None = None,
    reading: PageReading | None = None,
    language: str = "en",
    change_url: Any = None,
) -> BeautifulSoup:
    journey = form.journey(answers, today=TODAY)
    template, context = form.show_page(
        page, journey, language=language, turn=turn, reading=reading, change_url=change_url
    )
    with override(language):
        html = render_to_string(template, context, request=RequestFactory().get("/"), using="jinja2")
    return BeautifulSoup(html, "html.parser")


def test_every_type_is_shown_with_its_answer() -> None:
    page = show(make_form(EVERY_TYPE), "all", ALL_ANSWERS)
    value = {
        field["name"]: field.get("value")
        for field in page.select("form input[type=text], input[type=email], input[type=tel]")
    }
    assert value["a_text"] == "<b>Ana</b>"
    assert value["a_number"] == "2.5"
    assert value["a_date-day"] == "29"
    assert value["an_address-town"] == "Lumen"
    assert value["a_phone"] == "+34 911 23 45 67"
    assert page.select_one("textarea").text.strip() == "One\nTwo"
    assert {field["value"] for field in page.select("input[checked]")} == {"yes", "red", "blue"}
    assert page.select_one("select[name=a_long_choice] option[selected]")["value"] == "o16"
    assert page.select_one("select[name=an_address-country] option[selected]")["value"] == "ES"
    assert "Remove <i>.pdf" in page.text
    assert page.select_one("input[type=file]")["accept"] == ".pdf,.jpg,.jpeg,.jpe,.png"
    assert page.select_one("form")["enctype"] == "multipart/form-data"
    assert "A_Computed" in page.select_one("dl").text
    assert "5" in page.select_one("dl dd").text
    assert "None" not in [field.get("value") for field in page.select("input")]


def test_every_input_has_a_label_and_ids_are_unique() -> None:
    for answers in ({}, ALL_ANSWERS):
        page = show(make_form(EVERY_TYPE), "all", answers)
        ids = [tag["id"] for tag in page.select("[id]")]
        assert len(ids) == len(set(ids))
        for field in page.select("main input:not([type=hidden]), main select, main textarea"):
            assert page.select_one(f'label[for="{field["id"]}"]'), field


def test_inputs_help_browsers_and_screens() -> None:
    page = show(make_form(EVERY_TYPE), "all", {})
    found = {field["name"]: field for field in page.select("input")}
    assert (found["a_text"]["autocomplete"], found["a_text"]["dir"]) == ("given-name", "auto")
    assert (found["a_number"]["inputmode"], found["a_number"]["dir"]) == ("decimal", "ltr")
    assert found["a_date-day"]["autocomplete"] == "bday-day"
    assert found["a_date-day"]["inputmode"] == "numeric"
    assert (found["an_email"]["type"], found["an_email"]["dir"]) == ("email", "ltr")
    assert (found["a_phone"]["type"], found["a_phone"]["autocomplete"]) == ("tel", "tel")
    assert found["an_address-postcode"]["autocomplete"] == "postal-code"
    assert not page.select("[autofocus], [style], [onclick], [required]")
    assert "(optional)" in page.select_one('label[for="an_optional"]').text


def test_errors_come_first_and_lead_to_their_fields() -> None:
    form = make_form(EVERY_TYPE)
    journey = form.journey({}, today=TODAY)
    reading = form.read_page("all", journey, posted(a_date__day="1", a_number="<x>"), language="en")
    page = show(form, "all", {}, reading=reading)
    assert page.title.text.startswith("Error: ")
    links = [link["href"].removeprefix("#") for link in page.select(".govuk-error-summary a")]
    assert len(links) == len(reading.errors) == 15
    assert all(page.find(id=target) for target in links)
    assert page.find(id="a_number")["value"] == "<x>"
    assert page.find(id="a_date-day")["value"] == "1"
    assert len(page.select(".govuk-error-message")) >= 14


def test_a_page_of_one_question_is_headed_by_it() -> None:
    page = show(FORM, "proof", DONE)
    assert [heading.text.strip() for heading in page.select("h1")] == ["Who trained it?"]
    assert page.select_one("h1 label")
    assert [heading.text.strip() for heading in show(FORM, "dog", {}).select("h1")] == ["Your dog"]


def test_a_revealed_question_is_shown_and_nothing_is_lost() -> None:
    journey = FORM.journey(DONE, today=TODAY)
    reading = FORM.read_page(
        "size", journey, posted(size="large", nickname="Bo", _shown=["size", "nickname"]), language="en"
    )
    page = show(FORM, "size", DONE, reading=reading)
    assert page.find(id="weight")
    assert page.find(id="nickname")["value"] == "Bo"
    assert not page.select(".govuk-error-summary")


def test_a_list_shows_its_rows() -> None:
    page = show(FORM, "household", DONE)
    assert [link["href"] for link in page.select("dl a")] == ["?row=a", "?remove=a", "?row=b", "?remove=b"]
    assert "Ana" in page.text
    assert page.select("input[name=_another]")


def test_an_empty_list_asks_whether_there_is_one() -> None:
    page = show(FORM, "household", {})
    assert page.select("input[name=_another]")
    assert not page.select("dl")


def test_a_list_that_needs_a_row_begins_with_it() -> None:
    form = make_form("- page: p\n  repeat: {name: r, at_least: 1}\n  ask: [{name: q, type: text}]")
    assert show(form, "p", {}).find(id="q")


def test_a_row_is_shown_to_change_and_to_remove() -> None:
    assert show(FORM, "household", DONE, turn=Turn(row="a")).find(id="member_name")["value"] == "Ana"
    assert show(FORM, "household", DONE, turn=Turn(row="new")).find(id="member_name").get("value") is None
    assert "remove Ana?" in show(FORM, "household", DONE, turn=Turn(remove="a")).h1.text
    nothing = PageReading(
        "household", Turn(remove="a"), errors={"_remove": "Select yes if you want to remove this"}
    )
    page = show(FORM, "household", DONE, turn=Turn(remove="a"), reading=nothing)
    assert page.select_one(".govuk-error-summary a")["href"] == "#_remove"
    assert page.find(id="_remove")


@pytest.mark.parametrize("language", ["es", "ar"])
def test_a_missing_translation_falls_back_visibly(language: str) -> None:
    form = make_form(
        "- page: p\n  ask: [{name: q, type: text}, {name: r, type: text}]",
        {
            "en": {
                "pages": {"p": {"title": "Page", "intro": "Read *this*"}},
                "questions": {"q": {"label": "Name"}, "r": {"label": "Town"}},
            },
            language: {},
        },
    )
    page = show(form, "p", {}, language=language)
    assert page.html["dir"] == ("rtl" if language == "ar" else "ltr")
    assert page.select_one('h1 [lang="en"]').text == "Page"
    assert page.select_one('label [lang="en"]').text == "Name"
    assert page.select_one('.prose[lang="en"][dir="ltr"] em').text == "this"


def test_words_of_a_designer_are_escaped() -> None:
    texts = {
        "pages": {"p": {"title": "<script>t</script>", "intro": "<script>i</script>"}},
        "questions": {"q": {"label": "<script>l</script>", "hint": "<script>h</script>"}},
    }
    page = show(make_form("- page: p\n  ask: [{name: q, type: text}]", {"en": texts}), "p", {})
    assert not page.select("main script")
    assert "<script>l</script>" in page.select_one("label").text


def test_progress_is_shown() -> None:
    assert "Step 1" in show(FORM, "dog", {}).select_one(".progress").text
    assert "Step 4 of 4" in " ".join(show(FORM, "size", DONE).select_one(".progress").text.split())


# --- summaries ---


def test_the_summary_has_every_visible_answer_with_its_change_link() -> None:
    sections = FORM.summary(
        DONE,
        language="en",
        today=TODAY,
        change_url=lambda page, row: f"/{page}/?row={row}" if row else f"/{page}/",
    )
    assert [section.title for section in sections] == [
        "Your dog",
        "Who lives with you: Ana",
        "Who lives with you: Bo",
        "Proof",
        "Size",
    ]
    rows = {(section.row, row.name): row for section in sections for row in section.rows}
    assert rows["", "dog_name"].text == "Rex"
    assert rows["", "dog_name"].href == "/dog/#dog_name"
    assert rows["a", "income"].text == "€100.00"
    assert rows["a", "income"].href == "/household/?row=a#income"
    assert ("b", "income") not in rows
    assert rows["", "nickname"].text == "Not given"
    assert (rows["", "total"].text, rows["", "total"].href) == ("€50.00", "")


def test_an_empty_list_is_in_the_summary() -> None:
    sections = FORM.summary({**DONE, "members": []}, language="en", today=TODAY)
    assert [row.text for section in sections if section.page == "household" for row in section.rows] == [
        "None"
    ]


def test_answers_are_escaped_in_the_summary() -> None:
    rows = {
        row.name: row
        for section in make_form(EVERY_TYPE).summary(ALL_ANSWERS, language="ar", today=TODAY)
        for row in section.rows
    }
    assert rows["a_text"].value == '<bdi dir="auto">&lt;b&gt;Ana&lt;/b&gt;</bdi>'
    assert rows["a_long_text"].value == '<bdi dir="auto">One</bdi><br><bdi dir="auto">Two</bdi>'
    assert 'dir="ltr"' in rows["a_phone"].value
    assert rows["files"].files == tuple(ALL_ANSWERS["files"])


def test_notices_get_plain_words() -> None:
    shown = FORM.shown_answers(DONE, language="en", today=TODAY)
    assert shown["dog_name"] == "Rex"
    assert shown["members"] == "Ana, Bo"
    assert shown["total"] == "€50.00"
    assert shown["nickname"] == ""
    assert "trainer_address" not in shown


def test_a_summary_says_which_words_are_not_translated() -> None:
    form = make_form("- page: p\n  ask: [{name: dog_name, type: text}]", {"en": DOG_TEXTS, "ar": {}})
    (section,) = form.summary({"dog_name": "Rex"}, language="ar", today=TODAY)
    assert '<span lang="en" dir="ltr">' in section.rows[0].key
