"""The demo town's register of births: eight entries, found by the number in the family book and the day of birth together.

It also says who may act for a child: each parent, until the day before the child is eighteen.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from civium.foundation.identity.models import Person
from civium.foundation.kit.town import the_town

from . import ActsFor, Register
from .demo import RESIDENTS


class Birth(NamedTuple):
    """An entry: who was born, when and where, and to whom. ``state``: ``closed`` when only the counter may copy it."""

    name: str
    born_on: str
    place: str
    parents: str
    state: str = "open"


_HOSPITAL = "Port Lumen, Harbour Hospital"
# Fictional people; those of the population register have the same names and birthdays there.
BIRTHS = {
    "B880217": Birth("Amina Haddad", "1988-02-29", _HOSPITAL, "Samir Haddad · Leila Mansour"),
    "B791044": Birth("Ben Okafor", "1979-11-03", _HOSPITAL, "Grace Okafor · Emeka Okafor"),
    "B900311": Birth("Fatou Diallo", "1990-04-21", "Port Lumen, Beacon Hill 41", "Aissatou Diallo"),
    "B990208": Birth("Inés Núñez", "1999-03-14", _HOSPITAL, "Marta Núñez · Pablo Ruiz"),
    "B040512": Birth("Lin Xiuying", "2004-08-19", _HOSPITAL, "Lin Wei · Chen Mei"),
    "B190633": Birth("Nour Haddad", "2019-05-14", _HOSPITAL, "Amina Haddad · Karim Benali"),
    "B210105": Birth("Ada Okafor", "2021-01-30", _HOSPITAL, "Ben Okafor · Rosa Vidal"),
    "B150722": Birth("Leo Vidal", "2015-07-09", _HOSPITAL, "Rosa Vidal", "closed"),
}
FACTS = {"name": "text", "born_on": "date", "place": "text", "parents": "text", "state": "text"}


def find(keys: Mapping[str, str], at: datetime) -> Mapping[str, Any] | None:
    """The entry of that number and day of birth; None when there is none."""
    birth = BIRTHS.get(keys["number"])
    return birth._asdict() if birth is not None and birth.born_on == keys["born_on"] else None


def confirm(guardian: Person, other: Mapping[str, str], at: datetime) -> ActsFor | None:
    """Whether the guardian is a parent of the child of that number, day of birth and name; None for every kind of no."""
    birth, resident = BIRTHS.get(other["number"]), RESIDENTS.get(guardian.email.lower())
    if birth is None or resident is None or birth.state != "open":
        return None
    if (birth.born_on, birth.name.casefold()) != (other["born_on"], other["name"].casefold()):
        return None
    last_day = _eighteen(date.fromisoformat(birth.born_on)) - timedelta(days=1)
    if resident.name not in birth.parents.split(" · ") or last_day < the_town().today(at):
        return None
    return ActsFor(birth.name, last_day)


def _eighteen(born: date) -> date:
    leap = (born.month, born.day) == (2, 29)
    return date(born.year + 18, 3, 1) if leap else born.replace(year=born.year + 18)


BIRTH_REGISTER = Register(
    "birth-register",
    {"en": "Register of births", "es": "Registro de nacimientos", "ar": "سجل المواليد"},
    keys=frozenset({"number", "born_on"}),
    facts=FACTS,
    find=find,
    others=frozenset({"name", "number", "born_on"}),
    confirm=confirm,
)
