"""One table, as a list and a submission need it."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Request(models.Model):
    """A case reduced to what a list shows, and one sealed value."""

    reference = models.CharField(max_length=20, unique=True)
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=20)
    opened_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    sealed = models.BinaryField(default=b"")

    class Meta:
        indexes = [models.Index(fields=["applicant", "-opened_at"])]


class Work(models.Model):
    """An open case reduced to what a queue shows and is narrowed by."""

    reference = models.CharField(max_length=20, unique=True)
    service = models.CharField(max_length=40)
    step = models.CharField(max_length=40)
    about = models.CharField(max_length=200)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, db_index=False)
    opened_on = models.DateField()
    due_on = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["due_on", "id"]),
            models.Index(fields=["service", "due_on", "id"]),
            models.Index(fields=["service", "step", "due_on", "id"]),
        ]
