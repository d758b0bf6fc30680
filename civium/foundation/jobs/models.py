"""The queue's rows and the workers that are alive."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult


class QueuedJob(DBTaskResult):  # type: ignore[misc]
    """A job in the table of django-tasks-db, with the words that our layer adds.

    READY: waiting, for the first time or after a failure; RUNNING: a worker holds it; SUCCESSFUL: done; FAILED: dead,
    no attempt is left. ``worker_ids`` has one entry per attempt, ``started_at`` marks the attempt that holds the row.
    """

    class Meta:
        proxy = True
        verbose_name = _("job")
        verbose_name_plural = _("jobs")

    def __str__(self) -> str:
        return f"{self.name} {self.id}"

    @property
    def name(self) -> str:
        """Room and function, for example ``notices.carry_message``."""
        parts = str(self.task_path).split(".")
        return f"{parts[2]}.{parts[-1]}" if parts[0] == "civium" and len(parts) > 3 else str(self.task_path)

    @property
    def attempts_made(self) -> int:
        return len(self.worker_ids)

    @property
    def is_dead(self) -> bool:
        return bool(self.status == TaskResultStatus.FAILED)

    @property
    def why(self) -> str:
        """The class of the last error; empty when there was none."""
        return str(self.exception_class_path)


class Worker(models.Model):
    """A worker process. It is alive while ``seen_at``, by the database's clock, is younger than the lease."""

    id = models.CharField(max_length=64, primary_key=True)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return self.id
