"""The legal clock: when a period ends, and how a pause moves that.

The rules are those of Regulation (EEC, Euratom) No 1182/71 on periods, dates and time limits, article 3, which the
laws of most countries share: the day of the event does not count (3.1); a period in weeks, months or years ends on
the same weekday or date, or on the month's last day when it has no such date (3.2.c); a period in working days counts
only those (3.3); a period that would end on a rest day or a public holiday ends on the next working day (3.4).
"""

from __future__ import annotations

import calendar as month_lengths
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from .schema import Duration

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """Which days are worked. ``rest_days`` are days of the week, Monday is 0; at least one day must be left to work."""

    rest_days: frozenset[int]
    holidays: frozenset[date]

    def __init__(self, rest_days: Iterable[int] = (5, 6), holidays: Iterable[date] = ()) -> None:
        object.__setattr__(self, "rest_days", frozenset(rest_days))
        object.__setattr__(self, "holidays", frozenset(holidays))
        if self.rest_days >= frozenset(range(7)):
            raise ValueError("a week needs at least one working day")

    def is_working_day(self, day: date) -> bool:
        """Neither a weekly rest day nor a public holiday."""
        return day.weekday() not in self.rest_days and day not in self.holidays

    def working_day_from(self, day: date) -> date:
        """The day itself when it is worked, else the next day that is."""
        while not self.is_working_day(day):
            day += _ONE_DAY
        return day


def _months_later(start: date, months: int) -> date:
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, month_lengths.monthrange(year, month)[1]))


def _working_days_later(start: date, days: int, calendar: Calendar) -> date:
    day = start
    for _ in range(days):
        day = calendar.working_day_from(day + _ONE_DAY)
    return day


def _end_of(start: date, duration: Duration, calendar: Calendar) -> date:
    """The day on which the period ends by counting alone."""
    if duration.unit == "working day":
        return _working_days_later(start, duration.amount, calendar)
    if duration.unit in {"day", "week"}:
        return start + timedelta(days=duration.amount * (7 if duration.unit == "week" else 1))
    return _months_later(start, duration.amount * (12 if duration.unit == "year" else 1))


def due_on(start: date, duration: Duration, calendar: Calendar) -> date:
    """The last day of a period that begins with something that happened on ``start``: always a working day."""
    return calendar.working_day_from(_end_of(start, duration, calendar))


def last_day(start: date, duration: Duration, calendar: Calendar) -> date:
    """The last day on which something holds that holds from ``start`` on, whatever day that is: how long a licence is valid.

    Months and years end the day before the same date, as people expect: a year from 2 March ends on 1 March. Where the
    last month has no such date they end with the month: a year from 29 February ends on 28 February.
    """
    end = _end_of(start, duration, calendar)
    has_that_date = duration.unit in {"month", "year"} and end.day == start.day
    return end - _ONE_DAY if has_that_date else end


def working_days_between(a: date, b: date, calendar: Calendar) -> int:
    """How many working days lie after ``a``, up to and including ``b``; negative when ``b`` is earlier."""
    if b < a:
        return -working_days_between(b, a, calendar)
    weeks, rest = divmod((b - a).days, 7)
    weekdays = [(a.weekday() + step) % 7 for step in range(1, rest + 1)]
    worked = weeks * (7 - len(calendar.rest_days)) + sum(day not in calendar.rest_days for day in weekdays)
    return worked - sum(a < day <= b and day.weekday() not in calendar.rest_days for day in calendar.holidays)


def moved_by_pause(due: date, paused_on: date, resumed_on: date, calendar: Calendar) -> date:
    """The deadline after a pause: later by as many working days as the clock stood still.

    The day on which it stopped was worked and the day on which it went on is given back, so a pause that ends on the
    day it began moves nothing.
    """
    return _working_days_later(due, max(0, working_days_between(paused_on, resumed_on, calendar)), calendar)
