"""The demo town's register of companies: who may act for which, found by the company's number and name together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from civium.foundation.identity.models import Person

from . import ActsFor, Register


class Company(NamedTuple):
    """An entry: what it is called, and the sign-in addresses of those who may act for it. ``is_closed``: nobody may."""

    name: str
    officers: frozenset[str]
    is_closed: bool = False


def _at(*first: str) -> frozenset[str]:
    return frozenset(f"{each}@port-lumen.example" for each in first)


# Fictional companies.
COMPANIES = {
    "PLC-20417": Company("Lantern Street Bakery", _at("ben", "chiara")),
    "PLC-20955": Company("Khatib Harbour Foods", _at("layla")),
    "PLC-21003": Company("Quay Boat Repairs", _at("jonas", "kofi")),
    "PLC-19880": Company("Saltworks Ferries", _at("ben"), is_closed=True),
    # Those of the people who came in the town's past year.
    **{
        f"PLC-{22001 + number}": Company(name, _at(f"resident-{number + 1:03}"))
        for number, name in enumerate(
            (
                "Rope Walk Books",
                "Tidemill Flour and Bread",
                "Net Loft Pottery",
                "Beacon Hill Cycles",
                "Harbour Parade Optics",
                "Orchard Steps Florists",
                "Chapel Row Tailors",
                "Fish Market Kitchen",
                "Quay Street Coffee",
                "Dry Dock Joinery",
            )
        )
    },
}


def confirm(officer: Person, other: Mapping[str, str], at: datetime) -> ActsFor | None:
    """Whether the person may act for the company of that number and name; None for every kind of no."""
    company = COMPANIES.get(other["number"].upper())
    if company is None or company.is_closed or company.name.casefold() != other["name"].casefold():
        return None
    return ActsFor(company.name) if officer.email.lower() in company.officers else None


BUSINESS_REGISTER = Register(
    "business-register",
    {"en": "Register of companies", "es": "Registro mercantil", "ar": "سجل الشركات"},
    others=frozenset({"name", "number"}),
    confirm=confirm,
)
