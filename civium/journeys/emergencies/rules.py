"""Who may open a case in an emergency and who says whether it was right; how long, how often, with how many words. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Final, Protocol
from uuid import UUID

from civium.foundation.identity.rules import Relation, Worker, may, relations_anywhere, relations_by_role

# Long enough to save somebody or to answer a court, and too short to browse.
LASTS: Final = timedelta(hours=1)
# One person opens so many cases within a day; then a second person must have helped.
MOST_A_DAY: Final = 5
# And tries so many references within an hour.
MOST_TRIES: Final = 20
SHORTEST_REASON: Final = 30
LONGEST_REASON: Final = 2_000
# Each kind with its legal basis (GDPR 6(1), letters d, c and e).
BASES: Final[Mapping[str, str]] = {
    "life": "vital-interests",
    "court-order": "legal-obligation",
    "continuity": "public-task",
}
# The role that a reading names, the one that may do most first.
ROLES: Final = ("data-protection-officer", "supervisor", "officer")


class Somebody(Worker, Protocol):
    """A member of staff as these rules see one."""

    @property
    def id(self) -> UUID: ...

    @property
    def roles(self) -> frozenset[str]: ...


class CaseFacts(Protocol):
    """A case as these rules see one."""

    agency_id: str
    applicant_id: UUID
    concerns_id: UUID | None


def may_open_in_emergency(person: Somebody, case: CaseFacts) -> bool:
    """Officers and supervisors of any agency and the data-protection officer, but never in a case of their own."""
    return may("open in an emergency", "case", _relations(person, case) | relations_anywhere(person.roles))


def may_read_in_emergency(person: Somebody, case: CaseFacts, *, opened_by: UUID) -> bool:
    """Whoever opened it, while they still may open such a case."""
    is_opener = may("read the case of", "emergency", _relations(person, case) | _opener(person, opened_by))
    return is_opener and may_open_in_emergency(person, case)


def may_review(person: Somebody, case: CaseFacts, *, opened_by: UUID, is_involved: bool) -> bool:
    """A supervisor of the case's agency and the data-protection officer, but nobody what they opened, or in a case of their own.

    ``is_involved``: they had a hand in it, or may act for its applicant. Who is partial judges nothing.
    """
    involved = {Relation.INVOLVED} if is_involved else set()
    return may("review", "emergency", _relations(person, case) | _opener(person, opened_by) | involved)


def _opener(person: Somebody, opened_by: UUID) -> set[Relation]:
    return {Relation.OPENER} if person.id == opened_by else set()


def role_of(roles: Collection[str]) -> str:
    """As what somebody opens a case in an emergency."""
    return next((role for role in ROLES if role in roles), "")


def _relations(person: Somebody, case: CaseFacts) -> set[Relation]:
    found = relations_by_role(person, case.agency_id)
    if person.id == case.applicant_id:
        found.add(Relation.OWNER)
    if person.id == case.concerns_id:
        found.add(Relation.CONCERNED)
    return found
