"""When jobs are tried again and when scheduled ones are due."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from civium.foundation.jobs.rules import Daily, Every, Retry, trace_without_values

LISBON = ZoneInfo("Europe/Lisbon")
MOMENTS = st.integers(1_600_000_000, 2_200_000_000).map(
    lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC)
)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_no_wait_is_longer_than_the_longest_by_more_than_its_spread(attempts_made, chance):
    retry = Retry(first_wait=dt.timedelta(seconds=1), longest_wait=dt.timedelta(hours=4))
    assert dt.timedelta() < retry.wait_after(attempts_made, chance=chance) <= dt.timedelta(hours=4.8)


def test_the_usual_retries_outlast_an_hour_without_mail():
    waits = [Retry().wait_after(made, chance=0) for made in range(1, Retry().attempts)]
    assert sum(waits, dt.timedelta()) > dt.timedelta(hours=1.5)


@given(MOMENTS)
def test_every_minute_is_the_next_full_minute(moment):
    due = Every(dt.timedelta(minutes=1)).next_after(moment, zone=LISBON)
    assert (due.second, due.microsecond) == (0, 0)
    assert moment < due <= moment + dt.timedelta(minutes=1)


@given(MOMENTS)
def test_daily_is_that_time_on_the_towns_clock_within_a_day(moment):
    due = Daily(dt.time(3, 0)).next_after(moment, zone=LISBON)
    assert due.astimezone(LISBON).time() == dt.time(3, 0)
    assert moment < due <= moment + dt.timedelta(hours=25)


def test_a_time_that_the_clock_skips_comes_an_hour_later():
    due = Daily(dt.time(1, 30)).next_after(utc("2026-03-29T00:00"), zone=LISBON)
    assert due == utc("2026-03-29T01:30")


def test_a_trace_names_the_cause_first_and_no_values():
    try:
        try:
            int("amina")
        except ValueError as error:
            raise KeyError("amina") from error
    except KeyError as error:
        trace = trace_without_values(error)
    assert trace.index("builtins.ValueError") < trace.index("builtins.KeyError")
    assert '"amina"' not in trace.replace('int("amina")', "").replace('KeyError("amina")', "")
