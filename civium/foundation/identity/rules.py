"""Pure decisions about people and roles."""

from __future__ import annotations

from typing import Protocol

CASEWORKERS = ("clerk", "officer", "supervisor")


class Worker(Protocol):
    """Somebody whose roles can be asked for."""

    def works_as(self, agency: str, *roles: str) -> bool: ...


def works_for(person: Worker, agency: str, *roles: str) -> bool:
    """True when the person has one of the roles (any caseworker's role when none is named) in the agency."""
    return person.works_as(agency, *(roles or CASEWORKERS))
