"""Each type of question: what it takes, what it says no to and how, what it shows."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from civium.engines.forms.asking import MESSAGES, Asked, Posted, Wrong
from civium.engines.forms.questions import find_types
from civium.engines.forms.questions.text import pattern_problem

from .examples import IN_ARABIC, IN_ENGLISH, IN_SPANISH, TODAY, WORDS, codes, post, question

EXAMPLES: dict[str, dict[str, Any]] = {
    "text": {},
    "own-case": {},
    "long-text": {},
    "number": {"decimals": 2},
    "money": {},
    "date": {},
    "email": {},
    "phone": {},
    "yes-no": {},
    "one-of": {"options": ["a", "b"]},
    "many-of": {"options": ["a", "b", "none"], "exclusive": "none"},
    "address": {"country": "any"},
    "file": {},
    "declaration": {},
    "computed": {"value": "1 + 1"},
    "time": {"step": 15},
    "person-name": {"parts": "given-family"},
    "national-number": {"country": "ES"},
    "organisation-number": {"country": "FR"},
    "iban": {},
    "plate": {"countries": ["ES", "GB"]},
    "from-list": {"list": "schools"},
    "found": {"look_in": "fines", "facts": {"amount": "money"}},
    "place": {},
    "signature": {},
    "table": {"columns": [{"name": "c", "type": "date"}, {"name": "d", "type": "number", "optional": True}]},
}
HOSTILE = [
    "\x00",
    "\ud800",
    "\u202e\u202e",
    "'; DROP TABLE answers; --",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "%s%n%(name)s",
    "../../../etc/passwd",
    "a" * 1_000_000,
    "\u0301" * 10_000,
    "١" * 500,
    "999999999999999999999999999999999999999",
    "-1",
    "1e999",
    "NaN",
    "مرحبا بالعالم",
    "𝟘𝟙𝟚",
    "\u200b\u200e",
    "=HYPERLINK(1)",
]
TYPES = sorted(EXAMPLES)


def example(kind: str) -> Any:
    return question(type=kind, **EXAMPLES[kind])


def test_every_type_has_an_example_and_a_template() -> None:
    found = {kind.model_fields["type"].annotation.__args__[0]: kind for kind in find_types()}  # type: ignore[union-attr]
    assert set(found) == set(EXAMPLES)
    templates = Path(__file__).parents[1] / "templates/forms/questions"
    shown = {path.stem for path in templates.glob("*.html")}
    assert shown == {name for name, kind in found.items() if kind.is_asked}


@pytest.mark.parametrize("kind", TYPES)
def test_every_message_can_be_said(kind: str) -> None:
    asked = example(kind)
    details = {"limit": 3, "count": 4, "example": "x", "accepted": "PDF", "option": "none"}
    details |= {"before": "09:00", "after": "09:15", "countries": "Spain", "place": "08001 Elsewhere"}
    for code in asked.codes | set(MESSAGES):
        said = asked.message(Wrong(code, details=details), WORDS, "en")
        assert said
        assert "%(" not in said


# What a register knows is not there before it is asked: a thing that is found is kept by its own test.
@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind not in {"computed", "found"}])
@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_input_gets_an_answer_or_a_message_and_never_an_exception(kind: str, hostile: str) -> None:
    asked = example(kind)
    data = QueryDict(mutable=True)
    for part in asked.parts:
        data.setlist(f"q-{part}" if part else "q", [hostile, hostile])
    for language in ("en", "es", "ar"):
        circumstances = Asked(language, TODAY, "ES", "EUR")
        read = asked.settle_posted(Posted("q", data), circumstances)
        for mistake in read.wrong:
            assert asked.message(mistake, WORDS, language)
        if read.value is not None:
            kept = json.loads(json.dumps(read.value))
            assert asked.settle(kept, circumstances).value == kept
            assert asked.shown(kept, circumstances, WORDS)
            assert "\x00" not in str(kept)
        asked.typed(Posted("q", data))


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind != "computed"])
@given(
    text=st.text(max_size=200),
    machine=st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=5,
    ),
)
def test_reading_never_fails(kind: str, text: str, machine: Any) -> None:
    asked = example(kind)
    post_data = {(f"q-{part}" if part else "q"): text for part in asked.parts}
    asked.settle_posted(Posted("q", post_data), IN_SPANISH)
    read = asked.settle(machine, IN_SPANISH)
    if read.value is not None:
        assert asked.settle(read.value, IN_SPANISH) == read


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind != "computed"])
def test_nothing_is_required_unless_optional(kind: str) -> None:
    assert codes(post(example(kind))) == ["required"]
    assert post(question(type=kind, optional=True, **EXAMPLES[kind])) == (None, ())


# --- text ---


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("a" * 5, None),
        ("a" * 6, "too_long"),
        ("é" * 5, None),
        ("q\u0308" * 5, None),
        ("q\u0308\u0301\u0316\u0317" * 5, "too_long"),
        ("", "required"),
    ],
)
def test_text_is_counted_as_readers_count(typed: str, code: str | None) -> None:
    assert codes(post(question(type="text", max_length=5), whole=typed)) == ([code] if code else [])


def test_text_may_need_a_pattern_and_a_length() -> None:
    plate = question(type="text", pattern="[0-9]{4} ?[A-Z]{3}", min_length=7)
    assert codes(post(plate, whole="1234 BCD")) == []
    assert codes(post(plate, whole="1234 BCDE")) == ["pattern"]
    assert codes(post(plate, whole="1")) == ["too_short"]


@pytest.mark.parametrize("pattern", ["(", "a{2,1}", "(?=x)"])
def test_a_pattern_that_is_none_is_refused(pattern: str) -> None:
    assert "five digits are '[0-9]{5}'" in pattern_problem(pattern)


def test_a_pattern_with_quotes_is_a_pattern() -> None:
    assert codes(post(question(type="text", pattern=r"O'\w+"), whole="O'Neil")) == []


def test_long_text_keeps_its_lines() -> None:
    read = post(question(type="long-text"), whole="One\r\n\r\n\r\n\r\nTwo")
    assert read.value == "One\n\nTwo"
    assert codes(post(question(type="long-text", max_length=10), whole="x" * 11)) == ["too_long"]


# --- numbers and money ---


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("30", 30), ("1.234", 1234), ("٣٠", 30), (" 3 0 ", 30), ("-5", -5), ("30 kg", 30), ("30,0", 30)],
)
def test_a_whole_number_is_kept_as_one(typed: str, kept: int) -> None:
    assert post(question(type="number", unit="kg"), IN_SPANISH, whole=typed).value == kept


@pytest.mark.parametrize(
    ("declared", "typed", "code"),
    [
        ({}, "many", "not_a_number"),
        ({}, "3.5", "not_whole"),
        ({"decimals": 1}, "3.55", "too_fine"),
        ({"min": 1}, "0", "too_small"),
        ({"max": 10}, "11", "too_large"),
        ({}, "9999999999999", "too_large"),
        ({}, "-9999999999999", "too_large"),
    ],
)
def test_a_wrong_number_is_told_apart(declared: dict[str, Any], typed: str, code: str) -> None:
    assert codes(post(question(type="number", **declared), whole=typed)) == [code]


def test_a_number_with_decimals_is_exact() -> None:
    weight = question(type="number", decimals=3)
    assert post(weight, whole="0.1").value == "0.1"
    assert post(weight, whole="12.500").value == "12.5"
    assert weight.settle("0.1", IN_ENGLISH).value == "0.1"
    assert weight.shown("1234.5", IN_SPANISH, WORDS) == ["1.234,5"]


@pytest.mark.parametrize(
    ("asked", "typed", "kept"),
    [
        (IN_ENGLISH, "1,234.5", "1234.50"),
        (IN_SPANISH, "1.234,50 €", "1234.50"),
        (IN_SPANISH, "€12", "12.00"),
        (IN_ENGLISH, "12 EUR", "12.00"),
        (IN_ARABIC, "١٢٫٥", "12.50"),
        (IN_ENGLISH, "0", "0.00"),
    ],
)
def test_money_is_kept_to_the_cent(asked: Asked, typed: str, kept: str) -> None:
    assert post(question(type="money"), asked, whole=typed).value == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("a lot", "not_money"),
        ("12.345", "too_fine"),
        ("-1", "too_small"),
        ("1000", "too_large"),
        ("$€", "required"),
    ],
)
def test_wrong_money_is_told_apart(typed: str, code: str) -> None:
    assert codes(post(question(type="money", max=999), whole=typed)) == [code]


def test_money_is_shown_in_the_readers_way() -> None:
    assert question(type="money").shown("1234.50", IN_ENGLISH, WORDS) == ["€1,234.50"]
    assert question(type="money").inputs("1234.50", IN_SPANISH) == {"": "1234,50"}


# --- dates ---


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        ("29", "2", "2024"),
        ("29", "02", "2024"),
        ("٢٩", "٢", "٢٠٢٤"),
        ("29", "February", "2024"),
        ("29", "feb.", "2024"),
        ("29", "febrero", "2024"),
        ("29", "فبراير", "2024"),
        ("２９", "２", "２０２４"),
    ],
)
def test_a_leap_day_is_read_in_many_ways(day: str, month: str, year: str) -> None:
    assert post(question(type="date"), day=day, month=month, year=year).value == "2024-02-29"


@pytest.mark.parametrize(
    ("day", "month", "year", "found"),
    [
        ("29", "2", "2023", [("not_real", "day")]),
        ("31", "4", "2023", [("not_real", "day")]),
        ("1", "13", "2023", [("not_real", "day")]),
        ("0", "1", "2023", [("not_real", "day")]),
        ("1", "1", "23", [("short_year", "year")]),
        ("1", "1", "0023", [("short_year", "year")]),
        ("1", "1", "12023", [("short_year", "year")]),
        ("", "1", "2023", [("no_day", "day")]),
        ("1", "", "", [("no_month", "month"), ("no_year", "year")]),
        ("x", "y", "2023", [("not_real", "day")]),
        ("1", "1", "1447", [("too_early", "day")]),
        ("1", "1", "2999", [("too_late", "day")]),
    ],
)
def test_a_wrong_date_says_which_part(day: str, month: str, year: str, found: list[tuple[str, str]]) -> None:
    read = post(question(type="date"), day=day, month=month, year=year)
    assert [(mistake.code, mistake.part) for mistake in read.wrong] == found


@pytest.mark.parametrize(
    ("declared", "day", "code"),
    [
        ({"must_be": "past"}, "2026-11-22", "not_past"),
        ({"must_be": "past"}, "2026-11-21", None),
        ({"must_be": "today-or-past"}, "2026-11-22", None),
        ({"must_be": "today-or-past"}, "2026-11-23", "not_today_or_past"),
        ({"must_be": "future"}, "2026-11-22", "not_future"),
        ({"must_be": "today-or-future"}, "2026-11-21", "not_today_or_future"),
        ({"earliest": "2020-01-01"}, "2019-12-31", "too_early"),
        ({"latest": "2020-01-01"}, "2020-01-02", "too_late"),
        ({"min_age": 18}, "2008-11-23", "too_young"),
        ({"min_age": 18}, "2008-11-22", None),
        ({"max_age": 17}, "2008-11-22", "too_old"),
    ],
)
def test_a_date_keeps_its_limits(declared: dict[str, Any], day: str, code: str | None) -> None:
    assert codes(question(type="date", **declared).settle(day, IN_ENGLISH)) == ([code] if code else [])


@pytest.mark.parametrize(("today", "is_old_enough"), [("2026-02-28", False), ("2026-03-01", True)])
def test_a_leap_day_child_is_of_age_on_the_first_of_march(today: str, is_old_enough: bool) -> None:
    asked = Asked("en", dt.date.fromisoformat(today), "ES", "EUR")
    assert (not question(type="date", min_age=18).settle("2008-02-29", asked).wrong) is is_old_enough


def test_a_date_is_shown_in_full() -> None:
    assert question(type="date").shown("2024-02-29", IN_ENGLISH, WORDS) == ["29 February 2024"]
    assert question(type="date").shown("2024-02-29", IN_SPANISH, WORDS) == ["29 de febrero de 2024"]


# --- e-mail and phone ---


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Amina@Port-Lumen.Example ", "Amina@port-lumen.example"),
        ("a@b.co", "a@b.co"),
        ("amina@café.example", "amina@café.example"),
        ("ａｍｉｎａ＠ｂ.co", "amina@b.co"),
        ("mailto:a@b.co", "a@b.co"),
        ("a\u200b@b.co", "a@b.co"),
    ],
)
def test_an_address_of_mail_is_kept(typed: str, kept: str) -> None:
    assert post(question(type="email"), whole=typed).value == kept


@pytest.mark.parametrize(
    "typed", ["amina", "amina@", "@b.co", "a b@c.co", "a@b", "a@b..co", "a@b.co, c@d.co", "a" * 250 + "@b.co"]
)
def test_what_is_no_address_of_mail_is_told(typed: str) -> None:
    assert codes(post(question(type="email"), whole=typed)) == ["not_email"]


def test_an_address_of_mail_may_have_to_be_short() -> None:
    short = question(type="email", max_length=10)
    assert post(short, whole="ann@bob.co").value == "ann@bob.co"
    assert codes(post(short, whole="anne@bob.co")) == ["too_long"]


@pytest.mark.parametrize(
    "typed",
    [
        "911 234 567",
        "+34 911234567",
        "0034 911-234-567",
        "(911) 23 45 67",
        "٩١١ ٢٣٤ ٥٦٧",
        "tel:+34-911-234-567",
    ],
)
def test_a_phone_number_is_kept_in_one_form(typed: str) -> None:
    read = post(question(type="phone"), whole=typed)
    assert read.value == "+34911234567"
    assert question(type="phone").shown(read.value, IN_ENGLISH, WORDS) == ["+34 911 23 45 67"]


@pytest.mark.parametrize("typed", ["12", "call me", "+999 1", "911 234 567 ext 5", "1" * 30])
def test_what_is_no_phone_number_is_told_with_an_example(typed: str) -> None:
    read = post(question(type="phone"), whole=typed)
    assert codes(read) == ["not_phone"]
    assert "+34" in question(type="phone").message(read.wrong[0], WORDS, "en")


# --- choices ---


def test_a_phone_number_without_its_area_is_none() -> None:
    in_america = Asked("en", TODAY, "US", "USD")
    assert post(question(type="phone"), in_america, whole="253-555-0142").value == "+12535550142"
    assert codes(post(question(type="phone"), in_america, whole="555-0142")) == ["not_phone"]


def test_yes_and_no_are_true_and_false() -> None:
    assert post(question(type="yes-no"), whole="yes").value is True
    assert post(question(type="yes-no"), whole="no").value is False
    assert codes(post(question(type="yes-no"), whole="maybe")) == ["not_an_option"]
    assert question(type="yes-no").shown(False, IN_ENGLISH, WORDS) == ["No"]


def test_only_an_option_can_be_chosen() -> None:
    asked = question(type="one-of", options=["a", "b"])
    assert post(asked, whole="a").value == "a"
    assert codes(post(asked, whole="A")) == ["not_an_option"]
    assert asked.shown("a", IN_ENGLISH, WORDS) == ["Option A"]


def test_none_of_these_excludes_the_others() -> None:
    asked = question(type="many-of", options=["a", "b", "none"], exclusive="none", at_least=1)
    assert post(asked, whole=["b", "a", "a"]).value == ["a", "b"]
    assert post(asked, whole=["none"]).value == ["none"]
    read = post(asked, whole=["a", "none"])
    assert codes(read) == ["exclusive"]
    assert "“None”" in asked.message(read.wrong[0], WORDS, "en")


def test_how_many_may_be_chosen() -> None:
    asked = question(type="many-of", options=["a", "b", "c"], at_least=2, at_most=2)
    assert codes(post(asked, whole=["a"])) == ["too_few"]
    assert codes(post(asked, whole=["a", "b", "c"])) == ["too_many"]
    assert codes(post(asked, whole=["a", "z"])) == ["not_an_option"]


@pytest.mark.parametrize(
    "declared",
    [
        {"type": "one-of", "options": ["a"]},
        {"type": "one-of", "options": ["A b", "c"]},
        {"type": "many-of", "options": ["a"], "exclusive": "b"},
        {"type": "many-of", "options": ["a"], "at_least": 2},
        {"type": "number", "min": 3, "max": 2},
        {"type": "date", "min_age": 3, "max_age": 2},
        {"type": "file", "accept": ["exe"]},
        {"type": "text", "max_lenght": 3},
        {"type": "computed"},
    ],
)
def test_a_declaration_that_makes_no_sense_is_refused(declared: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        question(**declared)


def test_a_declaration_is_ticked_or_not_there() -> None:
    assert post(question(type="declaration"), whole="yes").value is True
    assert question(type="declaration").settle(False, IN_ENGLISH) == (None, ())


# --- addresses ---


def test_an_address_is_kept_in_parts() -> None:
    read = post(question(type="address"), line_1=" 1 Quay ", town="Port Lumen", postcode="28001")
    assert read.value == {"line_1": "1 Quay", "town": "Port Lumen", "postcode": "28001", "country": "ES"}
    assert question(type="address").shown(read.value, IN_ENGLISH, WORDS) == ["1 Quay", "28001 Port Lumen"]


def test_each_missing_line_of_an_address_is_told() -> None:
    read = post(question(type="address"), line_2="Flat 2")
    assert [(m.code, m.part) for m in read.wrong] == [
        ("no_line_1", "line_1"),
        ("no_town", "town"),
        ("no_postcode", "postcode"),
    ]


def test_an_address_may_be_abroad_only_when_asked() -> None:
    abroad = {"line_1": "1 Rue", "town": "Dakar", "country": "SN"}
    assert question(type="address", abroad=True).settle(abroad, IN_ENGLISH).value == abroad
    assert question(type="address", abroad=True).shown(abroad, IN_ENGLISH, WORDS)[-1] == "Senegal"
    assert codes(question(type="address").settle(abroad, IN_ENGLISH)) == ["no_country"]
    assert "no_country" in codes(
        question(type="address", abroad=True).settle(abroad | {"country": "XX"}, IN_ENGLISH)
    )


@pytest.mark.parametrize(
    ("part", "text", "code"),
    [
        ("line_1", "x" * 121, "part_too_long"),
        ("postcode", "<b>", "not_postcode"),
        ("postcode", "1" * 13, "part_too_long"),
    ],
)
def test_a_wrong_line_of_an_address_is_told(part: str, text: str, code: str) -> None:
    given_lines = {"line_1": "1 Quay", "town": "Port Lumen", "postcode": "28001", part: text}
    assert codes(post(question(type="address"), **given_lines)) == [code]


# --- files ---


def upload(name: str, size: int = 10) -> Any:
    return SimpleNamespace(name=name, size=size)


def post_files(asked: Any, *uploads: Any, kept: list[dict[str, str]] | None = None, remove: str = "") -> Any:
    data = QueryDict(f"q-remove={remove}")
    return asked.settle_posted(Posted("q", data, MultiValueDict({"q": list(uploads)})), IN_ENGLISH, kept)


KEPT = [{"id": "7b6ad8a4-0e1f-4c3c-9d5a-0c1b8f1d2e3f", "name": "old.pdf"}]


@pytest.mark.parametrize(
    ("name", "size", "code"),
    [
        ("a.exe", 1, "wrong_type"),
        ("pdf", 1, "wrong_type"),
        ("a.pdf.exe", 1, "wrong_type"),
        ("a.pdf", 0, "is_empty"),
        ("a.pdf", 2**20 + 1, "too_big"),
        ("A.PDF", 1, None),
        ("a.jpeg", 1, None),
    ],
)
def test_a_file_is_checked_before_it_is_stored(name: str, size: int, code: str | None) -> None:
    asked = question(type="file", accept=["pdf", "jpg"], max_megabytes=1)
    assert codes(post_files(asked, upload(name, size))) == ([code] if code else [])


def test_one_file_replaces_and_several_are_added() -> None:
    assert post_files(question(type="file"), upload("a.pdf"), kept=KEPT).value == [{"upload": 0}]
    several = question(type="file", max_count=2)
    assert post_files(several, upload("a.pdf"), kept=KEPT).value == [*KEPT, {"upload": 0}]
    assert codes(post_files(several, upload("a.pdf"), upload("b.pdf"), kept=KEPT)) == ["too_many"]


def test_a_file_is_kept_or_taken_away() -> None:
    assert post_files(question(type="file"), kept=KEPT).value == KEPT
    assert codes(post_files(question(type="file"), kept=KEPT, remove=KEPT[0]["id"])) == ["required"]


def test_an_upload_that_was_not_stored_is_no_answer() -> None:
    assert codes(question(type="file").settle([{"upload": 0}], IN_ENGLISH)) == ["wrong"]


# --- messages ---


def test_a_message_names_what_is_asked() -> None:
    asked = question(type="text", max_length=5)
    assert asked.message(Wrong("required"), WORDS, "en") == "Enter your thing"
    assert (
        asked.message(Wrong("too_long", details={"limit": 5}), WORDS, "en")
        == "Your thing must be 5 characters or fewer"
    )
    assert "5,000 characters" in asked.message(Wrong("too_long", details={"limit": 5_000}), WORDS, "en")
