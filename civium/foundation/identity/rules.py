"""Pure decisions about people and roles."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final, Protocol

CASEWORKERS = ("clerk", "officer", "supervisor")


class Worker(Protocol):
    """Somebody whose roles can be asked for."""

    def works_as(self, agency: str, *roles: str) -> bool: ...


def works_for(person: Worker, agency: str, *roles: str) -> bool:
    """True when the person has one of the roles (any caseworker's role when none is named) in the agency."""
    return person.works_as(agency, *(roles or CASEWORKERS))


# What can be given, in the order in which it is shown.
POWERS: Final = ("view", "fill", "sign", "pay", "receive")
# Whoever does one of these must see what they do it to.
NEEDS_SIGHT: Final = frozenset({"fill", "sign", "pay"})
LONGEST_MANDATE: Final = timedelta(days=3 * 366)


def whole_powers(wanted: Iterable[str]) -> list[str]:
    """The powers in their usual order, with what they need: nobody fills in what they cannot see."""
    given = set(wanted)
    if given & NEEDS_SIGHT:
        given.add("view")
    return [power for power in POWERS if power in given]


def is_usable_until(until: date, *, today: date) -> bool:
    """Whether a mandate may end on this day: not in the past, not so far ahead that everybody has forgotten it."""
    return today <= until <= today + LONGEST_MANDATE
