"""When a period ends: Regulation (EEC, Euratom) No 1182/71, article 3, on a calendar with holidays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civium.engines.clock.queries import the_calendar
from civium.engines.clock.rules import Calendar, due_on, last_day, moved_by_pause, working_days_between
from civium.engines.clock.schema import LONGEST, Duration

TOWN = Calendar(
    (5, 6), [date(2026, 1, 1), date(2026, 1, 6), date(2026, 4, 3), date(2026, 5, 1), date(2026, 12, 25)]
)
GULF = Calendar((4, 5), [])

days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
calendars = st.builds(
    Calendar,
    st.sets(st.integers(0, 6), max_size=6),
    st.sets(st.dates(date(2020, 1, 1), date(2030, 1, 1)), max_size=20),
)
durations = st.one_of(
    *(st.builds(Duration, st.integers(1, min(most, 400)), st.just(unit)) for unit, most in LONGEST.items())
)


@pytest.mark.parametrize(
    ("start", "written", "end"),
    [
        # The day of the event does not count.
        (date(2026, 3, 2), "1 working day", date(2026, 3, 3)),
        (date(2026, 3, 2), "5 working days", date(2026, 3, 9)),
        (date(2026, 3, 6), "1 working day", date(2026, 3, 9)),
        # What begins on a rest day begins.
        (date(2026, 3, 7), "1 working day", date(2026, 3, 9)),
        # Holidays are no working days, even next to a weekend.
        (date(2026, 4, 2), "1 working day", date(2026, 4, 6)),
        (date(2025, 12, 31), "3 working days", date(2026, 1, 7)),
        # Calendar days count all days, and end on a working day.
        (date(2026, 3, 2), "30 days", date(2026, 4, 1)),
        (date(2026, 3, 1), "6 days", date(2026, 3, 9)),
        (date(2026, 4, 1), "30 days", date(2026, 5, 4)),
        # Weeks end on the same day of the week.
        (date(2026, 3, 4), "2 weeks", date(2026, 3, 18)),
        (date(2026, 4, 17), "2 weeks", date(2026, 5, 4)),
        # Months and years end on the same date, or on the month's last day.
        (date(2026, 1, 31), "1 month", date(2026, 3, 2)),  # 28 February 2026 is a Saturday
        (date(2025, 1, 31), "1 month", date(2025, 2, 28)),
        (date(2024, 1, 31), "1 month", date(2024, 2, 29)),
        (date(2024, 2, 29), "1 year", date(2025, 2, 28)),
        (date(2024, 2, 29), "4 years", date(2028, 2, 29)),
        (date(2025, 11, 30), "3 months", date(2026, 3, 2)),
        (date(2025, 12, 15), "1 month", date(2026, 1, 15)),
        (date(2025, 12, 15), "12 months", date(2026, 12, 15)),
    ],
)
def test_a_period_ends_where_the_regulation_says(start: date, written: str, end: date) -> None:
    assert due_on(start, Duration.parse(written), TOWN) == end


@pytest.mark.parametrize(
    ("start", "written", "end"),
    [
        (date(2026, 3, 2), "1 year", date(2027, 3, 1)),
        (date(2024, 2, 29), "1 year", date(2025, 2, 28)),
        (date(2024, 2, 29), "4 years", date(2028, 2, 28)),
        (date(2025, 1, 31), "1 month", date(2025, 2, 28)),
        (date(2026, 1, 1), "6 months", date(2026, 6, 30)),
        # A Saturday: nobody has to act, so nothing is put off.
        (date(2025, 3, 1), "1 year", date(2026, 2, 28)),
        (date(2026, 3, 2), "30 days", date(2026, 4, 1)),
    ],
)
def test_a_licence_is_valid_until_the_day_people_expect(start: date, written: str, end: date) -> None:
    assert last_day(start, Duration.parse(written), TOWN) == end


def test_a_week_can_rest_on_other_days() -> None:
    assert due_on(date(2026, 3, 5), Duration(1, "working day"), GULF) == date(2026, 3, 8)


def test_a_week_without_a_working_day_is_no_calendar() -> None:
    with pytest.raises(ValueError, match="at least one working day"):
        Calendar(range(7))


@given(days, durations, calendars)
def test_a_deadline_is_later_and_on_a_working_day(
    start: date, duration: Duration, calendar: Calendar
) -> None:
    end = due_on(start, duration, calendar)
    assert end > start
    assert calendar.is_working_day(end)


@given(days, st.integers(1, 300), calendars)
def test_counting_back_gives_the_working_days_that_were_added(
    start: date, amount: int, calendar: Calendar
) -> None:
    assert (
        working_days_between(start, due_on(start, Duration(amount, "working day"), calendar), calendar)
        == amount
    )


@given(days, st.integers(-800, 800), calendars)
def test_working_days_are_those_one_finds_by_looking(start: date, distance: int, calendar: Calendar) -> None:
    end = start + timedelta(days=distance)
    first, last = sorted((start, end))
    looked = sum(
        calendar.is_working_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1)
    )
    assert working_days_between(start, end, calendar) == (looked if distance >= 0 else -looked)


def test_a_pause_moves_the_deadline_by_its_working_days() -> None:
    # Asked on Tuesday, answered on the Monday after: four working days.
    assert moved_by_pause(date(2026, 3, 9), date(2026, 3, 3), date(2026, 3, 9), TOWN) == date(2026, 3, 13)


def test_a_pause_over_a_weekend_or_within_a_day_moves_nothing() -> None:
    due = date(2026, 3, 20)
    assert moved_by_pause(due, date(2026, 3, 6), date(2026, 3, 8), TOWN) == due
    assert moved_by_pause(due, date(2026, 3, 6), date(2026, 3, 6), TOWN) == due


def test_the_town_has_a_calendar() -> None:
    calendar = the_calendar()
    assert not calendar.is_working_day(date(2026, 12, 25))
    assert not calendar.is_working_day(date(2026, 3, 7))
    assert calendar.is_working_day(date(2026, 3, 9))
