"""What cases can put on the record. Reasons, questions and answers are sealed in their tables, never here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from civium.foundation.journal.events import Event


@dataclass(frozen=True)
class CaseOpened(Event):
    """A case began in its first step."""

    also: ClassVar[str] = "subject"
    case: UUID
    subject: str
    service: str
    version: int
    agency: str
    step: str
    due_on: date
    expected_on: date


@dataclass(frozen=True)
class CaseClaimed(Event):
    """A member of staff took the case."""

    case: UUID


@dataclass(frozen=True)
class CaseGivenBack(Event):
    """The case went back to the team."""

    case: UUID


@dataclass(frozen=True)
class CaseMoved(Event):
    """The case entered another step, with new deadlines."""

    also: ClassVar[str] = "subject"
    case: UUID
    subject: str
    move: str
    left: str
    step: str
    due_on: date
    expected_on: date


@dataclass(frozen=True)
class CaseDecided(Event):
    """The case entered an end: it is closed with an outcome."""

    also: ClassVar[str] = "subject"
    case: UUID
    subject: str
    decision: UUID
    move: str
    left: str
    step: str
    outcome: str


@dataclass(frozen=True)
class ApplicantAsked(Event):
    """A question went to the applicant, and the clock stands still."""

    also: ClassVar[str] = "subject"
    case: UUID
    subject: str
    question: UUID


@dataclass(frozen=True)
class ApplicantAnswered(Event):
    """The applicant answered: the clock goes on, with new deadlines."""

    also: ClassVar[str] = "subject"
    case: UUID
    subject: str
    question: UUID
    due_on: date
    expected_on: date
