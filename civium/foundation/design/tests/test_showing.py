"""Dates, money and texts in the reader's language."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from civium.foundation.design import showing
from civium.foundation.kit.money import Money


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", "27 November 2026"), ("es", "27 de noviembre de 2026"), ("ar", "27 نوفمبر 2026")],
)
def test_a_day_is_written_as_the_reader_writes_it(language: str, shown: str) -> None:
    with translation.override(language):
        assert showing.day(dt.date(2026, 11, 27)) == shown


def test_the_day_of_a_moment_is_the_one_on_the_towns_clock() -> None:
    with translation.override("en"):
        assert showing.day(dt.datetime(2026, 7, 1, 22, 30, tzinfo=dt.UTC)) == "2 July 2026"


def test_a_moment_is_on_the_towns_clock() -> None:
    with translation.override("en"):
        assert showing.moment(dt.datetime(2026, 7, 1, 22, 30, tzinfo=dt.UTC)) == "2 July 2026, 00:30"


def test_a_time_of_day_is_written_as_each_reader_writes_it() -> None:
    at = dt.datetime(2026, 11, 27, 13, 2, tzinfo=dt.UTC)
    with translation.override("en"):
        assert showing.clock_of(at) == "14:02"
    with translation.override("ar"):
        assert showing.clock_of(at) != "14:02"


@pytest.mark.parametrize(("language", "shown"), [("en", "€25.00"), ("es", "25,00\xa0€")])
def test_money_is_written_as_the_reader_writes_it(language: str, shown: str) -> None:
    with translation.override(language):
        assert showing.money(Money(Decimal(25), "EUR")) == shown


def test_a_missing_translation_says_which_language_it_is_in() -> None:
    with translation.override("ar"):
        assert (
            showing.words({"en": "Dog <b>licence"}) == '<span lang="en" dir="ltr">Dog &lt;b&gt;licence</span>'
        )
        assert showing.words({"en": "Dog licence", "ar": "رخصة كلب"}) == "رخصة كلب"
        assert showing.bare_words({"en": "Dog licence"}) == "Dog licence"
