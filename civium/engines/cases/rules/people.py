"""Who may see a case, work on it and move it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from civium.foundation.identity.rules import Worker, works_for

from ..schema import Move, Reopening
from .steps import CompiledSteps


class Somebody(Worker, Protocol):
    """A person as these rules see one."""

    @property
    def id(self) -> UUID: ...


class Colleague(Somebody, Protocol):
    """A member of staff: ``agency_names`` is empty for whoever works for the town as a whole."""

    @property
    def agency_names(self) -> frozenset[str]: ...


class CaseFacts(Protocol):
    """A case as these rules see one."""

    step: str
    agency_id: str
    applicant_id: UUID
    closed_at: datetime | None
    paused_at: datetime | None


class HeldCase(CaseFacts, Protocol):
    """A case that somebody may have."""

    assigned_to_id: UUID | None


def may_see(person: Somebody, case: CaseFacts) -> bool:
    """The applicant, and the caseworkers of the case's agency."""
    return person.id == case.applicant_id or works_for(person, case.agency_id)


def may_work_on(person: Somebody, case: CaseFacts) -> bool:
    """The caseworkers of the case's agency, except on a case of their own."""
    return works_for(person, case.agency_id) and person.id != case.applicant_id


def may_move(person: Somebody, case: CaseFacts, move: Move) -> bool:
    """Somebody with one of the move's roles in the case's agency, and never the applicant."""
    return works_for(person, case.agency_id, *move.by) and person.id != case.applicant_id


def may_reopen(person: Somebody, case: CaseFacts, reopening: Reopening | None) -> bool:
    """Somebody with one of the roles that the document names for it, and never the applicant."""
    return (
        reopening is not None
        and works_for(person, case.agency_id, *reopening.by)
        and person.id != case.applicant_id
    )


def may_hand_over(person: Somebody, case: HeldCase) -> bool:
    """Whoever has the case, a supervisor, and any colleague while nobody has it."""
    return may_work_on(person, case) and (
        case.assigned_to_id in (None, person.id) or works_for(person, case.agency_id, "supervisor")
    )


def available_moves(
    case: CaseFacts, steps: CompiledSteps, person: Somebody, values: Mapping[str, Any]
) -> list[Move]:
    """What this person can do with the case now. While a question is open, nothing more is asked."""
    if case.closed_at:
        return []
    return [
        move
        for move in steps.moves_from(case.step, values)
        if may_move(person, case, move) and not (move.asks_applicant and case.paused_at)
    ]


def supervised_by(person: Somebody, agencies: Iterable[str]) -> list[str]:
    """Those of the agencies whose work the person supervises."""
    return [agency for agency in agencies if works_for(person, agency, "supervisor")]


def may_note_absence(person: Colleague, absent: Colleague) -> bool:
    """A caseworker for themselves, and a supervisor for everybody who works in the same agency."""
    if not any(works_for(absent, agency) for agency in absent.agency_names or {""}):
        return False
    return person.id == absent.id or bool(supervised_by(person, absent.agency_names or {""}))
