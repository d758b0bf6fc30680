"""Which readings somebody asks for on the pages that check them, as the address says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext as _

from civium.doors.desk.lists import Chip, agency_words
from civium.foundation.design.showing import short_day
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.queries import Checked
from civium.foundation.privacy.rules import CHANNELS, PURPOSES, purpose_words
from civium.journeys.rights.queries import CheckedReading

_CODES = ("agency", "purpose", "channel")
_PEOPLE = ("of", "by")
_DAYS = ("from", "to")


@dataclass(frozen=True)
class AskedFor:
    """The filters that are on, as they stand in the address; ``wrong`` are days that are none."""

    given: Mapping[str, str]
    wrong: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> str:
        return self.given.get(name, "")

    def checked(self, *, agencies: frozenset[str] | None) -> Checked:
        """Which readings these are, of those that the reader may check."""
        first, last = _day(self["from"]), _day(self["to"])
        return Checked(
            agencies=agencies,
            of=_id(self["of"]),
            by=_id(self["by"]),
            agency=self["agency"],
            purpose=self["purpose"],
            channel=self["channel"],
            since=_midnight(first) if first else None,
            before=_midnight(last + dt.timedelta(days=1)) if last else None,
        )

    def query(self, **changes: str) -> str:
        """The address of this list with some of it changed, from its question mark on."""
        given = {**self.given, **changes}
        return "?" + urlencode({name: value for name, value in given.items() if value})

    @property
    def is_narrowed(self) -> bool:
        return bool(self.given)


def asked_for(given: Mapping[str, str]) -> AskedFor:
    """What an address or a form asks for. A day or a person that is none is left out, and a day said so."""
    wanted = {
        name: given.get(name, "").replace("\0", "").strip()[:120] for name in (*_CODES, *_PEOPLE, *_DAYS)
    }
    wrong = tuple(name for name in _DAYS if wanted[name] and _day(wanted[name]) is None)
    left_out = {*wrong, *(name for name in _PEOPLE if wanted[name] and _id(wanted[name]) is None)}
    return AskedFor({name: value for name, value in wanted.items() if value and name not in left_out}, wrong)


def choices(agencies: frozenset[str] | None) -> dict[str, list[tuple[str, str]]]:
    """What the fields offer."""
    known = [name for name in the_town().agencies if agencies is None or name in agencies]
    return {
        "agencies": sorted(
            ((name, agency_words(name)) for name in known), key=lambda pair: pair[1].casefold()
        ),
        "purposes": [(code, str(purpose.words)) for code, purpose in PURPOSES.items()],
        "channels": [(code, str(words)) for code, words in CHANNELS.items()],
    }


def shown_filters(asked: AskedFor, found: Iterable[CheckedReading]) -> list[Chip]:
    """What is on, each with the address of the list without it."""
    who = next((each.who for each in found), "")
    told: dict[str, Any] = {
        "of": _("One person's data"),
        "by": _("Read by %(name)s") % {"name": who} if who else _("Read by one colleague"),
        "agency": _("Agency: %(name)s") % {"name": agency_words(asked["agency"])},
        "purpose": _("What for: %(words)s") % {"words": purpose_words(asked["purpose"])},
        "channel": _("How: %(words)s") % {"words": CHANNELS.get(asked["channel"], asked["channel"])},
        "from": _("From %(day)s") % {"day": _shown(asked["from"])},
        "to": _("Until %(day)s") % {"day": _shown(asked["to"])},
    }
    return [Chip(str(words), asked.query(**{name: ""}) or "?") for name, words in told.items() if asked[name]]


def _shown(day: str) -> str:
    parsed = _day(day)
    return short_day(parsed) if parsed else ""


def _id(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def _day(typed: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(typed)
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2999 else None


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, tzinfo=the_town().time_zone)
