"""Claim jobs that are due and run them: one attempt each, and what becomes of it."""

from __future__ import annotations

import logging
import os
import random
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from functools import partial
from uuid import uuid4

from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import get_date_max

from civium.foundation.jobs.actions.enqueue import USUAL_RETRY, Job
from civium.foundation.jobs.actions.schedule import next_time, scheduled_job
from civium.foundation.jobs.actions.surround import happening, surrounded
from civium.foundation.jobs.models import QueuedJob, Worker
from civium.foundation.jobs.rules import NotNow, Retry, error_class, trace_without_values

logger = logging.getLogger("civium.jobs")


class ClaimLost(Exception):
    """The attempt took longer than its worker was seen alive, and somebody else has the job now."""


def new_worker_id() -> str:
    """A name for a worker that no other worker ever has."""
    return f"{socket.gethostname()[:30]}-{os.getpid()}-{uuid4().hex[:12]}"


def beat(worker_id: str) -> None:
    """Say that the worker is alive, by the database's clock."""
    if not Worker.objects.filter(id=worker_id).update(seen_at=Now()):
        Worker.objects.create(id=worker_id, seen_at=Now())


def claim_job(worker_id: str, *, at: datetime) -> QueuedJob | None:
    """Take the job that is due longest, so that nobody else does; None when nothing is due."""
    due = QueuedJob.objects.filter(
        Q(run_after__lte=at) | Q(run_after=get_date_max()), status=TaskResultStatus.READY
    )
    # A look first: on SQLite a transaction takes the only write lock, and an idle worker must not.
    if not due.exists():
        return None
    with transaction.atomic():
        row: QueuedJob | None = due.select_for_update(skip_locked=True).first()
        if row is not None:
            row.claim(worker_id)
    return row


def attempt_job(row: QueuedJob) -> Callable[[], object]:
    """Make one attempt at a claimed job; give what remains to be noted, which may have to wait for the database."""
    try:
        job = row.task
        with _transaction_of(job), surrounded(row.name):
            job.call(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
            if _is_atomic(job) and not note_success(row):
                raise ClaimLost
    except NotNow as waiting:
        return partial(note_waiting, row, waiting)
    except Exception as error:
        return partial(note_failure, row, error)
    return _nothing if _is_atomic(job) else partial(note_success, row)


def note_success(row: QueuedJob) -> bool:
    """Mark the job as done, if this attempt still holds it. What a job returns is not kept."""
    now = timezone.now()
    job = scheduled_job(row.id)
    return _change_held(
        row,
        status=TaskResultStatus.READY if job else TaskResultStatus.SUCCESSFUL,
        run_after=next_time(job, after=now) if job else row.run_after,
        worker_ids=[] if job else row.worker_ids,
        finished_at=now,
        exception_class_path="",
        traceback="",
    )


def note_waiting(row: QueuedJob, waiting: NotNow) -> None:
    """Have the job started again after its wait, as if this attempt had not been: however long that goes on, it is not dead."""
    _change_held(
        row,
        status=TaskResultStatus.READY,
        run_after=timezone.now() + waiting.wait,
        worker_ids=row.worker_ids[:-1],
    )


def note_failure(row: QueuedJob, error: BaseException, *, at_once: bool = False) -> None:
    """Have the job tried again later (or ``at_once``), or call it dead when no attempt is left.

    The error is kept without its message.
    """
    now = timezone.now()
    job, retry = scheduled_job(row.id), _retry_of(row)
    is_dead = job is None and retry.is_over(row.attempts_made)
    wait = retry.wait_after(row.attempts_made, chance=random.random())  # noqa: S311
    again_at = now if at_once else now + wait
    if job:
        again_at = min(again_at, next_time(job, after=now))
    trace = trace_without_values(error)
    is_ours = _change_held(
        row,
        status=TaskResultStatus.FAILED if is_dead else TaskResultStatus.READY,
        run_after=again_at,
        worker_ids=row.worker_ids[-retry.attempts :],
        finished_at=now,
        exception_class_path=error_class(error),
        traceback=trace,
    )
    if is_ours:
        logger.log(
            logging.ERROR if is_dead else logging.WARNING,
            "job %s %s: attempt %d failed, %s\n%s",
            row.name,
            row.id,
            row.attempts_made,
            "the last one" if is_dead else f"again at {again_at:%H:%M:%S}",
            trace,
        )


def run_waiting_jobs(*, as_of: datetime | None = None) -> int:
    """Run everything due in this process, including what those jobs enqueue; give the number of attempts.

    For tests and for building a demo town, whose past is told ``as_of`` a moment. A failed job waits for its next attempt
    as it would with a worker.
    """
    worker_id, count = new_worker_id(), 0
    beat(worker_id)
    with happening(as_of):
        while row := claim_job(worker_id, at=timezone.now()):
            attempt_job(row)()
            beat(worker_id)
            count += 1
    Worker.objects.filter(id=worker_id).delete()
    return count


def _is_atomic(job: object) -> bool:
    return isinstance(job, Job) and job.atomic


def _transaction_of(job: object) -> AbstractContextManager[object]:
    """One transaction for atomic jobs; none for the others, which make their own."""
    if _is_atomic(job):
        return transaction.atomic()
    return _keep_what_stands() if connection.in_atomic_block else nullcontext()


@contextmanager
def _keep_what_stands() -> Iterator[None]:
    """When the caller is in a transaction, as tests are, a job's error takes back only what the database refused."""
    savepoint = transaction.savepoint()
    try:
        yield
    except Exception:
        if connection.needs_rollback or not _is_released(savepoint):
            transaction.set_rollback(False)
            transaction.savepoint_rollback(savepoint)
        raise
    transaction.savepoint_commit(savepoint)


def _is_released(savepoint: str) -> bool:
    """Release the savepoint; PostgreSQL refuses when a statement after it failed."""
    try:
        transaction.savepoint_commit(savepoint)
    except DatabaseError:
        return False
    return True


def _retry_of(row: QueuedJob) -> Retry:
    """The job's own policy; the usual one when its code is not there, as while a new release arrives."""
    try:
        job = row.task
    except Exception:
        return USUAL_RETRY
    return job.retry if isinstance(job, Job) else USUAL_RETRY


def _change_held(row: QueuedJob, **values: object) -> bool:
    """Change the row if this attempt still holds it, and say whether it did.

    It does not when its worker was taken for dead meanwhile: then an atomic job's own changes are taken back too.
    """
    held = QueuedJob.objects.filter(id=row.id, status=TaskResultStatus.RUNNING, started_at=row.started_at)
    if held.update(**values):
        return True
    logger.warning("job %s %s: lost to another worker", row.name, row.id)
    return False


def _nothing() -> None:
    """What remains to be noted after an atomic job."""
