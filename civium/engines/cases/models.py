"""Cases and what is said about them: decisions, questions to applicants, messages, notes between colleagues, links.

Every word that somebody wrote is sealed under the key of what the case serves.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Agency, Person
from civium.foundation.kit.references import shown_reference
from civium.foundation.privacy.models import Why
from civium.foundation.privacy.queries import LiesStill, refusal_of_use
from civium.foundation.vault.actions.sealing import KeyDestroyed, open_sealed, seal
from civium.foundation.vault.actions.watching import is_seen_destroyed, mark_at_hand

from .rules import Deadlines

_OPEN = models.Q(closed_at__isnull=True)
# The outcome and status of a case that its applicant took back. No step shows such a status.
WITHDRAWN = "withdrawn"
_RUNNING = _OPEN & models.Q(paused_at__isnull=True)
# What waits for the applicant is open: see the constraint.
_PAUSED = models.Q(paused_at__isnull=False)
_UNASSIGNED = _OPEN & models.Q(assigned_to__isnull=True)
_HELD = _OPEN & models.Q(assigned_to__isnull=False)


class Case(models.Model):
    """One request on its way through an agency. It holds codes and dates; ``about``, the line that
    the service document declares to be shown in lists, is sealed."""

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
    concerns = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        editable=False,
        help_text="The member of staff whom the applicant asks about, and who has no part in the answer.",
    )
    step = models.CharField(max_length=40)
    entered_at = models.DateTimeField(help_text="Since when the case has been in its step.")
    waits_for = models.CharField(
        max_length=40, blank=True, help_text="The roles that can do something in the step, as one code."
    )
    status = models.CharField(max_length=20, help_text="What the step looks like to the applicant.")
    about_sealed = models.BinaryField(null=True, editable=False)
    language = models.CharField(max_length=10)
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    expected_on = models.DateField()
    chosen_on = models.DateField(
        null=True,
        blank=True,
        help_text="The day that the applicant chose, where the document ties a step to it.",
    )
    paused_at = models.DateTimeField(null=True, blank=True)
    answered = models.BooleanField(
        default=False, help_text="The applicant answered, and nobody has done anything since."
    )
    has_new_message = models.BooleanField(
        default=False, help_text="The applicant wrote, and whoever has the case has not read it."
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=40, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes: ClassVar = [
            models.Index(fields=["applicant", "-opened_at", "-id"], name="case_of_applicant"),
            models.Index(
                fields=["concerns"], condition=models.Q(concerns__isnull=False), name="case_about_staff"
            ),
            # What a queue or filter holds fixed comes first, then what it sorts by: each page is one stretch of one index.
            models.Index(fields=["agency", "due_on", "id", "opened_at"], condition=_OPEN, name="case_open"),
            models.Index(
                fields=["agency", "service", "due_on", "id", "paused_at", "opened_at"],
                condition=_OPEN,
                name="case_of_service",
            ),
            models.Index(
                fields=["agency", "service", "step", "due_on", "id", "paused_at"],
                condition=_OPEN,
                name="case_in_step",
            ),
            models.Index(
                fields=["agency", "due_on", "id", "opened_at"], condition=_RUNNING, name="case_running"
            ),
            models.Index(
                fields=["agency", "waits_for", "due_on", "id", "step", "assigned_to"],
                condition=_RUNNING,
                name="case_for_role",
            ),
            models.Index(
                fields=["agency", "waits_for", "service", "due_on", "id", "step", "assigned_to"],
                condition=_RUNNING,
                name="case_for_role_there",
            ),
            models.Index(
                fields=["agency", "due_on", "id", "service", "step", "assigned_to"],
                condition=_PAUSED,
                name="case_paused",
            ),
            models.Index(
                fields=["agency", "due_on", "id", "opened_at"], condition=_UNASSIGNED, name="case_unassigned"
            ),
            models.Index(
                fields=["agency", "service", "due_on", "id", "step"],
                condition=_UNASSIGNED,
                name="case_to_take",
            ),
            models.Index(
                fields=["agency", "assigned_to", "due_on", "id", "service", "step", "paused_at"],
                condition=_HELD,
                name="case_held",
            ),
            models.Index(
                fields=[
                    "agency",
                    "opened_at",
                    "id",
                    "service",
                    "step",
                    "assigned_to",
                    "paused_at",
                    "due_on",
                    "waits_for",
                ],
                condition=_OPEN,
                name="case_by_age",
            ),
            models.Index(
                fields=["agency", "assigned_to", "opened_at", "id", "service", "step"],
                condition=_HELD,
                name="case_held_by_age",
            ),
            models.Index(
                fields=["agency", "service", "step", "entered_at"], condition=_OPEN, name="case_stays"
            ),
            models.Index(
                fields=["agency", "due_on", "id"],
                condition=models.Q(has_new_message=True),
                name="case_with_message",
            ),
            models.Index(
                fields=["agency", "-closed_at", "-id", "service", "outcome"],
                condition=models.Q(closed_at__isnull=False),
                name="case_closed",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(_OPEN & models.Q(outcome="")) | (~_OPEN & ~models.Q(outcome="")),
                name="case_closed_with_outcome",
            ),
            models.CheckConstraint(condition=_OPEN | ~_PAUSED, name="case_paused_is_open"),
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
    def about_place(self) -> str:
        """Where in the database the sealed line belongs; it opens nowhere else."""
        return f"{self._meta.label_lower}:about_sealed:{self.pk}"

    @property
    def about(self) -> str:
        """The line for lists; empty when there is none, it was erased, or the reader may not use it."""
        if self.about_sealed is None:
            return ""
        try:
            return str(open_sealed(bytes(self.about_sealed), under=self.subject, at=self.about_place))
        except (KeyDestroyed, LiesStill):
            return ""

    @about.setter
    def about(self, line: str) -> None:
        """Sealed under the subject's key, and so forgotten with it. Refuses (KeyDestroyed) a subject that was forgotten."""
        self.about_sealed = seal(line, under=self.subject, at=self.about_place) if line else None

    @property
    def lies_still(self) -> bool:
        """Whether its use is restricted, for lists: known once its key was fetched or its line asked for."""
        return bool(mark_at_hand(self.subject))

    @property
    def language_of_letters(self) -> str:
        """In which language its applicant is written to."""
        return self.applicant.language_of_letters(applied_in=self.language)

    @property
    def is_kept_by_law(self) -> bool:
        """Whether only the law keeps it, for lists: known as ``lies_still`` is."""
        return mark_at_hand(self.subject) == Why.KEPT_BY_LAW

    @property
    def is_erased(self) -> bool:
        """Whether what the applicant wrote was erased, for lists: known once its key was asked for."""
        return is_seen_destroyed(self.subject)

    @cached_property
    def _refusal_of_use(self) -> type[LiesStill] | None:
        return refusal_of_use(self.subject)

    def require_usable(self) -> None:
        """Refuses (LiesStill) work on what lies still. Asked once for this object, which lives as long as a page or an action."""
        if refusal := self._refusal_of_use:
            raise refusal

    def has_party(self, person: Person) -> bool:
        """Whether it is the person's own, or asks about them (or about whoever let in this program): then it is not their work."""
        eyes = person.eyes
        return self.applicant_id in eyes or self.concerns_id in eyes

    @property
    def is_paused(self) -> bool:
        """True while the applicant must act: the clock stands still."""
        return self.paused_at is not None

    @property
    def is_withdrawn(self) -> bool:
        """True when the applicant took it back: it is closed without a decision."""
        return self.status == WITHDRAWN

    def has_message_to_see(self, by: Any) -> bool:
        """Whether it leaves the list of new messages when they read it: they have it, or it is closed."""
        return self.has_new_message and (self.closed_at is not None or self.assigned_to_id == by.pk)

    @property
    def is_decided(self) -> bool:
        return self.closed_at is not None

    @property
    def deadlines(self) -> Deadlines:
        """When the step and the whole case are due, and the day that the applicant chose."""
        return Deadlines(self.due_on, self.expected_on, self.chosen_on)

    @property
    def unread_messages(self) -> int:
        """How many messages of the agency the applicant has not read, where the query counted them."""
        return int(getattr(self, "counted_unread", 0))

    @property
    def applicant_is_asked(self) -> bool:
        """Whether the applicant is asked something in any of their cases, where the list looked."""
        return bool(getattr(self, "is_asked", True))

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
        return str(self._opened_value(field) or "")

    def _opened_value(self, field: str) -> Any:
        sealed = getattr(self, field)
        return open_sealed(bytes(sealed), under=self.case.subject, at=self.place(field)) if sealed else None


class Decision(_Sealed):
    """How a case ended and why. One stands per case, whoever was quicker; reopening the case sets it aside and keeps it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=40)
    reason_sealed = models.BinaryField(null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        help_text="Nobody, where a payment closed the case.",
    )
    decided_at = models.DateTimeField()
    appeal_until = models.DateField(null=True, blank=True)
    set_aside_at = models.DateTimeField(null=True, blank=True)
    set_aside_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    set_aside_sealed = models.BinaryField(null=True, editable=False)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(set_aside_at__isnull=True),
                name="one_standing_decision_each",
            )
        ]

    def __str__(self) -> str:
        return f"{self.outcome} ({self.case_id})"

    @property
    def reason(self) -> str:
        """The reason in the words of whoever decided; empty when none was needed."""
        return self._opened("reason_sealed")

    @property
    def why_set_aside(self) -> str:
        """Why the case was reopened; empty while the decision stands."""
        return self._opened("set_aside_sealed")


class Question(_Sealed):
    """Something the agency needs from the applicant before it can go on: an answer in words, answers to correct, or both.

    ``named``: the answers to correct, as the room that keeps them calls them; ``before`` and ``after`` are its names for all
    the answers as they were, and as they were corrected. ``until``: the day by which the applicant is asked to answer.
    ``dropped_at``: staff went on without, or withdrew the question.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="questions")
    words_sealed = models.BinaryField(editable=False)
    named = models.JSONField(default=list)
    reasons_sealed = models.BinaryField(null=True, editable=False)
    before = models.UUIDField(null=True, blank=True)
    after = models.UUIDField(null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    until = models.DateField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    overdue_at = models.DateTimeField(
        null=True, blank=True, help_text="When the applicant was told that the day has passed."
    )
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
        indexes: ClassVar = [
            models.Index(
                fields=["until"],
                condition=models.Q(answered_at__isnull=True, dropped_at__isnull=True),
                name="question_open_until",
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
    def reasons(self) -> Mapping[str, str]:
        """Why each of the named answers should be corrected, by its name."""
        return self._opened_value("reasons_sealed") or {}

    @property
    def answer(self) -> str:
        return self._opened("answer_sealed")


class Message(_Sealed):
    """What the applicant and the agency write to one another. ``read_at``: when the other side first saw it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages", db_index=False)
    is_from_applicant = models.BooleanField()
    words_sealed = models.BinaryField(editable=False)
    files = models.JSONField(default=list, help_text="Ids of the files sent with it.")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes: ClassVar = [
            models.Index(fields=["case", "-sent_at", "-id"], name="message_of_case"),
            models.Index(
                fields=["case", "is_from_applicant"],
                condition=models.Q(read_at__isnull=True),
                name="message_unread",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def words(self) -> str:
        return self._opened("words_sealed")


class Note(_Sealed):
    """A note of the staff: what a colleague wrote for colleagues. The applicant never sees it, nor has it in the copy of their data."""

    class Kind(models.TextChoices):
        """On what occasion it was written."""

        NOTE = "note"
        HAND_OVER = "hand-over"
        TAKE_OVER = "take-over"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.NOTE)
    words_sealed = models.BinaryField(editable=False)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        indexes: ClassVar = [models.Index(fields=["case", "-written_at", "-id"], name="note_of_case")]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def words(self) -> str:
        return self._opened("words_sealed")


class Mention(models.Model):
    """A colleague who is named in a note. ``seen_at``: when they first opened the case after that."""

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="mentions", db_index=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints: ClassVar = [models.UniqueConstraint(fields=["note", "person"], name="one_mention_each")]
        indexes: ClassVar = [
            models.Index(
                fields=["person"], condition=models.Q(seen_at__isnull=True), name="mention_not_seen"
            ),
            models.Index(fields=["person", "-id"], name="mention_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.note_id}"


class Presence(models.Model):
    """A colleague has the page of a case open; ``seen_at`` is their last sign of life."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "person"], name="one_presence_each")]
        indexes: ClassVar = [models.Index(fields=["seen_at"], name="presence_by_age")]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.case_id}"


class Word(models.Model):
    """The beginning of a word by which a case is found: of its line for lists, its applicant's name, or its reference. A blind index of the
    agency's own, cut to eight bytes: whoever reads the table learns no word and cannot join it with another agency's."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="words", db_index=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    word_index = models.BinaryField(max_length=8)
    opened_at = models.DateTimeField()

    class Meta:
        verbose_name = _("word of a case")
        verbose_name_plural = _("words of cases")
        indexes: ClassVar = [
            models.Index(fields=["agency", "word_index", "opened_at", "case"], name="word_of_agency"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}"


class Look(models.Model):
    """How much of a case a member of staff has seen: its revision when they looked last. A bookmark, nothing more."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    revision = models.PositiveIntegerField()
    looked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("look")
        verbose_name_plural = _("looks")
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "person"], name="one_look_each")]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.case_id}"


class Absence(models.Model):
    """Days on which a member of staff is not there, the first and the last included. ``ended_at``: back early, or never gone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    first_on = models.DateField()
    last_on = models.DateField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        indexes: ClassVar = [
            models.Index(
                fields=["person", "last_on"],
                condition=models.Q(ended_at__isnull=True),
                name="absence_of_person",
            )
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")), name="absence_ends_later"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} from {self.first_on} to {self.last_on}"


class Link(_Sealed):
    """Two cases belong together, seen from one of them: the other one has a row of its own, under its own key."""

    class Kind(models.TextChoices):
        """What the other case is to this one."""

        SAME_PERSON = "same-person", _("Same person")
        SAME_PLACE = "same-place", _("Same place")
        PARENT = "parent", _("This case is part of it")
        CHILD = "child", _("It is part of this case")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links", db_index=False)
    other = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    reason_sealed = models.BinaryField(editable=False)
    linked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "other"],
                condition=models.Q(ended_at__isnull=True),
                name="one_link_between_two",
            ),
            models.CheckConstraint(
                condition=~models.Q(case=models.F("other")), name="link_between_two_cases"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.other_id}"

    @property
    def reason(self) -> str:
        return self._opened("reason_sealed")


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
