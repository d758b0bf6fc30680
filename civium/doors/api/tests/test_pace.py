"""How often programs may ask: by token and by address; what they are told then; and that counting costs no query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from civium.foundation.identity.models import Person

from .test_api import Program

pytestmark = pytest.mark.usefixtures("demo_services", "at_nine")
SERVICES = "/api/v1/services"


@pytest.fixture(autouse=True)
def slow(settings: Any) -> Iterator[None]:
    """Three requests a minute of a token, five of an address."""
    settings.CIVIUM_API_PER_MINUTE, settings.CIVIUM_API_PER_MINUTE_FROM_ADDRESS = 3, 5
    caches["paces"].clear()
    yield
    caches["paces"].clear()


def test_a_token_that_asks_too_often_waits_for_the_next_minute(amina: Person, time_machine: Any) -> None:
    program = Program(amina)
    assert [program.get("cases").status_code for _try in range(3)] == [200] * 3
    time_machine.shift(dt.timedelta(seconds=15))
    refused = program.get("cases")
    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    assert 0 < int(refused["Retry-After"]) <= 45
    assert "Retry-After" in refused.json()["what_next"]
    time_machine.shift(dt.timedelta(seconds=int(refused["Retry-After"])))
    assert program.get("cases").status_code == 200


def test_each_token_has_a_pace_of_its_own(amina: Person, ben: Person) -> None:
    hers, his = Program(amina), Program(ben)
    for _try in range(3):
        hers.get("cases")
    assert hers.get("cases").status_code == 429
    assert his.get("cases").status_code == 200


def test_an_address_that_asks_too_often_waits_with_a_token_or_without(amina: Person) -> None:
    program = Program(amina)
    for path in (SERVICES, "/api/v1/nothing", "/api/openapi.json", "/api/v1/cases", SERVICES):
        assert Client().get(path).status_code in (200, 401, 404)
    for path in (SERVICES, "/api/v1/nothing", "/api/openapi.json", "/api/v1/cases"):
        assert Client().get(path).status_code == 429
    assert program.get("cases").status_code == 429
    assert Client().get(SERVICES, REMOTE_ADDR="203.0.113.9").status_code == 200


def test_guessing_tokens_is_counted_before_any_is_looked_up(django_assert_num_queries: Any) -> None:
    guess = {"Authorization": "Bearer civium_guess"}
    for _try in range(5):
        assert Client().get("/api/v1/cases", headers=guess).status_code == 401
    with django_assert_num_queries(0):
        assert Client().get("/api/v1/cases", headers=guess).status_code == 429


def test_counting_costs_no_query(django_assert_num_queries: Any) -> None:
    Client().get(SERVICES)
    with django_assert_num_queries(0):
        assert Client().get(SERVICES).status_code == 200


def test_the_description_says_so(settings: Any) -> None:
    described = Client().get("/api/openapi.json").json()
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            refused = operation["responses"]["429"]
            assert refused["headers"]["Retry-After"]["schema"]["type"] == "integer", (method, path)
            assert list(refused["content"]) == ["application/problem+json"]
