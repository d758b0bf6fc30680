"""When a job is tried again, when a scheduled one is due, and what may be kept of an error. Pure."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

# How long a worker may be silent before its jobs are given to others.
LEASE = timedelta(seconds=15)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class NotNow(Exception):
    """What a job is for may not be done at the moment. It waits, which is no failure, and is started again after ``wait``."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__()
        self.wait = wait


@dataclass(frozen=True)
class Retry:
    """How often a job is tried, and how long it waits in between: doubling, never above ``longest_wait``."""

    attempts: int = 12
    first_wait: timedelta = timedelta(seconds=5)
    longest_wait: timedelta = timedelta(hours=1)

    def is_over(self, attempts_made: int) -> bool:
        """Whether no attempt is left."""
        return attempts_made >= self.attempts

    def wait_after(self, attempts_made: int, *, chance: float) -> timedelta:
        """The wait after a failed attempt; ``chance`` in 0..1 spreads it over +-20 %, so that jobs that failed
        together do not come back together."""
        doubled = self.first_wait * 2 ** min(max(attempts_made - 1, 0), 30)
        return min(doubled, self.longest_wait) * (0.8 + 0.4 * chance)


@dataclass(frozen=True)
class Every:
    """Due at each multiple of the interval."""

    interval: timedelta

    def next_after(self, moment: datetime, *, zone: ZoneInfo) -> datetime:
        """The first due moment later than ``moment``."""
        return _EPOCH + ((moment - _EPOCH) // self.interval + 1) * self.interval


@dataclass(frozen=True)
class Daily:
    """Due every day at a time of the town's clock."""

    at: time

    def next_after(self, moment: datetime, *, zone: ZoneInfo) -> datetime:
        """The first due moment later than ``moment``. A time that the clock skips in spring comes an hour later."""
        day = moment.astimezone(zone).date()
        due = datetime.combine(day, self.at, tzinfo=zone).astimezone(UTC)
        if due <= moment:
            due = datetime.combine(day + timedelta(days=1), self.at, tzinfo=zone).astimezone(UTC)
        return due


Timetable = Every | Daily


def error_class(error: BaseException) -> str:
    """The dotted name of the error's class."""
    return f"{type(error).__module__}.{type(error).__qualname__}"


def trace_without_values(error: BaseException) -> str:
    """Where the error happened, cause first. Its message is left out: messages quote values, and values are people's."""
    return "\n".join(
        "".join(traceback.format_tb(each.__traceback__)) + error_class(each)
        for each in _from_its_cause(error)
    )


def _from_its_cause(error: BaseException) -> Iterator[BaseException]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _from_its_cause(before)
    yield error
