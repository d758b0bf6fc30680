"""What the town holds and when it goes: read by those who look after it; what an erasure will do, in its case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from civium.engines.cases.actions.keep_from import keep_from
from civium.foundation.identity.models import Person
from civium.foundation.privacy.queries import find_holdings
from civium.journeys.rights.actions.carry_out_retention import carry_out_retention
from tests.applying import apply_for, move
from tests.cast import NOW
from tests.offer import publish_ours

from .conftest import main_of, side_of, words_of

DeskOf = Callable[[Person], Client]


@pytest.fixture
def officer(make_person: Callable[..., Person]) -> Person:
    return make_person("Dario", role="data-protection-officer")


@pytest.fixture
def requests(demo_services: dict[str, int], make_person: Callable[..., Person]) -> Person:
    """The town takes requests about data; gives whoever works on them."""
    publish_ours("data-request")
    return make_person("Petra", role="officer", agency="data-protection")


def test_the_register_has_everything_that_is_declared(
    desk_of: DeskOf, officer: Person, requests: Person
) -> None:
    desk = desk_of(officer)
    page = desk.get("/en/desk/register/")
    words = words_of(page)
    assert [str(each.title) for each in find_holdings() if str(each.title) not in words] == []
    assert "data-protection@port-lumen.example" in words
    assert "Refused: 1 year" in words
    assert {"What the town holds", "Erased on time"} <= side_of(page).keys()
    written = desk.get("/en/desk/register/file/").json()
    names = [each["name"] for each in written["activities"]]
    assert (names[0], sorted(names)) == ("account", sorted(each.name for each in find_holdings()))
    assert {each["legal_basis"] for each in written["activities"]} >= {"consent", "public-task"}
    assert "dog-licence" in [each["service"] for each in written["services"]]
    assert written["data_protection_officer"]["phone"] == "+34 900 100 310"


def test_the_register_is_there_before_any_service_is(desk_of: DeskOf, officer: Person, db: None) -> None:
    words = words_of(desk_of(officer).get("/en/desk/register/"))
    assert "No services yet" in words
    assert "Publish the service “data-request” to name one" in words


def test_what_will_be_erased_is_shown_before_and_what_was_after(
    desk_of: DeskOf,
    officer: Person,
    amina: Person,
    boris: Person,
    omar: Person,
    requests: Person,
    time_machine: Any,
) -> None:
    desk = desk_of(officer)
    assert "Nothing will be erased soon" in words_of(desk.get("/en/desk/retention/"))
    for _turn in range(2):
        case = move(apply_for(amina), "accept", by=boris)
        move(case, "refuse", by=omar, reason="The chip number is another dog's.")
    time_machine.move_to(NOW + dt.timedelta(days=350), tick=False)
    desk = desk_of(officer)
    ahead = words_of(desk.get("/en/desk/retention/"))
    assert "Dog licence Kept as long as the service says 2" in ahead
    assert "Next night" not in ahead
    assert "Nothing was erased so far" in ahead
    assert "Amina" not in ahead
    later = NOW + dt.timedelta(days=368)
    time_machine.move_to(later, tick=False)
    desk = desk_of(officer)
    assert "Next night Dog licence" in words_of(desk.get("/en/desk/retention/"))
    carry_out_retention(at=later)
    after = words_of(desk.get("/en/desk/retention/"))
    assert "Nothing will be erased soon" in after
    assert "Dog licence 2" in after


def test_the_case_says_what_the_erasure_will_do(
    desk_of: DeskOf, amina: Person, boris: Person, omar: Person, requests: Person
) -> None:
    dog = move(apply_for(amina), "accept", by=boris)
    move(dog, "refuse", by=omar, reason="The chip number is another dog's.")
    apply_for(amina, "heating-allowance")
    asked = apply_for(amina, "data-request", 0)
    words = words_of(desk_of(requests).get(f"/en/desk/cases/{asked.reference}/"))
    assert "that you may not see" not in words
    assert f"{asked.shown_reference} The law keeps it, locked away, until" in words
    assert "What the erasure will do" in words
    assert "everything else about the applicant go at once" in words
    assert "The law keeps it, locked away, until" in words
    assert "Withdrawn, then erased" in words


def test_the_heading_of_the_erasure_is_not_a_landmark_twice(
    desk_of: DeskOf, amina: Person, requests: Person
) -> None:
    apply_for(amina, "heating-allowance")
    asked = apply_for(amina, "data-request", 0)
    page = main_of(desk_of(requests).get(f"/en/desk/cases/{asked.reference}/"))
    assert page.select('[role="region"][aria-label="What the erasure will do"]')
    assert not page.select("section[aria-labelledby=erasure]")


def test_before_it_is_carried_out_the_page_says_what_goes_for_good(
    desk_of: DeskOf, amina: Person, requests: Person
) -> None:
    heating = apply_for(amina, "heating-allowance")
    one = {"erase_what": "one-case", "erase_case": heating.reference}
    for asked, said in (
        (apply_for(amina, "data-request", 0), "The account of Amina goes for good"),
        (apply_for(amina, "data-request", 0, **one), "This case of Amina goes for good"),
    ):
        page = desk_of(requests).get(f"/en/desk/cases/{asked.reference}/moves/carry-out/")
        words = words_of(page)
        assert "This cannot be undone" in main_of(page).select_one(".banner--warning").get_text()  # type: ignore[union-attr]
        assert said in words
        assert "Withdrawn, then erased" in words
        assert main_of(page).select_one("button.button--warning")
        refusing = desk_of(requests).get(f"/en/desk/cases/{asked.reference}/moves/refuse/")
        assert not main_of(refusing).select(".banner--warning")


@pytest.mark.parametrize(
    ("example", "said"),
    [
        (2, "The name on the account is changed at once"),
        (3, "The office that has the case gets their words"),
        (4, "nobody works with anything about them"),
        (5, "Their consent to this purpose ends at once"),
    ],
)
def test_before_another_wish_is_carried_out_the_page_says_what_that_does(
    desk_of: DeskOf, amina: Person, requests: Person, example: int, said: str
) -> None:
    changes = {"wrong_case": apply_for(amina).reference} if example == 3 else {}
    asked = apply_for(amina, "data-request", example, **changes)
    words = words_of(desk_of(requests).get(f"/en/desk/cases/{asked.reference}/moves/carry-out/"))
    assert said in words
    assert "This cannot be undone" not in words


def test_the_case_does_not_tell_whoever_was_asked_about_that_somebody_asked(
    desk_of: DeskOf, amina: Person, requests: Person
) -> None:
    question = apply_for(amina, "data-request", 0)
    keep_from(question, requests)
    asked = apply_for(amina, "data-request", 0)
    for page in ("", "moves/carry-out/"):
        words = words_of(desk_of(requests).get(f"/en/desk/cases/{asked.reference}/{page}"))
        assert f"{asked.shown_reference} The law keeps it, locked away, until" in words
        assert question.shown_reference not in words, page
        assert "It also ends 1 case that you may not see." in words


def test_a_wish_that_erases_nothing_says_why(
    desk_of: DeskOf, amina: Person, ben: Person, boris: Person, requests: Person
) -> None:
    desk = desk_of(requests)
    other = apply_for(ben, "heating-allowance")
    wrong = apply_for(amina, "data-request", 0, erase_what="one-case", erase_case=other.reference)
    assert "has no case with this reference" in words_of(desk.get(f"/en/desk/cases/{wrong.reference}/"))
    staffs = apply_for(boris, "data-request", 0)
    assert "works for the town" in words_of(desk.get(f"/en/desk/cases/{staffs.reference}/"))
    restriction = apply_for(amina, "data-request", 4)
    assert "What the erasure will do" not in words_of(desk.get(f"/en/desk/cases/{restriction.reference}/"))
