"""Reads about people and agencies."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from civium.foundation.identity.models import Agency, Membership, Organisation, Person, Role
from civium.foundation.kit.refusals import NotFound
from civium.foundation.kit.town import the_town


class DemoAccount(NamedTuple):
    """Somebody who lives or works in the demo town; ``agencies`` is empty for citizens and for town-wide roles."""

    email: str
    name: str
    language: str
    role: str
    agencies: tuple[str, ...]


EVERY_DEMO_AGENCY = (
    "animal-welfare",
    "planning",
    "social-support",
    "mobility",
    "library",
    "refuse",
    "residents-office",
    "business",
    "civil-registry",
    "tax-office",
)
DEMO_PASSWORD = "port lumen demo"  # noqa: S105 - printed on the demo town's sign-in page
DEMO_ACCOUNTS = (
    DemoAccount("amina@port-lumen.example", "Amina Haddad", "en", "", ()),
    DemoAccount("ben@port-lumen.example", "Ben Okafor", "en", "", ()),
    DemoAccount(
        "carla@port-lumen.example",
        "Carla Ruiz",
        "en",
        "clerk",
        EVERY_DEMO_AGENCY,
    ),
    DemoAccount(
        "omar@port-lumen.example",
        "Omar Saleh",
        "en",
        "officer",
        EVERY_DEMO_AGENCY,
    ),
    DemoAccount(
        "sofia@port-lumen.example",
        "Sofia Lindqvist",
        "en",
        "supervisor",
        EVERY_DEMO_AGENCY,
    ),
    DemoAccount("dana@port-lumen.example", "Dana Petrova", "en", "designer", ()),
    DemoAccount("finn@port-lumen.example", "Finn Larsen", "en", "finance", ()),
    # The data-protection officer decides requests about data, in an office of their own.
    DemoAccount("petra@port-lumen.example", "Petra Novák", "en", "officer", ("data-protection",)),
    DemoAccount("ada@port-lumen.example", "Ada Mensah", "en", "administrator", ()),
)


def demo_accounts() -> list[dict[str, str]]:
    """Who one can sign in as in the demo town; nobody anywhere else."""
    if not settings.CIVIUM_DEMO:
        return []
    return [
        {
            "email": account.email,
            "name": account.name,
            "role": str(Role(account.role).label) if account.role else "",
            "password": DEMO_PASSWORD,
        }
        for account in DEMO_ACCOUNTS
    ]


def get_agency(name: str) -> Agency:
    """The agency of that permanent name; made when the town declares it and it is not there yet."""
    if name not in the_town().agencies:
        raise NotFound
    return Agency.objects.get_or_create(name=name)[0]


def find_staff(agency: str) -> list[Membership]:
    """The agency's members of staff, by name."""
    return list(
        Membership.objects.filter(agency=agency).select_related("person").order_by("shown_as", "role")
    )


def find_organisations_of(person: Person) -> list[Organisation]:
    """The organisations the person may act for."""
    return list(Organisation.objects.filter(representations__person=person).order_by("name"))


def find_shown_names(people: Collection[UUID]) -> dict[UUID, str]:
    """The public names of those of the people who work here."""
    found = Membership.objects.filter(person__in=people).values_list("person_id", "shown_as")
    return dict(found) if people else {}
