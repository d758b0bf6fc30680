"""Applications, and the certificates that come of them."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from civium.engines.forms.models import Draft
from civium.foundation.files.models import StoredFile
from civium.foundation.identity.models import Person
from civium.foundation.vault.actions.sealing import open_sealed


class State(models.TextChoices):
    """Where an application stands before it is a case."""

    DRAFT = "draft", _("Not sent yet")
    TO_PAY = "to-pay", _("Waiting for payment")
    SENT = "sent", _("Sent")
    DROPPED = "dropped", _("Deleted")


class Application(models.Model):
    """One person's use of one service, on the version of the document it began with."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=60)
    version = models.PositiveIntegerField()
    applicant = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="applications")
    draft = models.OneToOneField(Draft, on_delete=models.PROTECT, related_name="application")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    language = models.CharField(max_length=10)
    started_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["applicant", "state", "-started_at"], name="application_by_applicant")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["applicant", "service"],
                condition=models.Q(state__in=["draft", "to-pay"]),
                name="one_open_application_per_service",
            )
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.id}"

    @property
    def subject(self) -> str:
        """What engines call this application: an opaque name, and the owner of its key in the vault."""
        return f"application:{self.id}"

    @property
    def is_open(self) -> bool:
        return self.state in (State.DRAFT, State.TO_PAY)


class Certificate(models.Model):
    """A document the town stands behind. Its public page says whether it still holds."""

    code = models.CharField(primary_key=True, max_length=24)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="certificates")
    document = models.SlugField(max_length=80)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT)
    initials = models.CharField(max_length=20, help_text="The holder's initials, to compare with the paper.")
    issued_at = models.DateTimeField()
    valid_until = models.DateField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawal_sealed = models.BinaryField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "document"], name="one_certificate_per_document"),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.issued_at:%Y-%m-%d}"

    @property
    def withdrawal_place(self) -> str:
        """Where in the database the sealed reason of a withdrawal belongs; it opens nowhere else."""
        return f"{self._meta.label_lower}:withdrawal_sealed:{self.pk}"

    @property
    def withdrawal_reason(self) -> str:
        """Why it was withdrawn, in the words of whoever did; empty while it holds."""
        if self.withdrawal_sealed is None:
            return ""
        sealed = bytes(self.withdrawal_sealed)
        return str(open_sealed(sealed, under=self.application.subject, at=self.withdrawal_place))
