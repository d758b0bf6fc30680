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
