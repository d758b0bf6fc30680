"""The demo town's population register: a dozen fictional people, by e-mail address. It hears of new addresses."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from civium.foundation.identity.models import Person

from . import Register
from .demo_memory import keep_message


class Resident(NamedTuple):
    """What the register knows of somebody."""

    name: str
    birth_date: date
    address: dict[str, str]
    phone: str


def _at(line_1: str, postcode: str) -> dict[str, str]:
    return {"line_1": line_1, "town": "Port Lumen", "postcode": postcode}


# Fictional: 555 numbers and postcodes that no country uses.
RESIDENTS = {
    f"{first}@port-lumen.example": resident
    for first, resident in {
        "amina": Resident(
            "Amina Haddad", date(1988, 2, 29), _at("12 Lantern Street", "PL1 4AH"), "+34 900 555 011"
        ),
        "ben": Resident(
            "Ben Okafor", date(1979, 11, 3), _at("14 Lantern Street", "PL1 4AH"), "+34 900 555 012"
        ),
        "chiara": Resident(
            "Chiara Bellini", date(1995, 6, 17), _at("3 Rope Walk", "PL2 1CB"), "+34 900 555 013"
        ),
        "daniel": Resident(
            "Daniel Nowak", date(1961, 1, 9), _at("27 Harbour Parade", "PL1 2DN"), "+34 900 555 014"
        ),
        "elif": Resident(
            "Elif Yılmaz", date(2001, 9, 30), _at("8 Saltworks Lane", "PL3 6EY"), "+34 900 555 015"
        ),
        "fatou": Resident(
            "Fatou Diallo", date(1990, 4, 21), _at("41 Beacon Hill", "PL4 2FD"), "+34 900 555 016"
        ),
        "gwen": Resident(
            "Gwen Pritchard", date(1948, 12, 25), _at("5 Chapel Row", "PL1 7GP"), "+34 900 555 017"
        ),
        "hassan": Resident(
            "Hassan El-Amrani", date(1983, 7, 7), _at("19 Net Loft Yard", "PL2 3HE"), "+34 900 555 018"
        ),
        "ines": Resident(
            "Inés Núñez", date(1999, 3, 14), _at("2 Orchard Steps", "PL4 5IN"), "+34 900 555 019"
        ),
        "jonas": Resident(
            "Jonas Lindqvist", date(1972, 10, 2), _at("66 Quay Street", "PL1 1JL"), "+34 900 555 020"
        ),
        "kofi": Resident(
            "Kofi Mensah", date(1966, 5, 28), _at("31 Dry Dock Road", "PL3 2KM"), "+34 900 555 021"
        ),
        "lin": Resident(
            "Lin Xiuying", date(2004, 8, 19), _at("10 Observatory Close", "PL4 9LX"), "+34 900 555 022"
        ),
    }.items()
}


def ask(field: str, person: Person) -> Any:
    """What the register knows; None when it does not know the person."""
    resident = RESIDENTS.get(person.email.lower())
    return getattr(resident, field) if resident else None


POPULATION = Register(
    "population-register",
    {"en": "Population register", "es": "Padrón municipal", "ar": "سجل السكان"},
    fields=frozenset(Resident._fields),
    ask=ask,
    messages={"new-address": frozenset({"name", "address", "since"}), "erased": frozenset({"reference"})},
    take=keep_message,
)
