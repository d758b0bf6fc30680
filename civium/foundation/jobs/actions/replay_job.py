"""Settle a dead letter: try it again, or let it go. Recording who did so is the caller's part: the record is above."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskResultStatus

from civium.foundation.jobs.models import QueuedJob
from civium.foundation.kit.refusals import Refusal


class NotDead(Refusal):
    message = _("This job is not there any more, or it is being tried again already.")


def replay_job(job_id: UUID | str, *, at: datetime) -> None:
    """Give a dead job all its attempts again, beginning now."""
    _change_dead(
        job_id,
        status=TaskResultStatus.READY,
        run_after=at,
        worker_ids=[],
        started_at=None,
        finished_at=None,
    )


def discard_job(job_id: UUID | str) -> None:
    """Remove a dead job: it will not be done."""
    if not _dead(job_id).delete()[0]:
        raise NotDead


def _change_dead(job_id: UUID | str, **values: object) -> None:
    if not _dead(job_id).update(**values):
        raise NotDead


def _dead(job_id: UUID | str) -> QuerySet[QueuedJob]:
    jobs: QuerySet[QueuedJob] = QueuedJob.objects.filter(id=job_id, status=TaskResultStatus.FAILED)
    return jobs
