"""Consents, what may not be used, and how far this database has followed the erasure ledger."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Consent(models.Model):
    """That somebody agreed to a purpose, in which words, and until when. Who never answered has no row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.CharField(max_length=60)
    purpose = models.SlugField(max_length=40)
    version = models.PositiveIntegerField(help_text="The version of the words that were agreed to.")
    language = models.CharField(max_length=10, help_text="The language in which they were read.")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=10, blank=True, help_text="How it ended: person, signal or objection.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "purpose"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_standing_consent_per_purpose",
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"


class ConsentText(models.Model):
    """The words of a consent as they stood in one language: kept for ever, so that it can be shown what was agreed to."""

    purpose = models.SlugField(max_length=40)
    version = models.PositiveIntegerField()
    language = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    words = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purpose", "version", "language"], name="one_consent_text_each")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version} {self.language}"


class Why(models.TextChoices):
    """Why data is not to be used."""

    WRONG = "wrong", _("You say that it is wrong, and we are checking")
    NOT_ALLOWED = "not-allowed", _("We may not use it, and you do not want it erased")
    CLAIM = "claim", _("You need it for a claim or in court")
    OBJECTED = "objected", _("You object, and we are checking")
    KEPT_BY_LAW = "kept-by-law", _("You asked us to erase it, and the law makes us keep it")


class Restriction(models.Model):
    """An owner's data lies still: stored, and used by nobody. ``until``: when the law stops keeping it, and it is erased."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.CharField(max_length=60)
    because = models.CharField(max_length=12, choices=Why)
    since = models.DateTimeField()
    until = models.DateField(null=True, db_index=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner"],
                condition=models.Q(ended_at__isnull=True),
                name="one_standing_restriction_per_owner",
            )
        ]

    def __str__(self) -> str:
        return f"{self.because} {self.since:%Y-%m-%d}"


class FollowedErasure(models.Model):
    """A line of the erasure ledger that this database has carried out."""

    number = models.PositiveIntegerField(primary_key=True)
    digest = models.CharField(max_length=64)
    followed_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.number)
