"""What cases can put on the record. Reasons, questions and answers are sealed in their tables, never here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from civium.foundation.journal.events import Event


class CaseEvent(Event, is_recorded=False):
    """Something that happened to a case, or beside it. Each says whether it ``changes_it``.

    After a change, whoever has the page of the case open is refused, told what happened, and asked to look again
    (``actions/_changing``). What is only said or read beside the case lets them go on.
    """

    _changes_it: ClassVar[bool]

    def __init_subclass__(cls, *, changes_it: bool, is_recorded: bool = True) -> None:
        super().__init_subclass__(is_recorded=is_recorded)
        cls._changes_it = changes_it

    @property
    def changes_the_case(self) -> bool:
        """Whether the case is no longer as colleagues see it who had it open before."""
        return self._changes_it


@dataclass(frozen=True)
class CaseOpened(CaseEvent, changes_it=True):
    """A case began in its first step."""

    also: ClassVar[str] = "subject"
    words: ClassVar[Any] = _("Application received")
    case: UUID
    subject: str
    service: str
    version: int
    agency: str
    step: str
    due_on: date
    expected_on: date


@dataclass(frozen=True)
class CaseClaimed(CaseEvent, changes_it=True):
    """A member of staff took the case."""

    words: ClassVar[Any] = _("Took the case")

    case: UUID


@dataclass(frozen=True)
class CaseGivenBack(CaseEvent, changes_it=True):
    """The case went back to the team."""

    words: ClassVar[Any] = _("Case given back to the team")

    case: UUID


@dataclass(frozen=True)
class CaseMoved(CaseEvent, changes_it=True):
    """The case entered another step, with new deadlines. ``has_remark``: somebody said why, for colleagues."""

    also: ClassVar[str] = "subject"
    words: ClassVar[Any] = _("Case moved to the next step")
    case: UUID
    subject: str
    move: str
    left: str
    step: str
    due_on: date
    expected_on: date
    has_remark: bool = True


@dataclass(frozen=True)
class CaseDecided(CaseEvent, changes_it=True):
    """The case entered an end: it is closed with an outcome."""

    also: ClassVar[str] = "subject"
    words: ClassVar[Any] = _("Case decided")
    case: UUID
    subject: str
    decision: UUID
    move: str
    left: str
    step: str
    outcome: str


@dataclass(frozen=True)
class ApplicantAsked(CaseEvent, changes_it=True):
    """Something is asked of the applicant, in words or by naming answers to correct, and the clock stands still."""

    also: ClassVar[str] = "subject"
    words: ClassVar[Any] = _("Question to the applicant")
    case: UUID
    subject: str
    question: UUID
    named: int = 0
    until: date | None = None


@dataclass(frozen=True)
class ApplicantReminded(CaseEvent, changes_it=False):
    """The day by which the applicant is asked to answer is near, or has passed."""

    also: ClassVar[str] = "subject"
    words: ClassVar[Any] = _("Reminder sent")
    case: UUID
    subject: str
    question: UUID
    is_late: bool


@dataclass(frozen=True)
class QuestionWithdrawn(CaseEvent, changes_it=True):
    """Staff no longer need the answer: the clock goes on, with new deadlines."""

    also: ClassVar[str] = "subject"
    words: ClassVar[Any] = _("Question withdrawn")
    case: UUID
    subject: str
    question: UUID
    due_on: date
    expected_on: date


@dataclass(frozen=True)
class ApplicantAnswered(CaseEvent, changes_it=True):
    """The applicant answered: the clock goes on, with new deadlines. ``named``: how many answers were to be corrected."""

    also: ClassVar[str] = "subject"
    words: ClassVar[Any] = _("Question answered")
    case: UUID
    subject: str
    question: UUID
    due_on: date
    expected_on: date
    named: int = 0


@dataclass(frozen=True)
class MessageSent(CaseEvent, changes_it=True):
    """The applicant or the agency wrote to the other."""

    also: ClassVar[str] = "subject"
    words: ClassVar[Any] = _("Message sent")
    case: UUID
    subject: str
    message: UUID
    is_from_applicant: bool

    @property
    def changes_the_case(self) -> bool:
        """What staff write leaves the case as it is."""
        return self.is_from_applicant


@dataclass(frozen=True)
class MessagesRead(CaseEvent, changes_it=False):
    """One side read what the other had written."""

    words: ClassVar[Any] = _("Messages read")

    case: UUID
    by_applicant: bool
    messages: int


@dataclass(frozen=True)
class NoteWritten(CaseEvent, changes_it=False):
    """A colleague left a note for colleagues."""

    words: ClassVar[Any] = _("Note for colleagues")

    case: UUID
    note: UUID
    mentions: int


@dataclass(frozen=True)
class CaseHandedOver(CaseEvent, changes_it=True):
    """A member of staff gave the case to a colleague; to nobody in particular when ``to`` is None: to the team.

    ``note`` is None when a supervisor handed over many cases at once, but for the first, which tells of them all."""

    words: ClassVar[Any] = _("Case handed over")

    case: UUID
    to: UUID | None
    note: UUID | None


@dataclass(frozen=True)
class CaseTakenOver(CaseEvent, changes_it=True):
    """A member of staff took the case from a colleague."""

    words: ClassVar[Any] = _("Case taken over")

    case: UUID
    held_by: UUID
    note: UUID


@dataclass(frozen=True)
class CaseReopened(CaseEvent, changes_it=True):
    """A decision was set aside and the case is open again, with new deadlines."""

    also: ClassVar[str] = "subject"
    words: ClassVar[Any] = _("Case reopened")
    case: UUID
    subject: str
    decision: UUID
    left: str
    step: str
    due_on: date
    expected_on: date


@dataclass(frozen=True)
class CaseLinked(CaseEvent, changes_it=False):
    """The case was tied to another one; that one's record says the same from its side."""

    words: ClassVar[Any] = _("Linked to another case")

    case: UUID
    other: UUID
    kind_of_link: str


@dataclass(frozen=True)
class CaseUnlinked(CaseEvent, changes_it=False):
    """The case is no longer tied to another one."""

    words: ClassVar[Any] = _("Link to another case removed")

    case: UUID
    other: UUID


@dataclass(frozen=True)
class CaseWithdrawn(CaseEvent, changes_it=True):
    """The applicant does not want the decision any more: the case is closed without one."""

    also: ClassVar[str] = "subject"
    words: ClassVar[Any] = _("Withdrawn by the applicant")
    case: UUID
    subject: str


@dataclass(frozen=True)
class ApplicantChanged(CaseEvent, changes_it=False):
    """Whoever applied without an account keeps the case in their account from now on."""

    also: ClassVar[str] = "subject"
    words: ClassVar[Any] = _("Kept in an account from now on")
    case: UUID
    subject: str
    applicant: UUID


@dataclass(frozen=True)
class AbsenceNoted(Event):
    """A member of staff is away from one day to another."""

    absence: UUID
    person: UUID
    first_on: date
    last_on: date


@dataclass(frozen=True)
class AbsenceEnded(Event):
    """A member of staff is back, or was not away after all."""

    absence: UUID
    person: UUID
