"""The demo town's register of parking fines: a dozen, always some days old, found by number and plate together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from civium.foundation.kit.town import the_town

from . import Message, NotTaken, Register
from .demo_memory import keep_message, last_message_about

EARLY_DAYS, DAYS_TO_PAY = 20, 60
# Which state each message leaves a fine in.
STATES = {
    "fine-paid": "paid",
    "fine-contested": "contested",
    "fine-upheld": "open",
    "fine-cancelled": "cancelled",
}


class Fine(NamedTuple):
    """A fine as it was written: how many days ago, for what and where."""

    plate: str
    days_ago: int
    offence: str
    place: str
    amount: str
    state: str = "open"


# Fictional plates. The days count back from the day on which somebody asks, so that the town never grows old; what was
# told before a fine was written was about the one before it.
FINES = {
    "PM004711": Fine("1234BCD", 5, "no-ticket", "Quay Street 8", "80.00"),
    "PM004712": Fine("5678FGH", 30, "no-ticket", "Quay Street 31", "80.00"),
    "PM004713": Fine("2468JKL", 12, "loading-bay", "Fish Market", "90.00"),
    "PM004714": Fine("1357MNP", 3, "disabled-bay", "Church Square", "200.00"),
    "PM004715": Fine("8642RST", 45, "disabled-bay", "Harbour Parade 4", "200.00"),
    "PM004716": Fine("9753VWX", 8, "pavement", "Rope Walk 3", "120.00", "paid"),
    "PM004717": Fine("3141BBD", 17, "residents-only", "Lantern Street 12", "60.00"),
    "PM004718": Fine("2718CFG", 2, "residents-only", "Lantern Street 20", "60.00"),
    "PM004719": Fine("1618HJK", 90, "no-ticket", "Beacon Hill 1", "80.00", "overdue"),
    "PM004720": Fine("4444LMN", 1, "pavement", "Saltworks Lane 9", "120.00"),
    "PM004721": Fine("5555PRS", 14, "loading-bay", "Dry Dock Road", "90.00"),
    "PM004722": Fine("7777TVW", 20, "no-ticket", "Net Loft Yard", "80.00"),
}
_PLACES = ("Quay Street", "Harbour Parade", "Church Square", "Rope Walk", "Fish Market", "Beacon Hill")
_OFFENCES = (
    ("no-ticket", "80.00"),
    ("residents-only", "60.00"),
    ("loading-bay", "90.00"),
    ("pavement", "120.00"),
)
_LETTERS = "BCDFGHJKLMNPRSTVWXYZ"


def _everyday(number: int) -> Fine:
    """One of the many fines of a year, another one for each number."""
    letters = "".join(_LETTERS[number // by % len(_LETTERS)] for by in (1, 20, 7))
    offence, amount = _OFFENCES[number % len(_OFFENCES)]
    place = f"{_PLACES[number % len(_PLACES)]} {number % 60 + 1}"
    return Fine(f"{number * 7919 % 10_000:04}{letters}", number % 28 + 1, offence, place, amount)


# What the people of the town's past year paid and contested.
EVERYDAY_FINES = [f"PM{number:06}" for number in range(5001, 5201)]
FINES |= {number: _everyday(int(number[2:])) for number in EVERYDAY_FINES}
FACTS = {
    "offence": "text",
    "place": "text",
    "fined_on": "date",
    "amount": "money",
    "early_until": "date",
    "due_on": "date",
    "state": "text",
}


def find(keys: Mapping[str, str], at: datetime) -> Mapping[str, Any] | None:
    """The fine of that number and plate; None when there is none, or the plate is another's."""
    fine = FINES.get(keys["number"])
    if fine is None or fine.plate != keys["plate"]:
        return None
    message, told_at = last_message_about(keys["number"])
    return facts_of(fine, the_town().today(at), message, the_town().today(told_at) if told_at else None)


def facts_of(fine: Fine, today: date, message: str = "", told_on: date | None = None) -> Mapping[str, Any]:
    """What there is to know of a fine on that day, when the register was told that message last."""
    fined_on = today - timedelta(days=fine.days_ago)
    told_on = told_on or fined_on
    if told_on < fined_on:
        message = ""
    # A fine that was contested and stands can be paid early once more.
    counted_from = told_on if message == "fine-upheld" else fined_on
    return {
        "offence": fine.offence,
        "place": fine.place,
        "fined_on": fined_on.isoformat(),
        "amount": fine.amount,
        "early_until": (counted_from + timedelta(days=EARLY_DAYS)).isoformat(),
        "due_on": (counted_from + timedelta(days=DAYS_TO_PAY)).isoformat(),
        "state": STATES.get(message, fine.state),
    }


def take(message: Message, at: datetime) -> None:
    """Note what became of a fine."""
    number = str(message.facts.get("number", ""))
    if number not in FINES:
        raise NotTaken
    keep_message(message, at, thing=number)


FINES_REGISTER = Register(
    "fines-register",
    {"en": "Register of fines", "es": "Registro de multas", "ar": "سجل المخالفات"},
    keys=frozenset({"number", "plate"}),
    facts=FACTS,
    find=find,
    messages={kind: frozenset({"number"}) for kind in STATES},
    take=take,
)
