"""Finding a thing by its reference: with all of its keys, on the record of who looked."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from civium.engines.registries.actions.ask_register import RegisterUnavailable
from civium.engines.registries.actions.find_in_register import find_in_register
from civium.engines.registries.actions.tell_register import tell_register
from civium.engines.registries.adapters.demo_fines import FACTS, FINES
from civium.engines.registries.events import RegisterAsked
from civium.foundation.identity.models import Person
from civium.foundation.journal.queries import find_entries

KEYS = {"number": "PM004711", "plate": "1234BCD"}


@pytest.fixture
def looking(amina: Person, now: dt.datetime) -> dict[str, Any]:
    return {"asked_by": amina, "purpose": "parking-fine:find", "legal_basis": "public-task", "at": now}


def looks(person: Person) -> list[tuple[str, str]]:
    events = [entry.event for entry in find_entries([f"person:{person.id}"])]
    return [(event.field, event.result) for event in events if isinstance(event, RegisterAsked)]


def test_a_fine_is_found_by_number_and_plate(
    amina: Person, looking: dict[str, Any], now: dt.datetime
) -> None:
    found = find_in_register("fines-register", KEYS, **looking)
    assert found is not None
    assert (found["amount"], found["state"], found["place"]) == ("80.00", "open", "Quay Street 8")
    assert dt.date.fromisoformat(found["early_until"]) == dt.date.fromisoformat(
        found["fined_on"]
    ) + dt.timedelta(20)
    assert found.keys() == FACTS.keys()
    assert looks(amina) == [("number+plate", "answered")]


@pytest.mark.parametrize("keys", [{**KEYS, "plate": "5678FGH"}, {**KEYS, "number": "PM000000"}])
def test_a_number_without_its_plate_finds_nothing(
    keys: dict[str, str], amina: Person, looking: dict[str, Any]
) -> None:
    assert find_in_register("fines-register", keys, **looking) is None
    assert looks(amina) == [("number+plate", "unknown")]


@pytest.mark.parametrize(
    ("register", "keys"),
    [("fines-register", {"number": "PM004711"}), ("refuse-service", KEYS), ("moon", KEYS)],
)
def test_what_cannot_be_looked_for_is_unavailable_and_on_record(
    register: str, keys: dict[str, str], amina: Person, looking: dict[str, Any]
) -> None:
    with pytest.raises(RegisterUnavailable):
        find_in_register(register, keys, **looking)
    assert [result for _field, result in looks(amina)] == ["unavailable"]


def test_neither_key_nor_fact_goes_on_record(amina: Person, looking: dict[str, Any]) -> None:
    find_in_register("fines-register", KEYS, **looking)
    assert all(
        "1234BCD" not in entry.data and "PM004711" not in entry.data
        for entry in find_entries([f"person:{amina.id}"])
    )


@pytest.mark.parametrize(
    ("message", "state"),
    [
        ("fine-paid", "paid"),
        ("fine-contested", "contested"),
        ("fine-cancelled", "cancelled"),
        ("fine-upheld", "open"),
    ],
)
def test_the_register_knows_what_became_of_a_fine(
    message: str, state: str, amina: Person, looking: dict[str, Any], now: dt.datetime
) -> None:
    tell_register(
        "fines-register",
        message,
        {"number": "PM004711"},
        about=amina,
        subject="application:1",
        key=message,
        purpose="parking-fine:paid",
        legal_basis="public-task",
        by=None,
        at=now,
    )
    found = find_in_register("fines-register", KEYS, **looking)
    assert found is not None
    assert found["state"] == state


def test_what_was_told_before_a_fine_was_written_was_about_another(
    amina: Person, looking: dict[str, Any], now: dt.datetime
) -> None:
    tell_register(
        "fines-register",
        "fine-paid",
        {"number": "PM004711"},
        about=amina,
        subject="application:1",
        key="paid",
        purpose="parking-fine:paid",
        legal_basis="public-task",
        by=None,
        at=now,
    )
    for days, state in ((5, "paid"), (6, "open")):
        found = find_in_register("fines-register", KEYS, **{**looking, "at": now + dt.timedelta(days)})
        assert found is not None
        assert found["state"] == state


def test_the_demo_towns_fines_are_at_least_a_dozen() -> None:
    assert len(FINES) >= 12
    assert {len(number) for number in FINES} == {8}
