"""Forget what was done."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models.functions import Now
from django_tasks import TaskResultStatus

from civium.foundation.jobs.models import QueuedJob, Worker

# While a done job is remembered, enqueueing it again under its `once` key does nothing.
REMEMBERED = timedelta(days=7)


def prune_jobs(*, at: datetime) -> int:
    """Remove jobs done more than seven days before ``at``, and workers gone for a day; give the number of jobs.

    Dead letters stay until an administrator settles them.
    """
    Worker.objects.filter(seen_at__lt=Now() - timedelta(days=1)).delete()
    done = QueuedJob.objects.filter(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=at - REMEMBERED)
    return int(done.delete()[0])
