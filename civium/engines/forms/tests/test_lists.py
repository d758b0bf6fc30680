"""Lists to choose from: read from CSV with the line of every mistake, found by typing, chosen with and without a script."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from civium.engines.forms.lists import MOST_BYTES, MOST_ROWS, OptionList, read_list
from civium.engines.forms.rules import Form, PageReading, compile_form
from civium.engines.forms.schema import FormPart, FormTexts

from .examples import TODAY, posted, question

SCHOOLS = OptionList(
    ("en", "es", "ar"),
    {
        "s1": ("Harbour School", "Escuela del Puerto", "مدرسة الميناء"),
        "s2": ("Peñalara Primary School", "Colegio Peñalara", ""),
        "s3": ("Saint Mary's School", "Colegio Santa María", ""),
        "s4": ("Saint Mary's School", "Colegio Santa María la Nueva", ""),
        "08001234": ("Quay Academy", "", ""),
    },
    "/en/lists/abc/",
)


def find(text: str, language: str = "en") -> list[str]:
    return SCHOOLS.find(text, language)


# --- finding ---


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("harbour", "s1"),
        ("HARB", "s1"),
        ("school harbour", "s1"),
        ("harbuor", "s1"),
        ("penalara", "s2"),
        ("Peña", "s2"),
        ("puerto", "s1"),
        ("المينا", "s1"),
        ("مدرسه", "s1"),
        ("08001234", "08001234"),
        ("q", "08001234"),
        ("academy", "08001234"),
    ],
)
def test_an_option_is_found_as_people_type(typed: str, first: str) -> None:
    assert find(typed)[:1] == [first]


def test_what_nothing_is_like_is_not_found() -> None:
    assert find("zzzzzz") == find("") == find("   ") == find("\x00") == []


def test_only_one_whole_name_or_code_is_a_match() -> None:
    assert SCHOOLS.match("harbour school") == "s1"
    assert SCHOOLS.match("ESCUELA DEL PUERTO") == "s1"
    assert SCHOOLS.match("08001234") == "08001234"
    assert SCHOOLS.match("Saint Mary's School") is None
    assert SCHOOLS.match("harbour") is None


def test_a_name_that_a_language_lacks_is_the_first_languages() -> None:
    assert SCHOOLS.label("s1", "es") == "Escuela del Puerto"
    assert SCHOOLS.label("s2", "ar") == "Peñalara Primary School"
    assert SCHOOLS.label("gone", "en") == "gone"


@given(st.text(max_size=200))
def test_no_search_breaks(typed: str) -> None:
    assert set(find(typed)) <= set(SCHOOLS.rows)
    SCHOOLS.match(typed)


def test_a_list_is_kept_as_it_is() -> None:
    kept = SCHOOLS.as_json()
    again = OptionList.from_json(kept, address=SCHOOLS.address)
    assert (again, again.as_json()) == (SCHOOLS, kept)


def test_the_longest_list_is_searched_like_a_short_one() -> None:
    rows = {f"c{at}": (f"Village number {at} of the {at % 97} hills",) for at in range(MOST_ROWS)}
    villages = OptionList(("en",), rows)
    assert villages.find("village number 19999", "en")[0] == "c19999"
    assert villages.find("number 77", "en")[0] == "c77"
    assert [len(villages.find(typed, "en")) for typed in ("v", "hilsl", "nothing like it")] == [15, 15, 0]


# --- reading files ---


def problems(text: str | bytes) -> list[tuple[int, str]]:
    data = text.encode() if isinstance(text, str) else text
    options, found = read_list(data, first_language="en")
    assert (options is None) == bool(found)
    return [(one.line, one.message) for one in found]


def test_a_file_is_read() -> None:
    options, found = read_list(
        '\ufeffcode,en,es\r\na1,"Hall, the old",Sala\r\n\r\n  b2 , Pier ,\r\n'.encode(), first_language="en"
    )
    assert found == []
    assert options is not None
    assert options.rows == {"a1": ("Hall, the old", "Sala"), "b2": ("Pier", "")}


def test_a_spreadsheets_semicolons_are_read_too() -> None:
    options, _found = read_list(b"code;en\na;Hall, the old\n", first_language="en")
    assert options is not None
    assert options.label("a", "en") == "Hall, the old"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "name the columns: code,en"),
        ("name,en\na,A", 1, "name the columns: code,en"),
        ("code,es\na,A", 1, "'en' is missing"),
        ("code,en,note\na,A,B", 1, "'note' is not a language"),
        ("code,en,en\na,A,B", 1, "twice"),
        ("code,en\n", 1, "is empty"),
        ("code,en\na,A\nb,B,C", 3, "3 values and the first line 2"),
        ("code,en\na,A\nb b,B", 3, "'b b' is no code"),
        ("code,en\na,A\nb,B\na,C", 4, "'a' stands in line 2 already"),
        ("code,en\na,A\nb,", 3, "'b' has no name"),
        ("code,en\na," + "x" * 201, 2, "at most 200"),
        ('code,en\na,A\nb,"B', 3, "is a quote open?"),
        (b"code,en\na,A\nb,\xff", 3, "not UTF-8"),
        (b"code,en\na," + b"x" * MOST_BYTES, 1, "more than 4 MB"),
        ("code,en\n" + "".join(f"c{at},C\n" for at in range(MOST_ROWS + 1)), MOST_ROWS + 2, "at most 20000"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(text: str | bytes, line: int, says: str) -> None:
    [(found_line, message)] = problems(text)
    assert found_line == line
    assert says in message


def test_the_first_twenty_mistakes_are_told() -> None:
    assert len(problems("code,en\n" + ",\n!,x\n" * 500)) == 20


@given(st.binary(max_size=300))
def test_no_file_breaks_the_reader(data: bytes) -> None:
    read_list(data, first_language="en")
    read_list(b"code,en\n" + data, first_language="en")


# --- answering ---


def make(*more: dict[str, Any]) -> Form:
    part = FormPart.model_validate(
        [{"page": "school", "ask": [{"name": "school", "type": "from-list", "list": "schools"}]}, *more]
    )
    texts = FormTexts.model_validate(
        {
            "pages": {page["page"]: {"title": "Away"} for page in more},
            "questions": {"school": {"label": "Which school?", "short": "School"}, "why": {"label": "Why?"}},
        }
    )
    return compile_form(part, {"en": texts}, lists={"schools": SCHOOLS}, country="ES", currency="EUR")


FORM = make()


@pytest.mark.parametrize(("code", "told"), [("s1", []), ("s9", ["the list 'schools' has no code 's9'"])])
def test_a_condition_speaks_of_codes_that_are_in_the_list(code: str, told: list[str]) -> None:
    form = make(
        {
            "page": "why",
            "when": f"school == '{code}'",
            "ask": [{"name": "why", "type": "text", "optional": True}],
        }
    )
    assert [problem.message for problem in form.check() if problem.language is None] == told


def read(language: str = "en", **typed: Any) -> PageReading:
    journey = FORM.journey({}, today=TODAY)
    return FORM.read_page("school", journey, posted(**typed), language=language)


def show(answers: dict[str, Any], reading: PageReading | None = None, language: str = "en") -> BeautifulSoup:
    journey = FORM.journey(answers, today=TODAY)
    template, context = FORM.show_page("school", journey, language=language, reading=reading)
    with override(language):
        html = render_to_string(template, context, request=RequestFactory().get("/"), using="jinja2")
    return BeautifulSoup(html, "html.parser")


def radios(page: BeautifulSoup) -> list[str]:
    return [str(one["value"]) for one in page.select("input[type=radio][name=school]")]


def test_a_name_written_out_is_the_answer() -> None:
    assert read(school__search="harbour school").values == {"school": "s1"}
    assert read(school__search="08001234").values == {"school": "08001234"}


def test_what_is_like_several_is_asked_again_with_those_to_choose_from() -> None:
    reading = read(school__search="saint mary")
    assert reading.errors == {"school-search": "Choose one of those we found, or enter something else"}
    page = show({}, reading)
    assert {"s3", "s4"} <= set(radios(page))
    assert page.select_one("#school-search")["value"] == "saint mary"  # type: ignore[index]
    assert read(school__search="saint mary", school__searched="saint mary", school="s4").values == {
        "school": "s4"
    }


def test_searching_shows_what_was_found_and_scolds_nobody() -> None:
    reading = read(school__search="harbor", _act="school-search")
    assert (reading.errors, reading.is_fine) == ({}, False)
    page = show({}, reading)
    assert radios(page) == ["s1"]
    assert not page.select(".govuk-error-message")
    nothing = show({}, read(school__search="zzzzz", _act="school-search"))
    assert nothing.select_one("[role=status]").get_text().startswith("We found nothing like this")  # type: ignore[union-attr]


def test_nothing_found_says_what_to_do() -> None:
    assert read(school__search="zzzzz").errors == {
        "school-search": "We found nothing like this. Try another spelling, or only a part of it"
    }
    assert read().errors == {"school-search": "Enter school and choose from the list"}


def test_typing_something_else_drops_what_was_chosen_before() -> None:
    reading = read(school__search="quay academy", school__searched="harbour", school="s1")
    assert reading.values == {"school": "08001234"}
    assert read(school__search="saint", school__searched="harbour", school="s1").errors


def test_a_script_sends_the_code_beside_the_name() -> None:
    assert read(school__search="Harbour School", school="s1").values == {"school": "s1"}
    assert read("es", school__search="Escuela del Puerto", school__searched="pue", school="s1").values == {
        "school": "s1"
    }
    assert read(school="gone").errors == {"school-search": "Choose something that is in the list"}


def test_a_kept_answer_stands_in_the_box_and_is_shown_by_its_name() -> None:
    page = show({"school": "s1"}, language="es")
    assert page.select_one("#school-search")["value"] == "Escuela del Puerto"  # type: ignore[index]
    assert page.select_one("input[type=radio][checked]")["value"] == "s1"  # type: ignore[index]
    assert FORM.shown_answers({"school": "s1"}, language="ar", today=TODAY) == {"school": "مدرسة الميناء"}


def test_a_machine_sends_the_code() -> None:
    journey, errors = FORM.validate_answers({"school": "s2"}, today=TODAY)
    assert (journey.answers, errors) == ({"school": "s2"}, {})
    for wrong in ("Harbour School", "gone", 7, ["s1"], {"code": "s1"}):
        _journey, errors = FORM.validate_answers({"school": wrong}, today=TODAY)
        assert errors == {"school": "Choose something that is in the list"}


def test_an_answer_that_a_newer_list_no_longer_has_is_asked_again() -> None:
    assert not FORM.journey({"school": "gone"}, today=TODAY).is_complete


def test_a_field_that_is_left_is_told_only_when_nothing_is_like_it() -> None:
    def check(**typed: Any) -> str | None:
        return FORM.check_field("school", "school-search", posted(**typed), language="en", today=TODAY)

    assert check(school__search="") is None
    assert check(school__search="Harbour School") is None
    assert str(check(school__search="zzzzz")).startswith("We found nothing")


@pytest.mark.parametrize("name", ["Schools", "../schools", "", "a" * 61])
def test_a_lists_name_is_a_plain_word(name: str) -> None:
    with pytest.raises(ValidationError):
        question(type="from-list", list=name)
