"""Giving somebody a role, or ending it, by whoever may: on the record, told to the person, never one's own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from civium.foundation.design.showing import bare_words, moment
from civium.foundation.identity.actions.grant_role import end_role, grant_role
from civium.foundation.identity.actions.limit_tries import limit_tries
from civium.foundation.identity.actions.rename_person import NameUnusable, clean_name
from civium.foundation.identity.actions.write_to_person import write_to_person
from civium.foundation.identity.models import Membership, Person, Role
from civium.foundation.identity.queries import find_person_at, get_agency
from civium.foundation.identity.rules import WHOLE_TOWN_ONLY, may_give_role
from civium.foundation.kit.refusals import NotFound, NotUsable, require
from civium.foundation.kit.town import the_town

LONGEST_SHOWN: Final = 80
# Whoever types addresses to learn who has an account learns little.
MOST_ADDRESSES, WITHIN = 20, timedelta(hours=1)


class NobodyThere(NotUsable):
    """No account has the address, or none that is proved and can sign in."""

    field = "email"
    message = _("No account here has this e-mail address.")
    what_next = _(
        "Compare it with the person. If they have no account yet, they make one first, as everybody does."
    )


class AddressMissing(NotUsable):
    """Nobody is named."""

    field = "email"
    message = _("Enter the e-mail address of whoever gets the role.")


class RoleMissing(NotUsable):
    """It is not said which role, or one that there is not."""

    field = "role"
    message = _("Choose the role.")


class AgencyMissing(NotUsable):
    """It is not said for whom, or an office that there is not."""

    field = "agency"
    message = _("Choose the agency, or the whole town.")


class RoleOfWholeTown(NotUsable):
    """Nobody has this role in one agency."""

    field = "agency"
    message = _("This role is for the whole town. Choose “The whole town”.")


class ShownAsMissing(NotUsable):
    """Nobody would know what to call them."""

    field = "shown_as"
    message = _("Enter the name that colleagues and citizens see, in up to 80 characters.")


class NotYoursToGive(NotUsable):
    """The role, or the agency, is for somebody else to give."""

    field = "role"
    message = _("You cannot give this role there.")
    what_next = _(
        "Supervisors make clerks and officers in their own agencies. An administrator gives every other role."
    )


class OwnRole(NotUsable):
    """Nobody gives themselves a role, or ends their own."""

    message = _("Nobody changes their own roles.")
    what_next = _("Ask another administrator.")


class HasItAlready(NotUsable):
    """There is nothing to give."""

    field = "role"
    message = _("They have this role there already.")


def give_role_at(
    address: str, *, role: str, agency: str, shown_as: str, by: Person, at: datetime
) -> Membership:
    """Give the role to whoever has an account with this whole address. ``agency`` is a permanent name, or ``town`` for all of it."""
    require(may_give_any_role(by), NotFound)
    require(bool(address.strip()), AddressMissing)
    limit_tries("staff-address", who=str(by.pk), most=MOST_ADDRESSES, within=WITHIN, at=at)
    person = find_person_at(address.strip()[:254])
    if person is None:
        raise NobodyThere
    return give_role(person, role=role, agency=agency, shown_as=shown_as, by=by, at=at)


@transaction.atomic
def give_role(
    person: Person, *, role: str, agency: str, shown_as: str = "", by: Person, at: datetime
) -> Membership:
    """Give somebody a role from now on. Whoever works here already keeps the name that colleagues know."""
    place = _place(role, agency)
    if person.pk == by.pk:
        raise OwnRole
    require(may_give_role(by, role, place), NotYoursToGive)
    return _give(person, role=role, place=place, shown_as=shown_as, by=by, at=at)


@transaction.atomic
def end_role_of(membership: Membership, *, by: Person, at: datetime) -> None:
    """End somebody's role at once: the next page that they open knows. Whoever ends a role keeps theirs, so the town always has
    an administrator: of two who end each other's in one moment, the second is none any more."""
    list(Membership.objects.select_for_update().filter(role=Role.ADMINISTRATOR).order_by("pk"))
    if membership.person_id == by.pk:
        raise OwnRole
    still = Person.objects.get(pk=by.pk)
    require(may_give_role(still, membership.role, membership.agency_id or ""), NotFound)
    end_role(membership, by=by, at=at)
    _tell(membership, "role_ended", by=by, at=at)


@transaction.atomic
def make_administrator(address: str, *, shown_as: str, at: datetime) -> Membership:
    """Make whoever has an account with this address an administrator, by the command of whoever runs the site's machine."""
    person = find_person_at(address.strip())
    if person is None:
        raise NobodyThere
    return _give(person, role=Role.ADMINISTRATOR.value, place="", shown_as=shown_as, by=None, at=at)


def _give(
    person: Person, *, role: str, place: str, shown_as: str, by: Person | None, at: datetime
) -> Membership:
    if Membership.objects.filter(person=person, role=role, agency=place or None).exists():
        raise HasItAlready
    given = grant_role(
        person,
        role=role,
        agency=get_agency(place) if place else None,
        shown_as=person.shown_as or _clean(shown_as),
        by=by,
        at=at,
    )
    _tell(given, "role_granted", by=by, at=at)
    return given


def may_give_any_role(person: Person) -> bool:
    """Whether there is any role that the person may give somebody."""
    return any(
        may_give_role(person, role.value, agency) for role in Role for agency in ("", *the_town().agencies)
    )


def _place(role: str, agency: str) -> str:
    """The agency's permanent name; empty for the whole town."""
    if role not in Role.values:
        raise RoleMissing
    if agency != "town" and agency not in the_town().agencies:
        raise AgencyMissing
    if agency != "town" and role in WHOLE_TOWN_ONLY:
        raise RoleOfWholeTown
    return "" if agency == "town" else agency


def _clean(typed: str) -> str:
    try:
        name = clean_name(typed)
    except NameUnusable:
        raise ShownAsMissing from None
    require(len(name) <= LONGEST_SHOWN, ShownAsMissing)
    return name


def _tell(membership: Membership, what: str, *, by: Person | None, at: datetime) -> None:
    """To the person, at every address of theirs: whoever is made or unmade something hears it, and who did it."""
    person = membership.person
    if person.is_program or not person.is_active:
        return
    with override(person.language):
        said = {
            "role": Role(membership.role).label,
            "place": bare_words(the_town().agencies[membership.agency_id].name)
            if membership.agency_id in the_town().agencies
            else membership.agency_id or _now("the whole town"),
            "by": by.shown_as if by else "",
            "when": moment(at),
            "link": settings.CIVIUM_ORIGIN + reverse("desk:queue"),
        }
    write_to_person(person, what, said)
