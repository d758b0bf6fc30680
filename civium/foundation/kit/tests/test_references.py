"""References survive being read aloud."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from civium.foundation.kit.references import ALPHABET, new_reference, parse_reference, shown_reference


def test_a_reference_reads_back_as_it_was_shown() -> None:
    reference = new_reference()
    assert parse_reference(f" {shown_reference(reference).lower()} ") == reference


def test_a_reference_copied_out_of_arabic_text_reads_back() -> None:
    reference = new_reference()
    assert parse_reference(f"\u2068{shown_reference(reference)}\u2069") == reference


def test_the_letter_o_is_heard_as_zero() -> None:
    reference = next(r for r in iter(new_reference, None) if "0" in r)
    assert parse_reference(reference.replace("0", "O")) == reference


@given(place=st.integers(0, 7), wrong=st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(place: int, wrong: str) -> None:
    reference = new_reference()
    changed = reference[:place] + wrong + reference[place + 1 :]
    assert (parse_reference(changed) == reference) is (changed == reference)
    assert changed == reference or parse_reference(changed) is None


@given(place=st.integers(0, 6))
def test_two_swapped_neighbours_are_noticed(place: int) -> None:
    reference = new_reference()
    swapped = reference[:place] + reference[place + 1] + reference[place] + reference[place + 2 :]
    assert swapped == reference or parse_reference(swapped) is None


@given(st.text(max_size=40))
def test_any_text_can_be_typed(typed: str) -> None:
    parsed = parse_reference(typed)
    assert parsed is None or len(parsed) == 8
