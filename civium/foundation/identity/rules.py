"""Pure decisions about people and roles. ``who_may`` is the table that they read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Final, Protocol

from django.utils.translation import gettext_lazy as _

from civium.foundation.kit.languages import listed

from .who_may import (
    HOLDERS,
    RELATIONS_BY_POWER,
    ROLES_OF_AGENCY,
    TABLE,
    Relation,
    Yes,
    may,
    relations_that,
    scope_that,
    states_that,
)

__all__ = [
    "CASEWORKERS",
    "HOLDERS",
    "LONGEST_MANDATE",
    "NEEDS_SIGHT",
    "POWERS",
    "SECOND_FACTORS",
    "TABLE",
    "WHOLE_TOWN_ONLY",
    "Relation",
    "Worker",
    "Yes",
    "covers",
    "is_usable_until",
    "keep_to_oneself",
    "may",
    "may_for_another",
    "may_give_role",
    "may_see_staff",
    "powers_in",
    "relations_anywhere",
    "relations_by_role",
    "relations_that",
    "scope_that",
    "services_kept_to_oneself",
    "states_that",
    "whole_powers",
    "works_for",
]

# The parts of a sign-in's ``how``, in words.
_HOW: Final = {
    "passkey": _("passkey"),
    "password": _("password"),
    "app": _("code from an app"),
    "paper": _("recovery code"),
    "system": _("another system"),
    "account": _("new account"),
}
# What a mandate can allow: sentences without their subject.
POWER_WORDS: Final = {
    "view": _("See applications and cases, with everything that was answered in them, also about family"),
    "fill": _("Fill in and change applications before they are sent"),
    "sign": _("Send applications, answers and messages"),
    "pay": _("Pay fees"),
    "receive": _("Get copies of letters, and the documents"),
}
CASEWORKERS = ("clerk", "officer", "supervisor")
# Proofs that are asked for beside a password, or in its place, as the account library calls them.
SECOND_FACTORS: Final = ("totp", "webauthn")
# Roles that look after the site, its services and what it knows about people: there is no such thing in one agency alone.
WHOLE_TOWN_ONLY: Final = frozenset({"designer", "data-protection-officer", "administrator"})


class Worker(Protocol):
    """Somebody whose roles can be asked for."""

    def works_as(self, agency: str, *roles: str) -> bool: ...


def how_in_words(how: str) -> str:
    """The kind of proof with which somebody signed in."""
    return listed(str(_HOW[part]) for part in how.split("+") if part in _HOW)


def role_in(person: Worker, agency: str) -> str:
    """As what the person works on cases in the agency: the role that may do most; empty when they do not."""
    return next((role for role in reversed(CASEWORKERS) if person.works_as(agency, role)), "")


def works_for(person: Worker, agency: str, *roles: str) -> bool:
    """True when the person has one of the roles (any caseworker's role when none is named) in the agency."""
    return person.works_as(agency, *(roles or CASEWORKERS))


def relations_by_role(person: Worker, agency: str) -> set[Relation]:
    """How a member of staff stands to what belongs to the agency."""
    found = {relation for relation, role in ROLES_OF_AGENCY.items() if person.works_as(agency, role)}
    if person.works_as("", "finance"):
        found.add(Relation.TOWN_FINANCE)
    if person.works_as(agency, "administrator"):
        found.add(Relation.ADMINISTRATOR)
    if person.works_as(agency, "data-protection-officer"):
        found.add(Relation.DATA_PROTECTION_OFFICER)
    return found


def may_see_staff(person: Worker, agency: str) -> bool:
    """Whether the person may see who works for the agency; without one, for the whole town."""
    return may("see who works for", "agency", relations_by_role(person, agency))


def may_give_role(person: Worker, role: str, agency: str, *, is_own: bool = False) -> bool:
    """Whether the person may give somebody (``is_own``: themselves) this role in the agency, or end it; without one, in the whole town."""
    relations = relations_by_role(person, agency) | ({Relation.OWNER} if is_own else set())
    return may("give and end", "role", relations, state=role)


def relations_anywhere(roles: Collection[str]) -> set[Relation]:
    """How somebody with these roles, in whatever agency, stands to what belongs to any."""
    known = {"officer": Relation.OFFICER_ANYWHERE, "supervisor": Relation.SUPERVISOR_ANYWHERE}
    return {known[role] for role in roles if role in known}


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


class Given(Protocol):
    """A mandate, as far as it says what may be done where; ``service`` is empty when it is for every service."""

    service: str
    powers: list[str]

    @property
    def is_by_law(self) -> bool:
        """Whether it stands in a register, of guardians say, and was not given."""


_ONE_ASKS_ONESELF: Final[set[str]] = set()


def keep_to_oneself(service: str) -> None:
    """Nobody can let another ask for this service, nor see or receive what comes of it. Called by the room that it belongs to."""
    _ONE_ASKS_ONESELF.add(service)


def services_kept_to_oneself() -> frozenset[str]:
    """The services that no mandate covers which somebody gave, not even one for all of them."""
    return frozenset(_ONE_ASKS_ONESELF)


def covers(mandate: Given, service: str) -> bool:
    """Whether the mandate is for the service at all."""
    return mandate.service in ("", service) and (mandate.is_by_law or service not in _ONE_ASKS_ONESELF)


def powers_in(service: str, mandates: Iterable[Given]) -> frozenset[str]:
    """What mandates that stand let their holder do in the service."""
    return frozenset(power for each in mandates if covers(each, service) for power in each.powers)


def is_usable_until(until: date, *, today: date) -> bool:
    """Whether a mandate may end on this day: not in the past, not so far ahead that everybody has forgotten it."""
    return today <= until <= today + LONGEST_MANDATE


def may_for_another(power: str, powers: Collection[str]) -> bool:
    """Whether somebody whose mandates give these powers may do for their giver what this power is for."""
    stands = {RELATIONS_BY_POWER[each] for each in powers}
    match power:
        case "view":
            return may("see for another", "application", stands)
        case "fill":
            return may("fill in for another", "application", stands)
        case "sign":
            return may("send for another", "application", stands)
        case "pay":
            return may("pay for another", "application", stands)
        case "receive":
            return may("receive for another", "application", stands)
    return False
