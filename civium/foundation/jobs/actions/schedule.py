"""Declare jobs that are due by the clock.

A scheduled job is one row of the queue for ever: when an attempt ends, the row waits again for its next time. Two
workers therefore cannot both run it, a time missed while nothing ran is made up for once, and its last error stays
visible until it succeeds. It is never dead.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus

from civium.foundation.jobs.actions.enqueue import Job
from civium.foundation.jobs.models import QueuedJob
from civium.foundation.jobs.rules import Daily, Every, Timetable
from civium.foundation.kit.town import the_town

_ON_SCHEDULE = "on schedule"
# Every scheduled job of the house, by the id of its row.
SCHEDULED: dict[UUID, Job] = {}

Declare = Callable[[Callable[..., object] | Job], Job]


def every(*, days: int = 0, hours: int = 0, minutes: int = 0, seconds: int = 0) -> Declare:
    """Make a function (or a ``@job``) without arguments due at every multiple of this time."""
    return _scheduler(Every(timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)))


def daily(*, at: str) -> Declare:
    """Make a function (or a ``@job``) without arguments due every day at ``at`` ("03:00") by the town's clock."""
    return _scheduler(Daily(time.fromisoformat(at)))


def _scheduler(timetable: Timetable) -> Declare:
    def declare(function: Callable[..., object] | Job) -> Job:
        job = function if isinstance(function, Job) else Job(func=function)
        scheduled = dataclasses.replace(job, timetable=timetable)
        SCHEDULED[scheduled.id_for(_ON_SCHEDULE)] = scheduled
        return scheduled

    return declare


@transaction.atomic
def plan_schedules(*, at: datetime) -> None:
    """Give each scheduled job its row, and bring forward those whose timetable has become denser."""
    for job_id, job in SCHEDULED.items():
        due = next_time(job, after=at) if isinstance(job.timetable, Daily) else at
        job.enqueue(after=due, once=_ON_SCHEDULE)
        QueuedJob.objects.filter(
            id=job_id, status=TaskResultStatus.READY, run_after__gt=next_time(job, after=at)
        ).update(run_after=next_time(job, after=at))


def scheduled_job(job_id: UUID) -> Job | None:
    """The scheduled job whose row this is; None for every other row."""
    return SCHEDULED.get(job_id)


def next_time(job: Job, *, after: datetime) -> datetime:
    """When the scheduled job is due next."""
    timetable = job.timetable
    if timetable is None:
        return timezone.now()
    zone = the_town().time_zone if isinstance(timetable, Daily) else ZoneInfo("UTC")
    return timetable.next_after(after, zone=zone).astimezone(UTC)
