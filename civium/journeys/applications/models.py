"""Applications, and the certificates that come of them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from civium.engines.cases.models import Case
from civium.engines.forms.models import Draft
from civium.foundation.files.models import StoredFile
from civium.foundation.identity.models import Membership, Person, Role
from civium.foundation.identity.policy import those_that
from civium.foundation.identity.rules import Relation
from civium.foundation.vault.actions.sealing import KeyDestroyed, open_sealed, seal


class State(models.TextChoices):
    """Where an application stands before it is a case."""

    DRAFT = "draft", _("Not sent yet")
    TO_PAY = "to-pay", _("Waiting for payment")
    SENT = "sent", _("Sent")
    DROPPED = "dropped", _("Deleted")


# What can still be changed, deleted or paid for.
OPEN = (State.DRAFT, State.TO_PAY)


class Applications(models.QuerySet["Application"]):
    """Reads that show an application to nobody whose business it is not."""

    def for_(self, person: Person, action: str = "open", kind: str = "application") -> Applications:
        """Those with which, or with what came of which, the person may do this. Help ends with the role of whoever helps."""
        is_clerk = Exists(Membership.objects.filter(person=OuterRef("helper"), role=Role.CLERK))
        whose = {Relation.OWNER: Q(applicant=person), Relation.HELPER: Q(is_clerk, helper=person)}
        return self.filter(those_that(action, kind, whose))


class Application(models.Model):
    """One person's use of one service, on the version of the document it began with."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.SlugField(max_length=60)
    version = models.PositiveIntegerField()
    applicant = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="applications")
    draft = models.OneToOneField(Draft, on_delete=models.PROTECT, related_name="application")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    is_one_of_several = models.BooleanField(
        default=False, help_text="The service allows more than one open application of a person."
    )
    guest = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Who began it without an account; still here when it is kept in one.",
    )
    helper = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="The member of staff who fills it in at the counter now, on the applicant's behalf.",
    )
    language = models.CharField(max_length=10)
    started_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects = Applications.as_manager()
    # What became of it, for whoever handed in this very object; others ask the room of cases.
    case: Case | None = None

    class Meta:
        indexes = [
            models.Index(fields=["applicant", "state", "-started_at"], name="application_by_applicant")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["applicant", "service"],
                condition=models.Q(state__in=["draft", "to-pay"], is_one_of_several=False),
                name="one_open_application_per_service",
            )
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.id}"

    @property
    def language_of_letters(self) -> str:
        """In which language its applicant is written to."""
        return self.applicant.language_of_letters(applied_in=self.language)

    @property
    def subject(self) -> str:
        """What engines call this application: an opaque name, and the owner of its key in the vault."""
        return f"application:{self.id}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def relations_of(self, by: Person) -> set[Relation]:
        """How whoever does something stands to it: by whose hands it is done counts, not in whose name."""
        hands = by.hands or by
        whose = {Relation.OWNER: self.applicant_id, Relation.HELPER: self.helper_id}
        return {relation for relation, person in whose.items() if person == hands.pk}


class Way(models.TextChoices):
    """What a way back leads to, and so what it asks for beside the code."""

    DRAFT = "draft", _("To go on filling in")
    LINK = "link", _("To go on from an e-mail")
    COUNTER = "counter", _("To go on at the counter")
    CASE = "case", _("To follow what was sent without an account")


class CheckQuestion(models.TextChoices):
    """What somebody can choose to be asked when they come back with a code."""

    STREET = "street", _("In which street did you grow up?")
    PET = "pet", _("What was your first pet called?")
    DISH = "dish", _("What is your favourite dish?")
    WORD = "word", _("Which secret word did you choose?")


class WayBack(models.Model):
    """A way back to one application without signing in. The code is sealed to be shown again, and found by its blind index."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="ways_back")
    way = models.CharField(max_length=10, choices=Way)
    code_index = models.CharField(max_length=64, unique=True)
    code_sealed = models.BinaryField(editable=False)
    question = models.CharField(max_length=10, choices=CheckQuestion, blank=True)
    answer_index = models.CharField(max_length=64, blank=True)
    wrong_answers = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "way"], name="one_way_back_of_each_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.application_id}"

    @property
    def code_place(self) -> str:
        """Where in the database the sealed code belongs; it opens nowhere else."""
        return f"{self._meta.label_lower}:code_sealed:{self.pk}"

    @property
    def code(self) -> str:
        """The code, to be shown to its owner again."""
        return str(open_sealed(bytes(self.code_sealed), under=self.application.subject, at=self.code_place))


class Certificate(models.Model):
    """A document the town stands behind. Its public page says whether it still holds."""

    code = models.CharField(primary_key=True, max_length=24)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="certificates")
    document = models.SlugField(max_length=80)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT)
    initials_sealed = models.BinaryField(
        null=True, editable=False, help_text="The holder's initials, to compare with the paper."
    )
    issued_at = models.DateTimeField()
    valid_until = models.DateField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawal_sealed = models.BinaryField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "document"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_standing_certificate_per_document",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.issued_at:%Y-%m-%d}"

    @property
    def initials_place(self) -> str:
        """Where in the database the sealed initials belong; they open nowhere else."""
        return f"{self._meta.label_lower}:initials_sealed:{self.pk}"

    @property
    def initials(self) -> str:
        """The holder's initials; empty when they were erased."""
        if self.initials_sealed is None:
            return ""
        try:
            sealed = bytes(self.initials_sealed)
            return str(open_sealed(sealed, under=self.application.subject, at=self.initials_place))
        except KeyDestroyed:
            return ""

    @initials.setter
    def initials(self, letters: str) -> None:
        """Sealed under the application's key, and so forgotten with it."""
        self.initials_sealed = seal(letters, under=self.application.subject, at=self.initials_place)

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
