"""Tokens, and the answers that are kept so that a request sent twice is done once."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models

from civium.foundation.identity.models import Agency, Person
from civium.foundation.vault.actions.sealing import open_sealed

from .rules import SHOW_READINGS, may_make_for, may_make_for_portal


class Token(models.Model):
    """A program's way in. The secret itself is shown once and never kept: only its digest is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="tokens",
        help_text="Whose rights it has.",
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=80)
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["made_by", "-made_at"], name="token_by_maker")]

    def __str__(self) -> str:
        return str(self.id)

    def is_good(self, at: datetime) -> bool:
        """Whether it lets anybody in: not ended, its day not over, and whoever made it may make such a one still."""
        return self.ended_at is None and at < self.expires_at and self._maker_still_may()

    def _maker_still_may(self) -> bool:
        if not self.made_by.is_active:
            return False
        if self.agency_id is not None:
            return may_make_for(self.made_by, self.agency_id)
        return SHOW_READINGS not in self.scopes or may_make_for_portal(self.made_by)


class KeptAnswer(models.Model):
    """What was answered to a request with an idempotency key, sealed for whoever asked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    key_digest = models.CharField(max_length=64)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer_sealed = models.BinaryField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key_digest"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def place(self) -> str:
        """Where in the database the sealed answer belongs; it opens nowhere else."""
        return f"{self._meta.label_lower}:answer_sealed:{self.pk}"

    @property
    def answer(self) -> dict[str, Any]:
        """The answer's body."""
        opened: dict[str, Any] = open_sealed(
            bytes(self.answer_sealed), under=self.person.vault_key, at=self.place
        )
        return opened
