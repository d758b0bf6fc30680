"""Cases, the decisions that close them, the questions put to applicants, and the reasons of moves."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Agency
from civium.foundation.kit.references import shown_reference
from civium.foundation.vault.actions.sealing import open_sealed

_OPEN = models.Q(closed_at__isnull=True)


class Case(models.Model):
    """One request on its way through an agency. Nothing in this row is sealed: it holds codes, dates, and ``about``,
    the line that the service document declares to be shown in lists."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=8, unique=True)
    subject = models.CharField(
        max_length=80, unique=True, help_text="What the case serves, and its vault key."
    )
    service = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    # Plain indexes on these would only cost: each list below has one of its own.
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
    )
    step = models.CharField(max_length=40)
    status = models.CharField(max_length=20, help_text="What the step looks like to the applicant.")
    about = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10)
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    expected_on = models.DateField()
    paused_at = models.DateTimeField(null=True, blank=True)
    answered = models.BooleanField(
        default=False, help_text="The applicant answered, and nobody has done anything since."
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=40, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes: ClassVar = [
            models.Index(fields=["applicant", "-opened_at", "-id"], name="case_of_applicant"),
            models.Index(fields=["agency", "due_on", "id"], condition=_OPEN, name="case_open"),
            models.Index(
                fields=["agency", "due_on", "id"],
                condition=_OPEN & models.Q(assigned_to__isnull=True),
                name="case_unassigned",
            ),
            models.Index(fields=["assigned_to", "due_on", "id"], condition=_OPEN, name="case_assigned"),
            models.Index(
                fields=["agency", "-closed_at", "-id"],
                condition=models.Q(closed_at__isnull=False),
                name="case_closed",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(_OPEN & models.Q(outcome="")) | (~_OPEN & ~models.Q(outcome="")),
                name="case_closed_with_outcome",
            )
        ]

    def __str__(self) -> str:
        return self.shown_reference

    @property
    def stream(self) -> str:
        """Where the journal keeps what happened to this case."""
        return f"case:{self.id}"

    @property
    def shown_reference(self) -> str:
        return shown_reference(self.reference)

    @property
    def is_paused(self) -> bool:
        """True while the applicant must act: the clock stands still."""
        return self.paused_at is not None

    @property
    def is_decided(self) -> bool:
        return self.closed_at is not None

    @property
    def shown_status(self) -> str:
        """What the applicant's list shows: the step's status, or that it is their turn."""
        return "waiting-for-you" if self.is_paused else self.status


class _Sealed(models.Model):
    """A row that keeps words under the vault key of its case's subject."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case_id: uuid.UUID
    if TYPE_CHECKING:
        case: models.ForeignKey[Any, Any]

    class Meta:
        abstract = True

    def place(self, field: str) -> str:
        """Where in the database a sealed value belongs; it opens nowhere else."""
        return f"{self._meta.label_lower}:{field}:{self.pk}"

    def _opened(self, field: str) -> str:
        sealed = getattr(self, field)
        return (
            str(open_sealed(bytes(sealed), under=self.case.subject, at=self.place(field))) if sealed else ""
        )


class Decision(_Sealed):
    """How a case ended and why. One per case, whoever was quicker."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=40)
    reason_sealed = models.BinaryField(null=True, editable=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    appeal_until = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")

    def __str__(self) -> str:
        return f"{self.outcome} ({self.case_id})"

    @property
    def reason(self) -> str:
        """The reason in the words of whoever decided; empty when none was needed."""
        return self._opened("reason_sealed")


class Question(_Sealed):
    """Something the agency needs from the applicant before it can go on. ``dropped_at``: staff went on without."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="questions")
    words_sealed = models.BinaryField(editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer_sealed = models.BinaryField(null=True, editable=False)
    answer_files = models.JSONField(default=list, help_text="Ids of the files sent with the answer.")
    answered_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(answered_at__isnull=True, dropped_at__isnull=True),
                name="one_open_question_each",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.dropped_at is None

    @property
    def words(self) -> str:
        return self._opened("words_sealed")

    @property
    def answer(self) -> str:
        return self._opened("answer_sealed")


class Remark(_Sealed):
    """The reason of a move that did not end the case: for colleagues and the file."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="remarks")
    move = models.CharField(max_length=40)
    words_sealed = models.BinaryField(editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")

    def __str__(self) -> str:
        return str(self.id)

    @property
    def words(self) -> str:
        return self._opened("words_sealed")
