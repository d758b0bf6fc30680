"""Drafts: answers given so far, sealed."""

from __future__ import annotations

import uuid

from django.db import models


class Draft(models.Model):
    """The answers to one form while they are being given, and afterwards what was sent.

    ``form`` names the form and its version, ``under`` the owner of the key that seals the answers; both are opaque here.
    ``revision`` counts the saves: a save that did not see the latest one merges with it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    form = models.CharField(max_length=120)
    under = models.CharField(max_length=120, db_index=True)
    answers_sealed = models.BinaryField()
    typed_sealed = models.BinaryField(
        null=True, editable=False, help_text="What was typed on pages and not saved yet."
    )
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["expires_at"], condition=models.Q(closed_at=None), name="forms_drafts_to_expire"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def answers_place(self) -> str:
        """Where the vault knows the answers to be."""
        return f"drafts:{self.id}"

    @property
    def typed_place(self) -> str:
        """Where the vault knows what was typed to be."""
        return f"drafts:typed:{self.id}"

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None
