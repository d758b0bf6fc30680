"""Asking registers: with grounds, on the record, and never in anybody's way."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pytest_django import Settings

from civium.engines.registries import adapters
from civium.engines.registries.actions.ask_register import RegisterUnavailable, ask_register
from civium.engines.registries.actions.prefill_answers import prefill_answers
from civium.engines.registries.adapters.demo import RESIDENTS
from civium.engines.registries.events import RegisterAsked
from civium.engines.registries.queries import find_registers
from civium.engines.registries.rules import check_prefill
from civium.foundation.identity.models import Person
from civium.foundation.journal.queries import find_entries

REGISTER = "population-register"


@pytest.fixture
def resident(amina: Person) -> Person:
    """Amina as the demo town's register knows her."""
    amina.email = "amina@port-lumen.example"
    amina.save()
    return amina


@pytest.fixture
def grounds(now: dt.datetime) -> dict[str, Any]:
    return {"purpose": "dog-licence:prefill", "legal_basis": "public-task", "by": None, "at": now}


def asked(person: Person) -> list[RegisterAsked]:
    return [e.event for e in find_entries([f"person:{person.id}"]) if isinstance(e.event, RegisterAsked)]


def test_the_register_answers_and_the_question_is_on_record(
    resident: Person, grounds: dict[str, Any]
) -> None:
    assert ask_register(REGISTER, "birth_date", about=resident, **grounds) == dt.date(1988, 2, 29)
    assert asked(resident) == [
        RegisterAsked(resident.id, REGISTER, "birth_date", "dog-licence:prefill", "public-task", "answered")
    ]


def test_no_value_goes_on_record(resident: Person, grounds: dict[str, Any]) -> None:
    ask_register(REGISTER, "name", about=resident, **grounds)
    assert all("Haddad" not in entry.data for entry in find_entries([f"person:{resident.id}"]))


def test_somebody_the_register_does_not_know_is_no_answer(ben: Person, grounds: dict[str, Any]) -> None:
    assert ask_register(REGISTER, "name", about=ben, **grounds) is None
    assert [event.result for event in asked(ben)] == ["unknown"]


@pytest.mark.parametrize(
    ("purpose", "basis"),
    [("", "public-task"), ("Because I can", "public-task"), ("prefill", ""), ("prefill", "curiosity")],
)
def test_nobody_asks_without_a_purpose_and_a_legal_basis(
    resident: Person, now: dt.datetime, purpose: str, basis: str
) -> None:
    with pytest.raises(ValueError, match="a register is asked"):
        ask_register(REGISTER, "name", about=resident, purpose=purpose, legal_basis=basis, by=None, at=now)
    assert asked(resident) == []


@pytest.mark.parametrize(("register", "field"), [("tax-register", "income"), (REGISTER, "shoe_size")])
def test_what_cannot_be_asked_is_unavailable_and_on_record(
    resident: Person, grounds: dict[str, Any], register: str, field: str
) -> None:
    with pytest.raises(RegisterUnavailable):
        ask_register(register, field, about=resident, **grounds)
    assert [event.result for event in asked(resident)] == ["unavailable"]


def test_prefill_gives_what_is_known_and_is_silent_about_the_rest(
    resident: Person, grounds: dict[str, Any]
) -> None:
    found = prefill_answers(
        {"owner_name": f"{REGISTER}.name", "owner_income": "tax-register.income"}, about=resident, **grounds
    )
    assert found == {"owner_name": "Amina Haddad"}
    assert [event.result for event in asked(resident)] == ["answered", "unavailable"]


def test_prefill_never_stands_in_the_way(
    ben: Person, resident: Person, grounds: dict[str, Any], settings: Settings
) -> None:
    assert prefill_answers({"owner_name": f"{REGISTER}.name"}, about=ben, **grounds) == {}
    settings.CIVIUM_DEMO = False
    assert prefill_answers({"owner_name": f"{REGISTER}.name"}, about=resident, **grounds) == {}


@pytest.fixture
def silent_register(monkeypatch: pytest.MonkeyPatch) -> None:
    """A register that does not answer in time."""

    def ask(field: str, person: Person) -> Any:
        raise adapters.NoAnswer

    silent = adapters.Register("silent", {"en": "Silent"}, fields=frozenset({"name"}), ask=ask)
    monkeypatch.setattr(adapters.demo, "POPULATION", silent)


def test_a_register_that_does_not_answer_is_unavailable(
    silent_register: None, resident: Person, grounds: dict[str, Any]
) -> None:
    with pytest.raises(RegisterUnavailable):
        ask_register("silent", "name", about=resident, **grounds)
    assert prefill_answers({"n": "silent.name"}, about=resident, **grounds) == {}


def test_what_is_wrong_with_a_prefill_is_found_with_its_place() -> None:
    problems = check_prefill(
        {"owner_nme": f"{REGISTER}.name", "a": "population-registr.name", "b": f"{REGISTER}.adress"},
        ["owner_name", "a", "b"],
        find_registers(),
    )
    assert [(problem.path, problem.message.rpartition(": ")[2]) for problem in problems] == [
        ("prefill.owner_nme", "did you mean “owner_name”?"),
        ("prefill.a", "did you mean “population-register”?"),
        ("prefill.b", "did you mean “address”?"),
    ]


def test_the_demo_towns_people_are_a_dozen_and_fictional() -> None:
    assert len(RESIDENTS) == 12
    assert all(email.endswith("@port-lumen.example") for email in RESIDENTS)
