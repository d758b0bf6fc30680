"""What the demo town's tax office and register of births know, and what they hear."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from civium.engines.registries.actions.find_in_register import find_in_register
from civium.engines.registries.actions.tell_register import tell_register
from civium.engines.registries.adapters import Message as Told
from civium.engines.registries.adapters import NotTaken, demo_births, demo_taxes
from civium.foundation.identity.models import Person

BILL = {"number": "PT004801", "code": "K7QF"}
BIRTH = {"number": "B880217", "born_on": "1988-02-29"}


@pytest.fixture
def looking(amina: Person, now: dt.datetime) -> dict[str, Any]:
    return {"asked_by": amina, "purpose": "property-tax:find", "legal_basis": "public-task", "at": now}


def tell(message: str, about: Person, at: dt.datetime) -> None:
    tell_register(
        "tax-office",
        message,
        {"number": BILL["number"]},
        about=about,
        subject="application:1",
        key=message,
        purpose="property-tax:paid",
        legal_basis="public-task",
        by=None,
        at=at,
    )


def test_a_bill_is_found_by_number_and_code_however_the_code_is_typed(looking: dict[str, Any]) -> None:
    found = find_in_register("tax-office", {**BILL, "code": "k7qf"}, **looking)
    assert found is not None
    assert (found["amount"], found["open_amount"], found["state"]) == ("480.00", "480.00", "open")
    assert found.keys() == demo_taxes.FACTS.keys()


@pytest.mark.parametrize("keys", [{**BILL, "code": "M3TX"}, {**BILL, "number": "PT000000"}])
def test_a_number_without_its_code_finds_nothing(keys: dict[str, str], looking: dict[str, Any]) -> None:
    assert find_in_register("tax-office", keys, **looking) is None


def test_a_half_paid_bill_is_open_for_the_other_half_and_then_paid(
    amina: Person, now: dt.datetime, looking: dict[str, Any]
) -> None:
    for message, state, left in (("bill-half-paid", "half-paid", "240.00"), ("bill-paid", "paid", "0.00")):
        tell(message, amina, now)
        now += dt.timedelta(minutes=5)
        found = find_in_register("tax-office", BILL, **looking)
        assert found is not None
        assert (found["state"], found["open_amount"]) == (state, left)


def test_a_payment_for_no_bill_is_not_taken(amina: Person, now: dt.datetime) -> None:
    with pytest.raises(NotTaken):
        demo_taxes.take(Told("once", "bill-paid", {"number": "PT000000"}, amina), now)


def test_every_demo_bill_halves_to_whole_cents_or_says_so() -> None:
    halves = [Decimal(bill.amount) / 2 for bill in demo_taxes.BILLS.values()]
    assert all(half == round(half, 2) for half in halves)


def test_a_birth_is_found_by_its_number_and_day_together(looking: dict[str, Any]) -> None:
    found = find_in_register("birth-register", BIRTH, **looking)
    assert found is not None
    assert (found["name"], found["state"]) == ("Amina Haddad", "open")
    assert found.keys() == demo_births.FACTS.keys()
    assert find_in_register("birth-register", {**BIRTH, "born_on": "1988-02-28"}, **looking) is None
