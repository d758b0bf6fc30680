"""What has been published, for good, and which of it people are offered now."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models


class Unchangeable(TypeError):
    """A published version is what applications were made on: it is never changed and never deleted."""


class PublishedVersions(models.QuerySet[Any]):
    """What is published can be added and read, and nothing else."""

    def _refuse(self, *_values: Any, **_named: Any) -> NoReturn:
        raise Unchangeable

    update = delete = _update = _raw_delete = _refuse


class PublishedVersion(models.Model):
    """One wording of one service. ``document`` and ``texts`` are JSON in the order written, which means something.

    ``lists``: the digests of the lists that it chooses from, as JSON by name.
    """

    service = models.SlugField(max_length=60)
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    document = models.TextField()
    texts = models.TextField()
    lists = models.TextField(default="{}")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = PublishedVersions.as_manager()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["service", "number"], name="one_wording_per_version"),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.number}"

    def delete(self, *args: Any, **named: Any) -> NoReturn:
        """Refused: see `Unchangeable`."""
        raise Unchangeable


class PublishedList(models.Model):
    """A list to choose from, as some versions were published with: JSON, by its SHA-256."""

    digest = models.CharField(max_length=64, primary_key=True)
    content = models.TextField()

    objects = PublishedVersions.as_manager()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return self.digest

    def delete(self, *args: Any, **named: Any) -> NoReturn:
        """Refused: see `Unchangeable`."""
        raise Unchangeable


class Offering(models.Model):
    """Which version of a service people get now, and whether it can still be applied for."""

    service = models.SlugField(max_length=60, primary_key=True)
    version = models.ForeignKey(PublishedVersion, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.service


class CatalogueStamp(models.Model):
    """One row whose value is new after every change of the offer: how processes know that theirs is old."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    value = models.CharField(max_length=32)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_catalogue_stamp")]

    def __str__(self) -> str:
        return self.value


class ServiceFigures(models.Model):
    """What the record says of one service over the last year. Counts and days only: nothing of anybody.

    ``median_days`` and ``most_days`` (9 of 10) are working days from sending to the decision, once there are enough cases;
    ``since`` is the day of the first decision that was counted.
    """

    service = models.SlugField(max_length=80, primary_key=True)
    applications = models.PositiveIntegerField()
    decided = models.PositiveIntegerField()
    median_days = models.PositiveIntegerField(null=True)
    most_days = models.PositiveIntegerField(null=True)
    since = models.DateField(null=True)

    def __str__(self) -> str:
        return self.service
