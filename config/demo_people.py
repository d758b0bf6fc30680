"""The other hundred and fifty people of the demo town. All of them are made up; the same ones every time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import Any

# Given names, family names and the language that they read in: a harbour town has people from everywhere.
_FAMILIES = (
    (
        (
            "Lucía",
            "Mateo",
            "Carmen",
            "Javier",
            "Nuria",
            "Álvaro",
            "Rocío",
            "Íñigo",
            "Pilar",
            "Sergio",
            "Teresa",
        ),
        ("García Romero", "Núñez", "Ortega Vidal", "Peña", "Ibáñez", "Castro Lema", "Muñoz", "Rey"),
        "es",
    ),
    (
        ("Yusuf", "Salma", "Karim", "Nadia", "Tariq", "Huda", "Bilal", "Rania", "Idris", "Samira"),
        ("Benali", "Haddad", "El Fassi", "Rahmani", "Said", "Mansouri"),
        "en",
    ),
    (
        ("يوسف", "سلمى", "كريم", "نادية", "طارق", "هدى", "مريم", "عمر"),
        ("العلوي", "حداد", "الفاسي", "رحماني", "منصور", "النجار"),
        "ar",
    ),
    (
        ("Ava", "George", "Harriet", "Oliver", "Poppy", "Samuel", "Niamh", "Rhys", "Isla", "Duncan"),
        ("Ashworth", "Brennan", "Cole", "Fairweather", "Hughes", "MacLeod", "O'Neill", "Whitlock"),
        "en",
    ),
    (
        ("Wei", "Mei", "Jun", "Linh", "Minh", "Hana", "Kenji", "Soo-jin"),
        ("Zhang", "Nguyen", "Tanaka", "Park", "Chen", "Tran"),
        "en",
    ),
    (
        ("Ama", "Kwame", "Ngozi", "Tunde", "Aïssata", "Moussa", "Zanele", "Sipho"),
        ("Boateng", "Adeyemi", "Traoré", "Ndiaye", "Dlamini", "Okonkwo"),
        "en",
    ),
    (
        ("Zofia", "Marek", "Ileana", "Bogdan", "Jelena", "Luka", "Ondřej", "Katalin"),
        ("Wiśniewski", "Popescu", "Jovanović", "Horvát", "Dvořák", "Szabó"),
        "en",
    ),
)
RESIDENT = "resident"  # what their addresses begin with
_STREETS = (
    ("Lantern Street", "PL1 4AH"),
    ("Quay Street", "PL1 1JL"),
    ("Rope Walk", "PL2 1CB"),
    ("Harbour Parade", "PL1 2DN"),
    ("Saltworks Lane", "PL3 6EY"),
    ("Beacon Hill", "PL4 2FD"),
    ("Chapel Row", "PL1 7GP"),
    ("Net Loft Yard", "PL2 3HE"),
    ("Orchard Steps", "PL4 5IN"),
    ("Tidemill Road", "PL3 2TM"),
)


@dataclass(frozen=True)
class Neighbour:
    """Somebody of the town, with what they would write on a form."""

    first: str
    name: str
    language: str
    facts: dict[str, Any]
    given: tuple[str, ...] = ()
    family: str = ""

    @property
    def email(self) -> str:
        """What they sign in with."""
        return f"{self.first}@port-lumen.example"


def neighbours(count: int, random: Random) -> list[Neighbour]:
    """So many people, no two with the same name."""
    return list(islice(_people(random), count))


def a_place(random: Random) -> dict[str, str]:
    """Some address in town."""
    street, postcode = random.choice(_STREETS)
    return {
        "line_1": f"{random.randint(1, 88)} {street}",
        "line_2": "",
        "town": "Port Lumen",
        "postcode": postcode,
    }


def _people(random: Random) -> Iterator[Neighbour]:
    seen: set[str] = set()
    while True:
        given, family, language = random.choices(_FAMILIES, weights=(5, 2, 3, 4, 2, 2, 2))[0]
        first, last = random.choice(given), random.choice(family)
        name = f"{first} {last}"
        if name in seen:
            continue
        seen.add(name)
        yield Neighbour(
            first=f"{RESIDENT}-{len(seen):03}",
            name=name,
            language=language,
            facts={
                "name": name,
                "address": a_place(random),
                "phone": f"+34900555{random.randint(100, 999)}",
                "birth_date": (date(1945, 1, 1) + timedelta(days=random.randrange(60 * 365))).isoformat(),
            },
            given=tuple(each for each in given if each != first),
            family=last,
        )  # fmt: skip


# People of the town's story whom its register of births knows, by the number of their entry.
ENTRIES = {"fatou": "B900311", "ines": "B990208"}
WITH_ENTRIES = (Neighbour("fatou", "Fatou Diallo", "es", {}), Neighbour("ines", "Inés Núñez", "es", {}))
