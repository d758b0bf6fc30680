"""Port Lumen ID: the demo town's identity check. It believes everybody, so it proves nothing: only a demo town may use it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from civium.foundation.identity.adapters.identity_check import Checked
from civium.foundation.identity.models import Person

_BIRTHDAYS = {"amina": date(1988, 2, 29), "ben": date(1979, 11, 3)}


class PortLumenId(NamedTuple):
    """Knows the demo town's residents, and makes up whoever else asks."""

    name: str = "demo"
    title: str = "Port Lumen ID"

    def look_up(self, person: Person) -> Checked:
        """The person under the name of their account, with a birthday and a number that never change."""
        made_up = date(1950, 1, 1) + timedelta(days=person.id.int % 20_000)
        born_on = _BIRTHDAYS.get(person.email.partition("@")[0], made_up)
        return Checked(person.name or person.email, born_on, f"PL-{person.id.int % 10**8:08d}")


CHECK = PortLumenId()
