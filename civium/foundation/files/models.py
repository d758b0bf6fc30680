"""Files that came in and documents that go out. Their content lies in the data folder, sealed; so does their name here."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from civium.foundation.vault.actions.sealing import open_sealed


class State(models.TextChoices):
    """Where a file stands between its uploader and everybody else."""

    QUARANTINED = "quarantined"
    CLEAN = "clean"
    REFUSED = "refused"


class StoredFile(models.Model):
    """One file. ``under`` owns the key that seals it; ``content`` names what lies on the disk, and changes when that does."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    under = models.CharField(max_length=120, db_index=True)
    content = models.UUIDField(unique=True, default=uuid.uuid4)
    name_sealed = models.BinaryField()
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="Bytes of the content in the clear.")
    state = models.CharField(max_length=12, choices=State.choices)
    refused_for = models.CharField(max_length=20, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="files_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.REFUSED) ^ Q(refused_for=""), name="files_refused_for_a_reason"
            ),
        ]
        indexes = [
            models.Index(
                fields=["taken_at"], condition=Q(state=State.QUARANTINED), name="files_in_quarantine"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def name_place(self) -> str:
        """Where the vault knows the name to be."""
        return f"files:name:{self.id}"

    @property
    def content_place(self) -> str:
        """Where the vault knows the content to be."""
        return f"files:content:{self.content}"

    @property
    def name(self) -> str:
        """The file's name, safe to show, opened from the vault. Refuses (KeyDestroyed) when its owner was forgotten."""
        return str(open_sealed(self.name_sealed, under=self.under, at=self.name_place))

    @property
    def is_clean(self) -> bool:
        return self.state == State.CLEAN

    @property
    def is_being_checked(self) -> bool:
        return self.state == State.QUARANTINED

    @property
    def extension(self) -> str:
        """For a tag beside the name: ``PDF``, ``JPEG``."""
        return self.media_type.rpartition("/")[2].upper()
