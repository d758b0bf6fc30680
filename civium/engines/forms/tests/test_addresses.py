"""Addresses and phone numbers of other countries: what each asks for, in which order, and how it is written."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from pydantic import ValidationError

from civium.engines.forms.address_formats import ANYWHERE, FORMATS, PARTS
from civium.engines.forms.asking import Asked

from .examples import IN_ARABIC, IN_ENGLISH, TODAY, WORDS, codes, make_form, post, posted, question
from .test_pages import show

DATA = Path(__file__).resolve().parents[5] / "shared/data/identity_i18n/address-formats"
ANY = question(type="address", country="any")
LETTERS = {"line_1": "A", **{part: letter for letter, part in PARTS.items()}}


def country_data(code: str) -> dict[str, Any]:
    path = DATA / f"{code.lower()}.json"
    if not path.is_file():
        pytest.skip("the address formats are not here")
    found = json.loads(path.read_text(encoding="utf-8"))
    return found.get(code, found)  # type: ignore[no-any-return]


@pytest.mark.parametrize("code", FORMATS)
def test_a_country_asks_for_what_its_post_asks_for(code: str) -> None:
    data, form = country_data(code), FORMATS[code]
    local = set(re.findall("%([ADCSZ])", data["fmt"]))
    assert {LETTERS[part] for part in form.parts_for("en") if part != "line_2"} == local
    assert set(form.needs) == set(data.get("require", "A"))
    for language, order in (
        (form.languages.split(" ")[0], data["fmt"]),
        ("en", data.get("lfmt", data["fmt"])),
    ):
        letters = [LETTERS[part] for part in form.parts_for(language) if part != "line_2"]
        assert letters == re.findall("%([ADCSZ])", order), language


@pytest.mark.parametrize("code", FORMATS)
def test_the_postcodes_of_a_country_are_taken_and_others_are_not(code: str) -> None:
    data, form = country_data(code), FORMATS[code]
    examples = [one for one in data.get("zipex", "").split(",") if one]
    for postcode in examples:
        assert form.takes_postcode(postcode), postcode
        assert form.takes_postcode(postcode.replace(" ", "").replace("-", "")), postcode
        assert form.takes_postcode(postcode.lower()), postcode
        assert not form.takes_postcode(postcode + "99999"), postcode
    assert bool(form.postcode) == bool(data.get("zip"))


def test_an_address_of_a_country_is_checked_and_written_as_there() -> None:
    asked = question(type="address", country="US")
    home = {"line_1": "500 5th Ave", "town": "New York", "region": "NY", "postcode": "10110"}
    read = asked.settle(home, IN_ENGLISH)
    assert read.value == home | {"country": "US"}
    assert asked.shown(read.value, IN_ENGLISH, WORDS) == [
        "500 5th Ave",
        "New York, NY 10110",
        "United States",
    ]
    assert codes(asked.settle({"line_1": "500 5th Ave"}, IN_ENGLISH)) == [
        "no_town",
        "no_region",
        "no_postcode",
    ]
    assert codes(asked.settle(home | {"postcode": "1011"}, IN_ENGLISH)) == ["not_postcode"]
    assert codes(asked.settle(home | {"region": "42 / -"}, IN_ENGLISH)) == ["not_region"]
    assert codes(asked.settle(home | {"country": "ES"}, IN_ENGLISH))[-1] == "no_country"


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        (
            {"line_1": "10 Downing St", "town": "London", "postcode": "SW1A 2AA", "country": "GB"},
            ["10 Downing St", "London", "SW1A 2AA", "United Kingdom"],
        ),
        (
            {"line_1": "Av. Paulista 1", "district": "Bela Vista", "town": "São Paulo", "region": "SP",
             "postcode": "01310-100", "country": "BR"},
            ["Av. Paulista 1", "Bela Vista", "São Paulo-SP", "01310-100", "Brazil"],
        ),
        (
            {"line_1": "千代田1-1", "region": "東京都", "postcode": "100-0001", "country": "JP"},
            ["千代田1-1", "東京都", "100-0001", "Japan"],
        ),
        ({"line_1": "Rua 1", "town": "Bissau", "country": "GW"}, ["Rua 1", "Bissau", "Guinea-Bissau"]),
        ({"line_1": "1 Quay", "country": "IE"}, ["1 Quay", "Ireland"]),
        (
            {"line_1": "1 Quay", "town": "Lumen", "region": "Madrid", "postcode": "28001", "country": "ES"},
            ["1 Quay", "28001 Lumen", "Madrid"],
        ),
        (
            {"line_1": "Weg 1", "town": "Berlin", "region": "Brandenburg", "postcode": "10115", "country": "DE"},
            ["Weg 1", "10115 Berlin", "Brandenburg", "Germany"],
        ),
    ],
)  # fmt: skip
def test_an_address_anywhere_is_written_as_there(address: dict[str, str], lines: list[str]) -> None:
    read = ANY.settle(address, IN_ENGLISH)
    assert read.value == address
    assert ANY.shown(address, IN_ENGLISH, WORDS) == lines


def test_readers_of_a_country_see_its_own_order() -> None:
    japanese = Asked("ja", TODAY, "JP", "JPY")
    address = {"line_1": "千代田1-1", "region": "東京都", "postcode": "100-0001", "country": "JP"}
    assert ANY.shown(address, japanese, WORDS) == ["100-0001", "東京都", "千代田1-1"]
    assert FORMATS["JP"].parts_for("ja") == ["postcode", "region", "line_1", "line_2"]


def test_an_address_without_a_country_is_asked_for_it() -> None:
    assert codes(ANY.settle({"line_1": "Rua 1", "town": "Bissau"}, IN_ENGLISH)) == ["no_country"]
    assert codes(post(ANY, line_1="Rua 1", town="Bissau", country="XX")) == ["no_country"]


def test_a_setting_that_says_two_things_is_refused() -> None:
    with pytest.raises(ValidationError, match="country: any"):
        question(type="address", country="any", abroad=True)
    with pytest.raises(ValidationError, match="'Spain' is not a country"):
        question(type="address", country="Spain")


FORM = make_form("- page: home\n  ask: [{name: home, type: address, country: any, own: true}]")


def labels(page: BeautifulSoup) -> list[str]:
    return [" ".join(label.get_text().split()) for label in page.select("fieldset label")]


def test_before_a_country_is_chosen_everything_can_be_written() -> None:
    assert labels(show(FORM, "home", {})) == [
        "Country",
        "Address line 1",
        "Address line 2 (optional)",
        "District (optional)",
        "Town or city",
        "State, province or region (optional)",
        "Postcode (optional)",
    ]
    assert len(ANYWHERE.parts_for("ar")) == 6


def test_after_a_mistake_the_page_asks_as_the_chosen_country_does() -> None:
    journey = FORM.journey({}, today=TODAY)
    reading = FORM.read_page(
        "home",
        journey,
        posted(
            home__line_1="500 5th Ave", home__town="New York", home__country="US", home__district="Midtown"
        ),
        language="en",
    )
    assert set(reading.errors) == {"home-region", "home-postcode"}
    page = show(FORM, "home", {}, reading=reading)
    assert labels(page) == [
        "Country",
        "Address line 1",
        "Address line 2 (optional)",
        "Town or city",
        "State",
        "ZIP code",
        "District (optional)",
    ]
    assert page.select_one("[name=home-district]")["value"] == "Midtown"  # type: ignore[index]
    assert page.select_one("[name=home-region]")["autocomplete"] == "address-level1"  # type: ignore[index]


# --- phones ---


def test_a_phone_number_is_one_of_its_country_unless_it_says_otherwise() -> None:
    french = question(type="phone", country="FR")
    assert post(french, whole="01 23 45 67 89").value == "+33123456789"
    assert post(french, whole="+34 911 23 45 67").value == "+34911234567"
    [wrong] = post(french, whole="12").wrong
    assert french.message(wrong, WORDS, "en").startswith("Enter a phone number, like +33 ")


def test_a_phone_number_of_any_country_says_which() -> None:
    anywhere = question(type="phone", country="any")
    assert post(anywhere, whole="+221 33 839 00 00").value == "+221338390000"
    assert post(anywhere, IN_ARABIC, whole="٠٠٢٢١ ٣٣ ٨٣٩ ٠٠ ٠٠").value == "+221338390000"
    assert codes(post(anywhere, whole="911 23 45 67")) == ["no_country_code"]
    assert codes(post(anywhere, whole="hello")) == ["not_phone"]
    with pytest.raises(ValidationError, match="is not a country"):
        question(type="phone", country="XX")
