"""Who may see a case, work on it and move it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from civium.foundation.identity.rules import Relation, Worker, may, relations_by_role, works_for

from ..schema import Move, Reopening
from .steps import CompiledSteps


class Somebody(Worker, Protocol):
    """A person as these rules see one."""

    @property
    def id(self) -> UUID: ...

    @property
    def eyes(self) -> Collection[UUID]: ...


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


def relations_to(case: CaseFacts, person: Somebody) -> set[Relation]:
    """How the person stands to the case: what the table of who may do what is asked with.

    A case of whoever let a program in, or about them, is closed to the program as it is to a colleague whom a case asks about.
    """
    found = relations_by_role(person, case.agency_id)
    if person.id == case.applicant_id:
        found.add(Relation.OWNER)
    elif case.applicant_id in person.eyes:
        found.add(Relation.CONCERNED)
    if getattr(case, "assigned_to_id", None) == person.id:
        found.add(Relation.HOLDER)
    if getattr(case, "concerns_id", None) in person.eyes:
        found.add(Relation.CONCERNED)
    return found


def may_see(person: Somebody, case: CaseFacts) -> bool:
    """The applicant, and the caseworkers of the case's agency."""
    return may("see", "case", relations_to(case, person))


def may_read_file(person: Somebody, case: CaseFacts) -> bool:
    """The applicant; caseworkers read it where the reading is recorded."""
    return may("read the file of", "case", relations_to(case, person))


def may_answer(person: Somebody, case: CaseFacts) -> bool:
    """The applicant answers what is asked of them, and corrects answers."""
    return may("answer a question of", "case", relations_to(case, person))


def may_withdraw(person: Somebody, case: CaseFacts) -> bool:
    """The applicant takes back what they asked for."""
    return may("withdraw", "case", relations_to(case, person))


def may_write_in(person: Somebody, case: CaseFacts) -> bool:
    """Both sides of a case write to the other."""
    return may("write a message in", "case", relations_to(case, person))


def may_withdraw_certificate(person: Somebody, case: CaseFacts) -> bool:
    """Those who decide cases like this one take back the document that came of it."""
    return may("withdraw", "certificate", relations_to(case, person))


def may_work_on(person: Somebody, case: CaseFacts) -> bool:
    """The caseworkers of the case's agency, except on a case of their own, and on a question about what they did."""
    return may("work on", "case", relations_to(case, person))


def may_move(person: Somebody, case: CaseFacts, move: Move) -> bool:
    """Somebody with one of the move's roles in the case's agency, and never the applicant."""
    return may("move", "case", _with_named_role(person, case, move.roles))


def may_reopen(person: Somebody, case: CaseFacts, reopening: Reopening | None) -> bool:
    """Somebody with one of the roles that the document names for it, and never the applicant."""
    return reopening is not None and may("reopen", "case", _with_named_role(person, case, reopening.by))


def may_hand_over(person: Somebody, case: HeldCase) -> bool:
    """Whoever has the case, a supervisor, and any colleague while nobody has it."""
    state = "free" if case.assigned_to_id is None else "held"
    return may_work_on(person, case) and may("hand over", "case", relations_to(case, person), state=state)


def may_give_back(person: Somebody, case: HeldCase) -> bool:
    """Whoever has the case, and a supervisor."""
    return may_work_on(person, case) and may("give back", "case", relations_to(case, person))


def _with_named_role(person: Somebody, case: CaseFacts, roles: Iterable[str]) -> set[Relation]:
    named = tuple(roles)
    is_named = bool(named) and works_for(
        person, case.agency_id, *named
    )  # no role named is nobody, not everybody
    return relations_to(case, person) | ({Relation.NAMED_ROLE} if is_named else set())


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
    """Those of the agencies whose work the person supervises: where they hand out what others have."""
    return [
        agency for agency in agencies if may("hand out many of", "case", relations_by_role(person, agency))
    ]


def may_note_absence(person: Colleague, absent: Colleague) -> bool:
    """A caseworker for themselves, and a supervisor for everybody who works in the same agency."""
    agencies = absent.agency_names or {""}
    if not any(works_for(absent, agency) for agency in agencies):
        return False
    relations = set().union(*(relations_by_role(person, agency) for agency in agencies))
    return may("note", "absence", relations | ({Relation.OWNER} if person.id == absent.id else set()))
