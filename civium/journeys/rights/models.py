"""Copies that people take along, and what became of their requests."""

from __future__ import annotations

import uuid

from django.db import models

from civium.engines.cases.models import Case
from civium.foundation.files.models import StoredFile
from civium.foundation.identity.models import Person


class Export(models.Model):
    """One copy of everything about somebody. ``done`` of ``parts`` are gathered; the file comes last, and goes first."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="exports")
    language = models.CharField(max_length=10)
    asked_at = models.DateTimeField()
    parts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveSmallIntegerField(default=0)
    file = models.OneToOneField(StoredFile, on_delete=models.SET_NULL, null=True)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True, db_index=True)
    forgotten_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_ready(self) -> bool:
        return self.file_id is not None

    @property
    def is_being_made(self) -> bool:
        return self.ready_at is None and self.forgotten_at is None


class CarriedOut(models.Model):
    """That a request was done, and how: ``result`` is a code."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    wish = models.SlugField(max_length=20)
    result = models.SlugField(max_length=40)
    done_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.wish} {self.result}"
