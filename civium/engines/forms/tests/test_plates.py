"""Vehicle plates: as they are typed, as they look on the vehicle."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from civium.engines.forms.plates import FORMS, example_plate, is_plate_of, write_plate
from civium.engines.forms.questions.plate import compact_plate

from .examples import IN_ENGLISH, WORDS, codes, post, question

ANY = question(type="plate")


@pytest.mark.parametrize(
    ("country", "typed", "kept", "shown"),
    [
        ("ES", "1234 bcd", "1234BCD", "1234 BCD"),
        ("ES", "M-1234-AB", "M1234AB", "M-1234-AB"),
        ("ES", "B 123456", "B123456", "B-123456"),
        ("ES", "C 1234 BBB", "C1234BBB", "C 1234 BBB"),
        ("ES", "CD-123-456", "CD123456", "CD-123456"),
        ("FR", "ab123cd", "AB123CD", "AB-123-CD"),
        ("FR", "1234 AB 75", "1234AB75", "1234 AB 75"),
        ("DE", "B-AB 1234", "BAB1234", "BAB 1234"),
        ("DE", "MÜ X 12E", "MÜX12E", "MÜX 12E"),
        ("GB", "ab12cde", "AB12CDE", "AB12 CDE"),
        ("GB", "A 1", "A1", "A 1"),
        ("PT", "AA12BB", "AA12BB", "AA-12-BB"),
        ("NL", "ab123c", "AB123C", "AB-123-C"),
        ("IT", "AB123CD", "AB123CD", "AB 123CD"),
        ("MA", "12345-أ-6", "12345أ6", "12345-أ-6"),
        ("GR", "ΑΒΕ 1234", "ABE1234", "ABE-1234"),
        ("UA", "АА 1234 ВВ", "AA1234BB", "AA 1234 BB"),
        ("ES", "١٢٣٤ BCD", "1234BCD", "1234 BCD"),
    ],
)
def test_a_plate_is_kept_compact_and_shown_in_its_groups(
    country: str, typed: str, kept: str, shown: str
) -> None:
    asked = question(type="plate", countries=[country])
    read = post(asked, whole=typed)
    assert (read.value, read.wrong) == (kept, ())
    assert asked.shown(kept, IN_ENGLISH, WORDS) == [shown]


def test_a_plate_of_another_country_is_refused_when_it_must_be_of_some() -> None:
    asked = question(type="plate", countries=["ES", "PT"])
    [wrong] = post(asked, whole="AB 123-45-6789").wrong
    assert asked.message(wrong, WORDS, "en") == "Enter the letters and digits of the plate, like 1234 BCD"
    assert post(asked, whole="AA-12-BB").wrong == ()


def test_without_countries_any_plate_is_taken_and_shown_as_here_when_it_looks_so() -> None:
    assert post(ANY, whole="KAZ 001 AA 02").value == "KAZ001AA02"
    assert ANY.shown("1234BCD", IN_ENGLISH, WORDS) == ["1234 BCD"]
    assert ANY.shown("KAZ001AA02", IN_ENGLISH, WORDS) == ["KAZ001AA02"]
    assert codes(post(ANY, whole="A" * 13)) == ["too_long"]
    assert codes(post(ANY, whole="--")) == ["not_plate"]


def test_an_unknown_country_is_told_with_those_there_are() -> None:
    with pytest.raises(ValidationError, match="we do not know the plates of 'XX'"):
        question(type="plate", countries=["XX"])


@pytest.mark.parametrize("country", FORMS)
def test_the_example_of_a_country_is_one_of_its_plates(country: str) -> None:
    example = example_plate(country)
    compact = compact_plate(example)
    assert is_plate_of(compact, country)
    assert write_plate(compact, (country,)) == example


@given(st.sampled_from(sorted(FORMS)), st.text(max_size=14))
def test_what_is_shown_is_the_same_plate(country: str, typed: str) -> None:
    compact = compact_plate(typed)
    assert compact_plate(write_plate(compact, (country,))) == compact
