"""What people type, made fit to keep."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civium.engines.forms.cleaning import clean_code, clean_line, clean_lines, count_characters, parse_number


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Rex \t the\n dog ", "Rex the dog"),
        ("Re\x00x", "Rex"),
        ("Re\ud800x", "Rex"),
        ("\u202eevil\u202c", "evil"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("two \u200b spaces", "two spaces"),
        ("e\u0301", "é"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("<b>&amp;", "<b>&amp;"),
    ],
)
def test_a_line_keeps_what_was_meant(typed: str, kept: str) -> None:
    assert clean_line(typed) == kept


def test_lines_stay_lines() -> None:
    assert clean_lines("one\r\ntwo  \r\r\r\r\nthree\x07", 100) == "one\ntwo\n\nthree"


def test_many_spaces_within_a_line_take_no_time_by_their_square() -> None:
    text = "a" + " " * 20_000 + "b"
    began = time.process_time()
    assert [clean_lines(text, 20_002) for _ in range(20)] == [text] * 20
    assert time.process_time() - began < 15  # by the square it is half a minute
    assert clean_lines("a \u00a0 \nb", 100) == "a\nb"


def test_a_code_has_plain_digits_and_letters() -> None:
    assert clean_code("٣٤ ９\u200c１") == "34 91"


@pytest.mark.parametrize(
    ("text", "count"), [("abc", 3), ("é", 1), ("q\u0308\u0301", 1), ("كَتَبَ", 3), ("日本", 2)]
)
def test_marks_are_not_counted(text: str, count: int) -> None:
    assert count_characters(text) == count


@pytest.mark.parametrize(
    "hostile", ["a" + "\u0301\u0316" * 500_000, "\ud800" * 1_000_000, " " * 1_000_000, "é" * 1_000_000]
)
def test_a_megabyte_is_cleaned_quickly_and_cut(hostile: str) -> None:
    began = time.process_time()
    assert len(clean_line(hostile, 801)) <= 801
    assert len(clean_lines(hostile, 20001)) <= 20001
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    ("language", "typed", "number"),
    [
        ("en", "1,234.50", "1234.50"),
        ("en", "1.234", "1.234"),
        ("en", "1,234", "1234"),
        ("en", "1,50", "1.50"),
        ("en", "12,34,567", "1234567"),
        ("en", "1 234", "1234"),
        ("es", "1.234,50", "1234.50"),
        ("es", "1.234", "1234"),
        ("es", "1234.5", "1234.5"),
        ("es", "1,5", "1.5"),
        ("es", "-3", "-3"),
        ("es", "−3", "-3"),
        ("ar", "٢٥", "25"),
        ("ar", "١٬٢٣٤٫٥", "1234.5"),
        ("ar", "1,234.5", "1234.5"),
        ("fr", "1\u202f234,5", "1234.5"),
        ("de", "1'234", "1234"),
        ("hi", "१२३", "123"),
        ("en", ",5", "0.5"),
    ],
)
def test_numbers_are_read_as_each_language_writes_them(language: str, typed: str, number: str) -> None:
    assert parse_number(typed, language) == Decimal(number)


@pytest.mark.parametrize(
    "typed",
    ["", "one", "1e5", "0x1", "1.2.3", "1,2,3", ".", "-", "--1", "1-", "NaN", "Infinity", "1" * 41, "½"],
)
def test_what_is_no_number_is_none(typed: str) -> None:
    assert parse_number(typed, "en") is None


@given(st.text(max_size=80), st.sampled_from(["en", "es", "ar", "xx"]))
def test_reading_a_number_never_fails(typed: str, language: str) -> None:
    found = parse_number(typed, language)
    assert found is None or found.is_finite()
