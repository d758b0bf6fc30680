"""What an administrator, and a supervisor of their agencies, reads about who works here: each person's roles, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext as _

from civium.doors.desk.lists import agency_words
from civium.foundation.design.showing import short_day
from civium.foundation.identity.models import Membership, Person, Role
from civium.foundation.identity.queries import agencies_whose_staff
from civium.foundation.identity.rules import may_give_role, may_see_staff
from civium.foundation.kit.languages import listed
from civium.foundation.kit.town import the_town
from civium.journeys.rights.queries import find_waiting_for_another

TOWN = "town"
# Of somebody with one role in many agencies, a line names the first ones.
MOST_NAMED = 3


@dataclass(frozen=True)
class StaffRow:
    """One line: somebody's role, and the agencies in which they have it from the same day on and by the same hand."""

    id: UUID
    name: str
    address: str
    is_program: bool
    is_own: bool
    role: str
    agencies: str
    more: int
    since: str
    granted_by: str
    came_at: datetime | None
    has_second_factor: bool


@dataclass(frozen=True)
class RoleRow:
    """One role of somebody, for the page about them. ``may_end``: whether the reader may."""

    id: int
    role: str
    agency: str
    since: str
    granted_by: str
    may_end: bool


@dataclass(frozen=True)
class MissingRole:
    """Somebody is missing in an office, for cases that are about everybody who could decide them."""

    office: str
    roles: str
    since: date
    how_many: int


def missing_roles(reader: Person) -> list[MissingRole]:
    """For an administrator, who can give the role: where somebody is missing. Not what is about the reader."""
    if not reader.works_as("", Role.ADMINISTRATOR):
        return []
    return [
        MissingRole(
            office=agency_words(each.agency),
            roles=listed(str(Role(role).label) for role in each.roles),
            since=the_town().today(each.since),
            how_many=each.how_many,
        )
        for each in find_waiting_for_another(but_about=reader)
    ]


def staff_rows(found: Iterable[Membership], *, reader: Person) -> list[StaffRow]:
    """The lines of the list."""
    lines = groupby(found, key=lambda each: (each.person_id, each.role, _since(each), each.granted_by_id))
    return [_row(list(alike), reader) for _key, alike in lines]


def _row(alike: Sequence[Membership], reader: Person) -> StaffRow:
    first = alike[0]
    person: Any = first.person
    return StaffRow(
        id=person.pk,
        name=first.shown_as,
        address="" if person.is_program else person.email,
        is_program=person.is_program,
        is_own=person.pk == reader.pk,
        role=str(Role(first.role).label),
        agencies=listed(place_words(each) for each in alike[:MOST_NAMED]),
        more=max(len(alike) - MOST_NAMED, 0),
        since=_since(first),
        granted_by=_giver(first),
        came_at=first.came_at,  # type: ignore[attr-defined]
        has_second_factor=first.has_second_factor,  # type: ignore[attr-defined]
    )


def role_rows(found: Iterable[Membership], *, reader: Person) -> list[RoleRow]:
    """Somebody's roles, each with whether the reader may end it."""
    return [
        RoleRow(
            id=each.pk,
            role=str(Role(each.role).label),
            agency=place_words(each),
            since=_since(each),
            granted_by=_giver(each),
            may_end=may_give_role(
                reader, each.role, each.agency_id or "", is_own=each.person_id == reader.pk
            ),
        )
        for each in found
    ]


def place_words(membership: Membership) -> str:
    """Where somebody has the role."""
    return agency_words(membership.agency_id) if membership.agency_id else str(_("The whole town"))


def roles_to_give(reader: Person) -> list[tuple[str, str]]:
    """The roles that the reader may give somewhere."""
    places = ["", *agencies_whose_staff(reader)]
    return [
        (role.value, str(role.label))
        for role in Role
        if any(may_give_role(reader, role.value, place) for place in places)
    ]


def places_to_give(reader: Person) -> list[tuple[str, str]]:
    """Where the reader may give some role; the whole town is chosen by its own word, never by leaving a field as it was."""
    town = [(TOWN, str(_("The whole town")))] if may_give_role(reader, "clerk", "") else []
    agencies = [name for name in the_town().agencies if may_give_role(reader, "clerk", name)]
    return [*town, *_named(agencies)]


def places_to_see(reader: Person) -> list[tuple[str, str]]:
    """What the list can be narrowed to."""
    town = [(TOWN, str(_("The whole town")))] if may_see_staff(reader, "") else []
    return [*town, *_named(agencies_whose_staff(reader))]


def _named(agencies: Iterable[str]) -> list[tuple[str, str]]:
    return sorted(((name, agency_words(name)) for name in agencies), key=lambda pair: pair[1].casefold())


def narrowed(given: Mapping[str, str]) -> dict[str, str]:
    """The filters of the list, as an address has them; what is none is left out."""
    role, agency = given.get("role", ""), given.get("agency", "")
    return {
        "role": role if role in Role.values else "",
        "agency": agency if agency == TOWN or agency in the_town().agencies else "",
    }


def page_query(asked: Mapping[str, str], page: int) -> str:
    """The address of a page of the list, from its question mark on."""
    return "?" + urlencode({**{name: value for name, value in asked.items() if value}, "page": page})


def _since(membership: Membership) -> str:
    return short_day(the_town().today(membership.since))


def _giver(membership: Membership) -> str:
    giver = membership.granted_by
    if giver is None:
        return str(_("Set up with the site"))
    return giver.shown_as or str(_("Somebody who left"))
