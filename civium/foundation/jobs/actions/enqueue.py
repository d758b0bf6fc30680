"""Declare a job, and put it into the queue in the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.utils import timezone
from django_tasks.base import Task
from django_tasks.utils import normalize_json

from civium.foundation.jobs.models import QueuedJob
from civium.foundation.jobs.rules import Retry, Timetable
from civium.foundation.kit.prepared import insert

USUAL_RETRY = Retry()
# Names of jobs that exist once are made of this.
ONCE = UUID("5d0c3f0e-6f5c-4f5b-9a51-3c8a3ba0b2f4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Task):  # type: ignore[misc]
    """A function of the queue: django-tasks' ``Task`` with a retry policy and, for some, a timetable."""

    retry: Retry = USUAL_RETRY
    atomic: bool = False
    timetable: Timetable | None = None

    def enqueue(
        self,
        *args: Any,
        after: datetime | timedelta | None = None,
        once: str | None = None,
        **kwargs: Any,
    ) -> UUID:
        """Put the job into the queue, to be started at once or ``after`` a moment or a while; give its id.

        Arguments are what JSON knows (ids as text). With ``once``, a job of this function under the same key that is
        waiting, running, dead or was done in the last days is the same job, and nothing is added: the key makes the
        row's primary key, so two transactions cannot both add it. Rolled back with the transaction it is called in.
        """
        job_id = self.id_for(once) if once else uuid4()
        row = QueuedJob(
            id=job_id,
            args_kwargs=normalize_json({"args": args, "kwargs": kwargs}),
            priority=self.priority,
            task_path=self.module_path,
            queue_name=self.queue_name,
            backend_name=self.backend,
            run_after=_moment(after),
        )
        insert(row, unless_there=once is not None)
        return job_id

    def id_for(self, once: str) -> UUID:
        """The id of the job of this function under that key."""
        return uuid5(ONCE, f"{self.module_path}:{once}")


def _moment(after: datetime | timedelta | None) -> datetime:
    if isinstance(after, datetime):
        return after
    return timezone.now() + (after or timedelta())


def job(
    *,
    attempts: int = Retry.attempts,
    first_wait: timedelta = Retry.first_wait,
    longest_wait: timedelta = Retry.longest_wait,
    atomic: bool = False,
) -> Callable[[Callable[..., object]], Job]:
    """Make a module's function a job. Whatever it raises is an attempt that failed; after the last one it is dead.

    A job may run twice when its worker dies, so what it does outside must bear that. ``atomic=True`` is for work inside
    the database only: the function and the mark that it is done are one transaction, so its effects happen exactly once.
    """
    retry = Retry(attempts=attempts, first_wait=first_wait, longest_wait=longest_wait)

    def declare(function: Callable[..., object]) -> Job:
        return Job(func=function, retry=retry, atomic=atomic)

    return declare
