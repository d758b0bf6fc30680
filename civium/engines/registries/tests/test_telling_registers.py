"""Telling registers: with grounds, on the record, once, and visibly when it does not work."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pytest_django import Settings

from civium.engines.registries import adapters
from civium.engines.registries.actions.tell_register import NotTold, tell_register
from civium.engines.registries.adapters import demo_agencies
from civium.engines.registries.events import RegisterTold
from civium.engines.registries.models import DemoMessage
from civium.engines.registries.queries import find_abilities
from civium.engines.registries.rules import check_tell
from civium.engines.registries.schema import Telling
from civium.foundation.identity.models import Person
from civium.foundation.journal.queries import find_entries

SUBJECT = "application:7f8e"
FACTS = {"name": "Amina Haddad", "address": {"line_1": "Quay Street 12"}, "since": "2026-03-01"}


@pytest.fixture
def telling(amina: Person, now: dt.datetime) -> dict[str, Any]:
    return {
        "about": amina,
        "subject": SUBJECT,
        "key": "71:tax-office",
        "purpose": "change-of-address:done",
        "legal_basis": "public-task",
        "by": None,
        "at": now,
    }


def told(stream: str = SUBJECT) -> list[RegisterTold]:
    return [entry.event for entry in find_entries([stream]) if isinstance(entry.event, RegisterTold)]


def test_a_register_is_told_and_that_is_on_two_records(amina: Person, telling: dict[str, Any]) -> None:
    tell_register("tax-office", "new-address", FACTS, **telling)
    assert [(event.register, event.message, event.result) for event in told()] == [
        ("tax-office", "new-address", "taken")
    ]
    assert told(f"person:{amina.id}") == told()
    assert DemoMessage.objects.get().key == "71:tax-office"


def test_nothing_that_was_told_is_on_the_record_or_in_the_demo_towns_memory(telling: dict[str, Any]) -> None:
    tell_register("tax-office", "new-address", FACTS, **telling)
    assert all("Quay" not in entry.data and "Haddad" not in entry.data for entry in find_entries([SUBJECT]))
    assert "Haddad" not in str(DemoMessage.objects.values())


def test_what_was_taken_is_not_told_again(telling: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    tell_register("tax-office", "new-address", FACTS, **telling)
    monkeypatch.setattr(demo_agencies, "AGENCIES", ())  # asking anew would fail
    tell_register("tax-office", "new-address", FACTS, **telling)
    assert len(told()) == 1


def _answering(monkeypatch: pytest.MonkeyPatch, failure: type[Exception]) -> None:
    def take(message: adapters.Message, at: dt.datetime) -> None:
        raise failure

    broken = adapters.Register("tax-office", {"en": "Tax"}, messages=demo_agencies.NEW_ADDRESS, take=take)
    monkeypatch.setattr(demo_agencies, "AGENCIES", (broken,))


@pytest.mark.parametrize(
    ("failure", "result"), [(adapters.NoAnswer, "unavailable"), (adapters.NotTaken, "refused")]
)
def test_a_failure_is_raised_every_time_and_recorded_once(
    failure: type[Exception], result: str, telling: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        _answering(patch, failure)
        for _try in range(3):
            with pytest.raises(NotTold, match=result):
                tell_register("tax-office", "new-address", FACTS, **telling)
    assert [event.result for event in told()] == [result]
    tell_register("tax-office", "new-address", FACTS, **telling)
    assert [event.result for event in told()] == [result, "taken"]


@pytest.mark.parametrize(
    ("register", "message", "facts", "result"),
    [
        ("moon-office", "new-address", FACTS, "unavailable"),
        ("tax-office", "new-name", FACTS, "refused"),
        ("tax-office", "new-address", {"income": 5}, "refused"),
        ("fines-register", "fine-paid", {"number": "PM999999"}, "refused"),
    ],
)
def test_what_cannot_be_told_fails_visibly(
    register: str, message: str, facts: dict[str, Any], result: str, telling: dict[str, Any]
) -> None:
    with pytest.raises(NotTold):
        tell_register(register, message, facts, **telling)
    assert [event.result for event in told()] == [result]


def test_without_the_demo_there_is_nobody_to_tell(telling: dict[str, Any], settings: Settings) -> None:
    settings.CIVIUM_DEMO = False
    with pytest.raises(NotTold):
        tell_register("tax-office", "new-address", FACTS, **telling)


def test_nobody_is_told_without_grounds(telling: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="on a legal basis"):
        tell_register("tax-office", "new-address", FACTS, **{**telling, "legal_basis": "because"})
    assert told() == []


def test_what_is_wrong_with_a_tell_is_found_with_its_place() -> None:
    takes = {name: ability.messages for name, ability in find_abilities().items()}
    tell = {
        "grantd": (
            Telling(
                to="tax-office", message="new-address", facts=dict.fromkeys(["name", "address", "since"], "a")
            ),
        ),
        "granted": (
            Telling(to="tax-ofice", message="new-address", facts={}),
            Telling(to="tax-office", message="new-adress", facts={}),
            Telling(to="tax-office", message="new-address", facts={"nam": "a", "name": "b", "address": "a"}),
        ),
    }
    problems = check_tell(tell, ["granted"], ["a"], takes)
    assert [(problem.path, problem.message) for problem in problems] == [
        ("tell.grantd", "there is no moment “grantd” at which this could be told: did you mean “granted”?"),
        ("tell.granted[0].to", "no register “tax-ofice” takes messages: did you mean “tax-office”?"),
        ("tell.granted[1].message", "“tax-office” takes no “new-adress”: did you mean “new-address”?"),
        ("tell.granted[2].facts.nam", "“new-address” has no “nam”: did you mean “name”?"),
        ("tell.granted[2].facts.name", "there is no question “b”: write one of a"),
        (
            "tell.granted[2].facts",
            "“new-address” also needs “since”; write 'since: ...' with the question that answers it",
        ),
    ]
