"""Who opened which case in an emergency, why, until when, and what a second person said to it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from civium.engines.cases.models import Case
from civium.foundation.identity.models import Person
from civium.foundation.vault.actions.sealing import KeyDestroyed, open_sealed, seal


class Why(models.TextChoices):
    """What makes it an emergency."""

    LIFE = "life", _("Danger to somebody’s life or health")
    COURT_ORDER = "court-order", _("A court demands it")
    CONTINUITY = "continuity", _("The service must go on, and nobody is there who may")


class Verdict(models.TextChoices):
    """What the second person says."""

    JUSTIFIED = "justified", _("Justified")
    NOT_JUSTIFIED = "not-justified", _("Not justified")


class Emergency(models.Model):
    """One person may read one case until ``until``. The words are sealed under the key of what the case serves."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=30, help_text="As what they opened it.")
    agency = models.CharField(max_length=60, blank=True, help_text="For whom they work; empty: for the town.")
    why = models.CharField(max_length=20, choices=Why)
    reason_sealed = models.BinaryField(editable=False)
    opened_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=20, choices=Verdict, blank=True)
    review_sealed = models.BinaryField(null=True, editable=False)
    reviewed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "emergencies"
        indexes: ClassVar = [
            models.Index(fields=["opened_by", "-opened_at"], name="emergency_of_person"),
            models.Index(fields=["-opened_at"], name="emergency_by_time"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reviewed_by=F("opened_by")), name="emergency_has_other_eyes"),
            models.CheckConstraint(
                condition=Q(verdict="", reviewed_by=None) | (~Q(verdict="") & Q(reviewed_by__isnull=False)),
                name="emergency_reviewed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.why} {self.id}"

    def place(self, field: str) -> str:
        """Where in the database a sealed value belongs; it opens nowhere else."""
        return f"{self._meta.label_lower}:{field}:{self.pk}"

    def is_open(self, at: datetime) -> bool:
        """Whether it still lets the case be read."""
        return self.ended_at is None and at < self.until

    @property
    def reason(self) -> str:
        """Why, in the words of whoever opened it; empty when it was erased with the case."""
        return self._opened("reason_sealed")

    @reason.setter
    def reason(self, words: str) -> None:
        self.reason_sealed = self._sealed("reason_sealed", words)

    @property
    def review(self) -> str:
        """What the second person wrote; empty when it was erased with the case."""
        return self._opened("review_sealed")

    @review.setter
    def review(self, words: str) -> None:
        self.review_sealed = self._sealed("review_sealed", words)

    def _sealed(self, field: str, words: str) -> bytes:
        return seal(words, under=self.case.subject, at=self.place(field))

    def _opened(self, field: str) -> str:
        sealed = getattr(self, field)
        if sealed is None:
            return ""
        try:
            return str(open_sealed(bytes(sealed), under=self.case.subject, at=self.place(field)))
        except KeyDestroyed:
            return ""
