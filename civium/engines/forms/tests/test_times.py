"""A time of day: read as people write it, kept one way."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from .examples import IN_ARABIC, IN_ENGLISH, IN_SPANISH, WORDS, codes, post, question

TIME = question(type="time")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("14:30", "14:30"),
        ("1430", "14:30"),
        ("930", "09:30"),
        ("14.30", "14:30"),
        ("14h30", "14:30"),
        ("14 h", "14:00"),
        ("14:30 Uhr", "14:30"),
        ("9", "09:00"),
        ("2:30 pm", "14:30"),
        ("2:30 P.M.", "14:30"),
        ("2:30 p. m.", "14:30"),
        ("2pm", "14:00"),
        ("12 am", "00:00"),
        ("12 pm", "12:00"),
        ("noon", "12:00"),
        ("14:30 pm", "14:30"),
        ("14:30:00", "14:30"),
        ("０９：１５", "09:15"),
        ("  09:15\u200f ", "09:15"),
        ("24:00", None),
        ("14:60", None),
        ("14:3", None),
        ("14:30 am", None),
        ("0 am", None),
        ("99999", None),
        ("-5", None),
        ("half past two", None),
    ],
)
def test_a_time_is_read_as_people_write_it(typed: str, kept: str | None) -> None:
    read = post(TIME, whole=typed)
    assert read.value == kept
    assert codes(read) == ([] if kept else ["not_time"])


@pytest.mark.parametrize("typed", ["٢:٣٠ م", "2:30 م", "٠٢:٣٠ مساءً", "14:30"])
def test_arabic_times_are_read(typed: str) -> None:
    assert post(TIME, IN_ARABIC, whole=typed).value == "14:30"


def test_a_time_is_shown_as_the_reader_writes_it() -> None:
    assert TIME.shown("14:30", IN_ENGLISH, WORDS) == ["14:30"]
    assert TIME.shown("09:05", IN_SPANISH, WORDS) == ["9:05"]
    [arabic] = TIME.shown("14:30", IN_ARABIC, WORDS)
    assert arabic.endswith("م")


def test_limits_and_steps_say_what_is_right() -> None:
    office = question(type="time", earliest="08:30", latest="14:00", step=15)
    assert post(office, whole="8:45").value == "08:45"
    assert codes(post(office, whole="8:15")) == ["too_early"]
    assert codes(post(office, whole="14:15")) == ["too_late"]
    [wrong] = post(office, whole="9:10").wrong
    assert (wrong.code, wrong.details["before"], wrong.details["after"]) == ("not_step", "09:00", "09:15")
    [wrong] = post(question(type="time", latest="09:10", step=60), whole="9:05").wrong
    assert (wrong.details["before"], wrong.details["after"]) == ("09:00", "09:00")


def test_limits_must_make_sense() -> None:
    with pytest.raises(ValidationError, match="earliest is later"):
        question(type="time", earliest="14:00", latest="08:00")
    with pytest.raises(ValidationError):
        question(type="time", earliest="8:00")


@given(st.times(), st.sampled_from([IN_ENGLISH, IN_SPANISH, IN_ARABIC]))
def test_what_is_shown_can_be_typed_again(at: dt.time, asked: object) -> None:
    kept = TIME.accept(at, asked).value  # type: ignore[arg-type]
    [shown] = TIME.shown(kept, asked, WORDS)  # type: ignore[arg-type]
    assert TIME.accept(shown, asked).value == kept  # type: ignore[arg-type]
