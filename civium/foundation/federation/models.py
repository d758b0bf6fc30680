"""Which people other systems know, kept so that the tables tell neither who it is nor what they are called there."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Assurance, Person
from civium.foundation.vault.actions.sealing import open_sealed


class LinkedIdentity(models.Model):
    """An identity elsewhere that opens this person's account.

    ``subject_index`` finds whoever comes back: a blind index over issuer and subject. ``number_index`` finds whoever has a national
    number, for the national portal; none where the provider proved no number. What the provider said is sealed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="linked_identities")
    provider = models.CharField(max_length=40)
    subject_index = models.BinaryField(max_length=32)
    number_index = models.BinaryField(max_length=32, null=True, db_index=True)
    said_sealed = models.BinaryField()
    level = models.CharField(max_length=10, choices=Assurance)
    linked_at = models.DateTimeField()
    used_at = models.DateTimeField()

    class Meta:
        verbose_name = _("linked identity")
        verbose_name_plural = _("linked identities")
        constraints = [
            models.UniqueConstraint(fields=["provider", "subject_index"], name="one_account_per_identity"),
            models.UniqueConstraint(fields=["person", "provider"], name="one_identity_per_provider"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} of {self.person_id}"

    @property
    def place(self) -> str:
        """Where in the database the sealed part belongs; it opens nowhere else."""
        return f"linked_identity:said:{self.id}"

    @cached_property
    def said(self) -> dict[str, Any]:
        """What the provider said, opened: issuer, subject, name, born_on, number."""
        opened = open_sealed(bytes(self.said_sealed), under=f"person:{self.person_id}", at=self.place)
        return dict(opened)


class SystemConsent(models.Model):
    """A person lets another system of the town sign them in, and learn what ``scopes`` name.

    ``subject`` is what that system calls the person: another word in each system, so that two cannot compare whom they know.
    It stays when the consent ends, so that whoever consents again finds their own things there again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="system_consents")
    system = models.ForeignKey("allauth_idp_oidc.Client", on_delete=models.CASCADE, related_name="consents")
    subject = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    scopes = models.CharField(max_length=200)
    given_at = models.DateTimeField()
    used_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("consent to a system")
        verbose_name_plural = _("consents to systems")
        constraints = [models.UniqueConstraint(fields=["person", "system"], name="one_consent_per_system")]

    def __str__(self) -> str:
        return f"{self.person_id} to {self.system_id}"

    @property
    def scope_names(self) -> frozenset[str]:
        return frozenset(self.scopes.split())

    @property
    def is_given(self) -> bool:
        return self.ended_at is None
