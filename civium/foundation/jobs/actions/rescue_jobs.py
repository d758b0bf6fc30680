"""Give the jobs of dead workers back to the queue."""

from __future__ import annotations

from datetime import timedelta

from django.db.models.functions import Now
from django_tasks import TaskResultStatus

from civium.foundation.jobs.actions.run_jobs import note_failure
from civium.foundation.jobs.models import QueuedJob, Worker
from civium.foundation.jobs.rules import LEASE


class WorkerDied(Exception):
    """The process that ran the job was gone before it ended."""


def rescue_jobs(*, lease: timedelta = LEASE) -> int:
    """Have every job tried again whose worker was not seen for a lease; give their number.

    The first time at once. A death counts as an attempt: a job that kills its workers ends as a dead letter, not as an endless loop.
    """
    alive = set(Worker.objects.filter(seen_at__gt=Now() - lease).values_list("id", flat=True))
    running = QueuedJob.objects.filter(status=TaskResultStatus.RUNNING).order_by("started_at")
    orphans = [row for row in running if row.worker_ids[-1] not in alive]
    for row in orphans:
        note_failure(row, WorkerDied(), at_once=row.attempts_made == 1)
    return len(orphans)
