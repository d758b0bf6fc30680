"""The key tables. Every key in them is wrapped: without the root key, which is not in the database, they open nothing."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class PurposeKey(models.Model):
    """A key for one purpose, in one version, wrapped by the root key. The newest version wraps what is made next."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    root = models.UUIDField(help_text="Which root key wrapped it.")
    wrapped = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purpose", "version"], name="vault_one_key_per_version")
        ]

    @property
    def place(self) -> str:
        """What its wrapping is bound to."""
        return f"purpose-key:{self.id}:{self.purpose}:{self.version}"


def key_place(id: uuid.UUID, owner: str) -> str:
    """What the wrapping of an owner's key is bound to."""
    return f"key:{id}:{owner}"


class Key(models.Model):
    """The key of one owner (``person:<uuid>``), wrapped by a purpose key, or by its parent's key and so destroyed with it.

    An owner may have several: one seals, and those that it replaced open what they sealed. All are destroyed together.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.CharField(max_length=120, db_index=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    purpose_key = models.ForeignKey(PurposeKey, null=True, on_delete=models.PROTECT, related_name="keys")
    wrapped = models.BinaryField(null=True)
    made_at = models.DateTimeField(default=timezone.now)
    replaced_at = models.DateTimeField(null=True, help_text="Since then it opens and seals no more.")
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], condition=Q(replaced_at__isnull=True), name="vault_one_key_seals"
            ),
            models.CheckConstraint(
                condition=Q(destroyed_at__isnull=True, wrapped__isnull=False)
                | Q(destroyed_at__isnull=False, wrapped__isnull=True),
                name="vault_destroyed_means_gone",
            ),
            models.CheckConstraint(
                condition=Q(destroyed_at__isnull=False)
                | (Q(parent__isnull=True) ^ Q(purpose_key__isnull=True)),
                name="vault_wrapped_by_one_key",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="vault_no_key_wraps_itself"),
        ]

    @property
    def place(self) -> str:
        """What its wrapping is bound to."""
        return key_place(self.id, self.owner)


class IndexRenewal(models.Model):
    """How far some rows have come in getting blind indexes under a new key: the last one that has them. Gone through twice."""

    purpose_key = models.ForeignKey(PurposeKey, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    round = models.PositiveSmallIntegerField()
    after = models.CharField(max_length=60, blank=True)
    done = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["purpose_key", "name", "round"], name="vault_one_renewal_per_round"
            )
        ]


class OwnerRotation(models.Model):
    """A replacing of the keys of people, or of what is theirs, that began and may not be over."""

    kind = models.CharField(max_length=10)
    began_at = models.DateTimeField()
    done = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(ended_at__isnull=True), name="vault_one_rotation_at_a_time"
            )
        ]
