"""The demo town's tax office: it hears where people live and what opens, and knows a dozen bills by number and code together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from civium.foundation.kit.town import the_town

from . import Message, NotTaken, Register
from .demo_memory import keep_message, last_message_about

DAYS_TO_PAY, DAYS_FOR_HALVES = 60, 150
# Which state each message leaves a bill in.
STATES = {"bill-paid": "paid", "bill-half-paid": "half-paid"}


class Bill(NamedTuple):
    """A yearly bill as it was sent: its code, how many days ago, for what, and what it comes to."""

    code: str
    days_ago: int
    place: str
    plot: str
    tax_value: str
    amount: str
    state: str = "open"


# Fictional places. The days count back from the day on which somebody asks, so that the town never grows old.
BILLS = {
    "PT004801": Bill("K7QF", 12, "Lantern Street 12", "9872012 VH5797S", "96000", "480.00"),
    "PT004802": Bill("M3TX", 40, "Lantern Street 14", "9872014 VH5797S", "118500", "592.50"),
    "PT004803": Bill("R9WD", 75, "Quay Street 66", "9868066 VH5797S", "84000", "420.00"),
    "PT004804": Bill("H4PN", 20, "Harbour Parade 27", "9869027 VH5797S", "203000", "1015.00", "paid"),
    "PT004805": Bill("C8JL", 20, "Beacon Hill 41", "9871041 VH5797S", "132000", "660.00", "by-debit"),
    "PT004806": Bill("V2YG", 130, "Dry Dock Road 31", "9866031 VH5797S", "57000", "285.00", "in-collection"),
    "PT004807": Bill("T6BK", 30, "Orchard Steps 2", "9870002 VH5797S", "74000", "370.00", "cancelled"),
    "PT004808": Bill("N5ZR", 33, "Saltworks Lane 8", "9867008 VH5797S", "101000", "505.00", "half-paid"),
    "PT004809": Bill("X3CM", 5, "Net Loft Yard 19", "9865019 VH5797S", "16000", "80.00"),
    "PT004810": Bill("D7LV", 60, "Rope Walk 3", "9864003 VH5797S", "65500", "327.50"),
    "PT004811": Bill("F9HT", 61, "Chapel Row 5", "9863005 VH5797S", "88000", "440.00"),
    "PT004812": Bill("W4GQ", 2, "Observatory Close 10", "9862010 VH5797S", "149000", "745.00"),
}
_PLACES = ("Lantern Street", "Quay Street", "Saltworks Lane", "Chapel Row", "Orchard Steps", "Tidemill Road")


def _everyday(number: int) -> Bill:
    """One of the many bills of a year, another one for each number. Some are small, some late, some paid by half."""
    place, cents = number % 60 + 1, (160 + number * 37 % 700) * 100
    return Bill(
        f"{'ACDEFGHJKLMNPRTVWXYZ'[number % 20]}{number % 9 + 1}{'BCDFGHKM'[number % 8]}{'NPRSTVXZ'[number // 8 % 8]}",
        63 if number % 8 == 0 else number % 45 + 1,
        f"{_PLACES[number % len(_PLACES)]} {place}",
        f"98{number % 90 + 10}{place:03} VH5797S",
        str(cents * 2),
        f"{cents // 100}.00",
        "half-paid" if number % 8 == 1 else "open",
    )


# What the people of the town's past year paid.
EVERYDAY_BILLS = [f"PT{number:06}" for number in range(5001, 5161)]
BILLS |= {number: _everyday(int(number[2:])) for number in EVERYDAY_BILLS}
FACTS = {
    "place": "text",
    "plot": "text",
    "year": "number",
    "tax_value": "money",
    "amount": "money",
    "open_amount": "money",
    "due_on": "date",
    "state": "text",
}


def find(keys: Mapping[str, str], at: datetime) -> Mapping[str, Any] | None:
    """The bill of that number and code; None when there is none, or the code is another's."""
    bill = BILLS.get(keys["number"])
    if bill is None or bill.code != keys["code"].upper():
        return None
    message, _told_at = last_message_about(keys["number"])
    return facts_of(bill, the_town().today(at), message)


def facts_of(bill: Bill, today: date, message: str = "") -> Mapping[str, Any]:
    """What there is to know of a bill on that day, when the tax office was told that message last."""
    state = STATES.get(message, bill.state)
    sent_on = today - timedelta(days=bill.days_ago)
    days_to_pay = DAYS_FOR_HALVES if state == "half-paid" else DAYS_TO_PAY
    return {
        "place": bill.place,
        "plot": bill.plot,
        "year": sent_on.year,
        "tax_value": bill.tax_value,
        "amount": bill.amount,
        "open_amount": _open_amount(bill, state),
        "due_on": (sent_on + timedelta(days=days_to_pay)).isoformat(),
        "state": state,
    }


def _open_amount(bill: Bill, state: str) -> str:
    """What is still to be paid: bills of this town halve to whole cents."""
    cents = int(bill.amount.replace(".", ""))
    left = {"open": cents, "in-collection": cents, "by-debit": cents, "half-paid": cents // 2}.get(state, 0)
    return f"{left // 100}.{left % 100:02d}"


def take(message: Message, at: datetime) -> None:
    """Note an address, a business, or what was paid of a bill."""
    number = str(message.facts.get("number", "")) if message.kind in STATES else ""
    if message.kind in STATES and number not in BILLS:
        raise NotTaken
    keep_message(message, at, thing=number)


TAX_OFFICE = Register(
    "tax-office",
    {"en": "Tax Office", "es": "Oficina Tributaria", "ar": "مكتب الضرائب"},
    keys=frozenset({"number", "code"}),
    facts=FACTS,
    find=find,
    messages={
        "new-address": frozenset({"name", "address", "since"}),
        "erased": frozenset({"reference"}),
        "new-business": frozenset({"company", "activity", "place", "since"}),
        **{kind: frozenset({"number"}) for kind in STATES},
    },
    take=take,
)
