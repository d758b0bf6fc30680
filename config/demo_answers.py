"""What somebody of the demo town's past year would answer: an example of the service, with their own names, numbers and days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from stdnum.es import ccc, cif, dni

from civium.engines.registries.adapters import demo_births, demo_fines, demo_taxes
from civium.foundation.kit.town import the_town
from civium.journeys.catalogue.examples import journey_of
from civium.journeys.catalogue.examples_schema import Example
from civium.journeys.catalogue.queries import Offer
from config.demo_people import ENTRIES, Neighbour, a_place
from config.demo_words import EVENTS, IN_OTHER_WORDS

# Whom the services' examples are about.
WHO, FAMILY = "Amina Haddad", "Haddad"
DOGS = (
    "Luna",
    "Coco",
    "Bruno",
    "Nala",
    "Pepper",
    "Rocky",
    "Mango",
    "Ziggy",
    "Canela",
    "Otto",
    "Mora",
    "Biscuit",
)
BREEDS = ("Terrier mix", "Labrador", "Beagle", "Podenco", "Border collie", "Mixed breed", "Dachshund")
PLATE_LETTERS = "BCDFGHJKLMNPRSTVWXYZ"


@dataclass
class Papers:
    """The fines and bills that are still to be given out: each is paid or contested by one person."""

    fines: Iterator[str] = field(default_factory=lambda: iter(demo_fines.EVERYDAY_FINES))
    bills: list[str] = field(default_factory=lambda: list(demo_taxes.EVERYDAY_BILLS))


def write_answers(
    example: Example, offer: Offer, who: Neighbour, papers: Papers, *, random: Random, at: datetime
) -> dict[str, Any] | None:
    """The answers, complete for an application at that moment; None when the example cannot be asked for on that day."""
    today = the_town().today(at)
    moved = _moved(journey_of(example, offer).answers, example.today, today - example.today)
    answers = _own_names(moved, who, random)
    for question, source in offer.document.prefill.items():
        value = who.facts.get(source.partition(".")[2])
        if question in answers and value is not None:
            answers[question] = value
    answers |= _own_numbers(answers, who, random)
    if offer.name == "property-tax":
        return _with_bill(answers, offer, papers, today)
    if offer.name == "parking-fine":
        answers |= _with_fine(next(papers.fines), today)
    if "born" in answers and who.first in ENTRIES:
        answers |= _with_entry(ENTRIES[who.first])
    return answers if is_complete(answers, offer, today) else None


def is_complete(answers: dict[str, Any], offer: Offer, today: date) -> bool:
    """Whether it could be sent on that day; a case of one's own that it names is found later."""
    return offer.form.journey(answers, today=today).is_complete


def _own_names(value: Any, who: Neighbour, random: Random) -> Any:
    if isinstance(value, list):
        return [_own_names(each, who, random) for each in value]
    if isinstance(value, dict):
        return {name: _own_names(each, who, random) for name, each in value.items()}
    if not isinstance(value, str) or not who.given:
        return value
    if value in IN_OTHER_WORDS and who.language in ("es", "ar"):
        return IN_OTHER_WORDS[value][who.language == "ar"]
    if value in EVENTS:
        return random.choice(EVENTS[value])
    value = value.replace(WHO, who.name)
    value = re.sub(rf"\b\w+ {FAMILY}\b", lambda _found: f"{random.choice(who.given)} {who.family}", value)
    return random.choice(who.given) if value in ("Nour", "Noor") else value


def _own_numbers(answers: dict[str, Any], who: Neighbour, random: Random) -> dict[str, Any]:
    """A plate, a chip, an account and so on of their own, each with its right check digits."""
    account = f"{random.randrange(10**8):08}{random.randrange(10**10):010}"
    bban = account[:8] + ccc.calc_check_digits(account[:8] + "00" + account[8:]) + account[8:]
    number = f"{random.randrange(10**8):08}"
    company = f"B66{random.randrange(10**5):05}"
    own: dict[str, Any] = {
        "dog_name": random.choice(DOGS),
        "dog_born": f"{random.randrange(2016, 2024)}-{random.randrange(1, 13):02}-{random.randrange(1, 29):02}",
        "breed": random.choice(BREEDS),
        "chip_number": f"9410000{random.randrange(10**8):08}",
        "plate": f"{random.randrange(10**4):04}{''.join(random.choices(PLATE_LETTERS, k=3))}",
        "iban": f"ES{98 - int(bban + '142800') % 97:02}{bban}",
        "identity": number + dni.calc_check_digit(number),
        "contact_name": who.name,
        "right_name": f"{random.choice(who.given)} {who.name}" if who.given else None,
        "trade_name": who.facts.get("company"),
        "company": company + cif.calc_check_digits(company)[0] if answers.get("legal_form") == "company" else None,
        "plot_address": who.facts.get("address"),
        "new_address": a_place(random),
    }  # fmt: skip
    if answers.get("whose") == "mine" and "typed_born" in answers:
        own["typed_born"] = who.facts.get("birth_date")
    for name, there in (("collect_place", who.facts.get("address")), ("premises", a_place(random))):
        if there and isinstance(answers.get(name), dict) and "line_1" in answers[name]:
            own[name] = {part: there[part] for part in ("line_1", "postcode")}
    return {name: value for name, value in own.items() if name in answers and value is not None}


# What a register was told since it does not matter here: nobody has these papers yet, and the plan stays the same.


def _with_fine(number: str, today: date) -> dict[str, Any]:
    fine = demo_fines.FINES[number]
    return {"plate": fine.plate, "fine": {"reference": number, **demo_fines.facts_of(fine, today)}}


def _with_bill(answers: dict[str, Any], offer: Offer, papers: Papers, today: date) -> dict[str, Any] | None:
    """The next bill that can be paid like this: all at once, or by half."""
    for number in papers.bills:
        bill = demo_taxes.BILLS[number]
        facts = demo_taxes.facts_of(bill, today)
        found = {**answers, "code": bill.code, "bill": {"reference": number, **facts}}
        journey = offer.form.journey(found, today=today)
        # Whoever pays a half is asked which part: not of small, late and half paid bills.
        if journey.is_complete and ("part" in found) == ("part" in journey.values):
            papers.bills.remove(number)
            return found
    return None


def _with_entry(number: str) -> dict[str, Any]:
    birth = demo_births.BIRTHS[number]
    facts = {name: value for name, value in birth._asdict().items() if name != "born_on"}
    return {"born": birth.born_on, "entry": {"reference": number, **facts}}


def _moved(value: Any, today: date, shift: timedelta) -> Any:
    """Days around the example's own are as far from the day on which it is asked for; birthdays stay."""
    if isinstance(value, list):
        return [_moved(each, today, shift) for each in value]
    if isinstance(value, dict):
        return {name: _moved(each, today, shift) for name, each in value.items()}
    if isinstance(value, str) and len(value) == 10:
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return value
        if today - timedelta(days=400) <= day <= today + timedelta(days=800):
            return (day + shift).isoformat()
    return value
