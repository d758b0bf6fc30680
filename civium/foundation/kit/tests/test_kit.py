"""Money, prose, languages and the town."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils.translation import override

from civium.foundation.kit.languages import direction, listed, pick_text
from civium.foundation.kit.money import Money
from civium.foundation.kit.prose import render_line, render_prose
from civium.foundation.kit.sizes import shown_size
from civium.foundation.kit.town import the_town


@pytest.mark.parametrize(
    ("amount", "currency", "exact"),
    [("1.005", "EUR", "1.01"), ("10.5", "JPY", "11"), ("1.2345", "KWD", "1.235"), ("-0.005", "EUR", "-0.01")],
)
def test_money_is_rounded_half_up_to_its_currency(amount: str, currency: str, exact: str) -> None:
    assert Money(Decimal(amount), currency).amount == Decimal(exact)


def test_currencies_are_never_added_together() -> None:
    with pytest.raises(ValueError, match="cannot add"):
        Money(Decimal(1), "EUR") + Money(Decimal(1), "USD")


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en_GB", "-€10.00"),
        ("es", "-10,00\N{NO-BREAK SPACE}€"),
        ("ar", "\N{RIGHT-TO-LEFT MARK}\N{LEFT-TO-RIGHT MARK}-10.00\N{NO-BREAK SPACE}€"),
    ],
)
def test_a_discount_has_its_sign_left_of_the_number_in_every_script(language: str, shown: str) -> None:
    assert Money(Decimal(-10), "EUR").shown(language) == shown


def test_markdown_cannot_carry_html_or_scripts() -> None:
    html = render_prose("**Hi** <script>alert(1)</script> [x](javascript:alert(1)) [y](https://e.example)")
    assert "<script" not in html
    assert 'href="javascript:' not in html
    assert "<strong>Hi</strong>" in html
    assert 'href="https://e.example"' in html


def test_a_line_has_no_paragraph_around_it() -> None:
    assert render_line("a *b*") == "a <em>b</em>"


def test_a_missing_translation_falls_back_and_says_which_language_it_is() -> None:
    assert pick_text({"en": "Dog"}, "ar") == ("Dog", "en")
    assert pick_text({"en": "Dog", "ar": "كلب"}, "ar") == ("كلب", "ar")
    assert pick_text({"ar": "كلب"}, "en").direction == "rtl"
    assert direction("ar") == "rtl"


def test_the_demo_town_is_complete_in_every_language() -> None:
    town = the_town()
    for texts in [
        town.name,
        town.tagline,
        *(a.name for a in town.agencies.values()),
        *town.holidays.values(),
    ]:
        assert set(texts) == {"en", "es", "ar"}


def test_things_stand_in_a_row_with_the_comma_of_the_language() -> None:
    for language, said in (("en", "Ada, Ben, 3"), ("es", "Ada, Ben, 3"), ("ar", "Ada، Ben، 3")):
        with override(language):
            assert listed(["Ada", "Ben", 3]) == said
    assert listed([]) == ""


@pytest.mark.parametrize(
    ("size", "language", "shown"),
    [
        (7_580, "en", "7.4 kB"),
        (7_580, "es", "7,4 kB"),
        (7_580, "ar", "7.4 كيلوبايت"),
        (5_000_000, "en", "4.8 MB"),
        (1, "en", "1 byte"),
        (0, "es", "0 bytes"),
    ],
)
def test_a_size_has_the_decimal_sign_of_other_numbers(size: int, language: str, shown: str) -> None:
    assert shown_size(size, language).replace("\xa0", " ") == shown
