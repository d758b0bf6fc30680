"""What the queue looks like: how much waits, what is dead, what is stuck, who works."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django_tasks import TaskResultStatus
from django_tasks_db.models import get_date_max

from civium.foundation.jobs.models import QueuedJob, Worker
from civium.foundation.jobs.rules import LEASE

Jobs = QuerySet[QueuedJob]


def count_waiting(*, at: datetime) -> int:
    """How many jobs are due at that moment and not started."""
    return _due(at).count()


def count_dead_jobs() -> int:
    """How many dead letters wait for an administrator."""
    return _in_state(TaskResultStatus.FAILED).count()


def find_dead_jobs(*, limit: int = 100) -> list[QueuedJob]:
    """Jobs without an attempt left, the latest first."""
    return list(_in_state(TaskResultStatus.FAILED).order_by("-finished_at")[:limit])


def find_failing_jobs(*, limit: int = 100) -> list[QueuedJob]:
    """Jobs whose last attempt failed and that will be tried again, the latest first."""
    failing = _in_state(TaskResultStatus.READY).exclude(exception_class_path="")
    return list(failing.order_by("-finished_at")[:limit])


def find_stuck(
    *, at: datetime, longer_than: timedelta = timedelta(minutes=5), limit: int = 100
) -> list[QueuedJob]:
    """Jobs that have been due, or running, for longer than that: no worker, too few workers, or a job that hangs."""
    since = at - longer_than
    stuck = QueuedJob.objects.filter(
        Q(status=TaskResultStatus.READY, run_after__lt=since)
        | Q(status=TaskResultStatus.READY, run_after=get_date_max(), enqueued_at__lt=since)
        | Q(status=TaskResultStatus.RUNNING, started_at__lt=since)
    )
    return list(stuck.order_by("enqueued_at")[:limit])


def find_workers(*, lease: timedelta = LEASE) -> list[Worker]:
    """The workers that were seen within the lease."""
    return list(Worker.objects.filter(seen_at__gt=Now() - lease).order_by("started_at"))


def _due(at: datetime) -> Jobs:
    return _in_state(TaskResultStatus.READY).filter(Q(run_after__lte=at) | Q(run_after=get_date_max()))


def _in_state(status: str) -> Jobs:
    jobs: Jobs = QueuedJob.objects.filter(status=status)
    return jobs
