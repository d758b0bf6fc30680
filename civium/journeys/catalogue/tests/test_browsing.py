"""Leafing through the catalogue: letters, pages, topics, who one is, agencies, most used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from civium.foundation.identity.models import Person
from civium.journeys.catalogue.actions.count_figures import count_figures
from tests.applying import apply_for

from .pages import CAT, ROOF, load, many, write_list

pytestmark = pytest.mark.usefixtures("demo_services")


def page_of(client: Client, address: str, status: int = 200) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


def titles(page: BeautifulSoup) -> list[str]:
    return [heading.get_text() for heading in page.select(".result h3")]


def words_of(page: BeautifulSoup) -> str:
    main = page.find("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())


# --- A to Z ----------------------------------------------------------------------------------------------------------


def test_a_small_town_has_one_list_and_needs_no_letters(client: Client) -> None:
    page = page_of(client, "/en/services/")
    assert page.select(".letters") == []
    assert page.select(".pager") == []


@pytest.fixture
def big_town(demo_services: object, tmp_path: Path, now: dt.datetime) -> None:
    load(*write_list(tmp_path, *many(2000)), at=now)


@pytest.mark.usefixtures("big_town")
def test_a_big_town_shows_a_page_at_a_time_until_the_end(client: Client) -> None:
    seen: list[str] = []
    address = "/en/services/"
    for _turn in range(60):
        page = page_of(client, address)
        assert len(titles(page)) <= 50
        seen += titles(page)
        more = page.select_one(".pager a[rel=next]")
        if more is None:
            break
        address = f"/en/services/{more['href']}"
    assert len(seen) == len(set(seen)) == 2003
    assert seen[:2] == ["Ash 00000", "Ash 00010"]
    back = page_of(client, address).select_one(".pager a[rel=prev]")
    assert back is not None
    assert titles(page_of(client, f"/en/services/{back['href']}"))[0] == "Ash 00000"


@pytest.mark.usefixtures("big_town")
@pytest.mark.parametrize(("language", "has_n_with_tilde"), [("en", False), ("es", True)])
def test_each_letter_has_its_page(client: Client, language: str, has_n_with_tilde: bool) -> None:
    page = page_of(client, f"/{language}/services/")
    letters = [link.get_text() for link in page.select(".letters a")]
    assert ("Ñ" in letters) is has_n_with_tilde
    assert letters == sorted(letters, key=lambda one: "N~" if one == "Ñ" else one)
    for link in page.select(".letters a"):
        assert titles(page_of(client, str(link["href"])))
    under_e = page_of(client, f"/{language}/services/a-z/E/")
    assert titles(under_e)[0] == "Élan 00004"
    assert under_e.select_one(".letters [aria-current=page]").get_text() == "E"  # type: ignore[union-attr]


def test_arabic_readers_find_their_own_letters_first(
    client: Client, tmp_path: Path, now: dt.datetime
) -> None:
    load(*write_list(tmp_path, *many(60)), at=now)
    page = page_of(client, "/ar/services/")
    letters = [link.get_text() for link in page.select(".letters a")]
    assert "\u0620" <= letters[0] <= "\u064a"
    assert letters[-1] == "Q"
    first = page_of(client, f"/ar/services/a-z/{quote(letters[0])}/")
    assert titles(first)


@pytest.mark.parametrize("letter", ["8", "XY", "a", "%3Cscript%3E", "%00", "é"])
def test_a_letter_that_nothing_stands_under_is_not_found(client: Client, letter: str) -> None:
    page_of(client, f"/en/services/a-z/{letter}/", status=404)


@pytest.mark.parametrize("after", ["nothing-of-that-name", "", "%00", "x" * 3000, "<script>"])
def test_a_page_after_nothing_is_the_first_one(client: Client, after: str) -> None:
    page = page_of(client, f"/en/services/?after={after}")
    assert titles(page)[0] == "Building permit"
    assert "<script>" not in str(page.find("main"))


@pytest.mark.usefixtures("big_town")
def test_the_pages_of_a_big_town_ask_the_database_nothing(
    client: Client, django_assert_num_queries: Callable[[int], object]
) -> None:
    client.get("/en/services/")
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        for address in (
            "/en/",
            "/en/services/?after=demo-20",
            "/en/agencies/?x",
            "/en/services/a-z/B/?x",
            "/en/services/demo-7/?x",
        ):
            assert client.get(address).status_code == 200


# --- other ways ------------------------------------------------------------------------------------------------------


def test_people_find_what_is_for_who_they_are(client: Client) -> None:
    assert "Dog licence" in titles(page_of(client, "/en/for/residents/"))
    assert titles(page_of(client, "/en/for/businesses/")) == ["Building permit"]
    assert titles(page_of(client, "/en/for/newcomers/")) == ["Dog licence"]
    page_of(client, "/en/for/martians/", status=404)


def test_the_front_page_asks_who_one_is(client: Client) -> None:
    links = [str(link["href"]) for link in page_of(client, "/en/").select(".chips a")]
    assert {"/en/for/residents/", "/en/for/businesses/", "/en/for/newcomers/"} <= set(links)


def test_a_start_page_says_when_businesses_can_apply(client: Client) -> None:
    assert "People, businesses and organisations" in words_of(
        page_of(client, "/en/services/building-permit/")
    )
    assert "Who can apply" not in words_of(page_of(client, "/en/services/dog-licence/"))


def test_an_agency_says_what_it_does_how_to_reach_it_and_its_services(client: Client) -> None:
    page = page_of(client, "/en/agencies/planning/")
    for said in ("what may be built", "+34 900 100 220", "planning@port-lumen.example", "Quay Street 1"):
        assert said in words_of(page)
    assert titles(page) == ["Building permit"]
    start = page_of(client, "/en/services/building-permit/")
    assert start.find("a", href="/en/agencies/planning/") is not None


def test_agencies_of_others_are_among_the_agencies_and_say_so(
    client: Client, tmp_path: Path, now: dt.datetime
) -> None:
    load(*write_list(tmp_path, CAT, ROOF), at=now)
    names = [link.get_text() for link in page_of(client, "/en/agencies/").select(".result a")]
    assert names == ["Animal Welfare", "Cats’ Office", "Planning", "Roof Board", "Social Support"]
    page = page_of(client, "/en/agencies/cats-office/")
    assert "not an agency of the town" in words_of(page)
    assert titles(page) == ["Cat register"]
    page_of(client, "/en/agencies/dogs-office/", status=404)


def test_what_is_used_most_comes_first(client: Client, amina: Person, ben: Person, now: dt.datetime) -> None:
    assert "Nothing has been counted yet" in words_of(page_of(client, "/en/most-used/"))
    for person in (amina, ben):
        apply_for(person, service="heating-allowance", at=now)
    apply_for(amina, at=now)
    assert count_figures(at=now)
    assert titles(page_of(client, "/en/most-used/")) == ["Heating allowance", "Dog licence"]
    chips = [link.get_text() for link in page_of(client, "/en/").select(".hero .chips a")]
    assert chips == ["Heating allowance", "Dog licence"]
    assert "/en/most-used/" in str(page_of(client, "/en/services/"))


def test_a_page_that_is_not_found_offers_a_search(client: Client) -> None:
    page = page_of(client, "/en/nothing/here/", status=404)
    form = page.find("form", role="search")
    assert form is not None
    assert form["action"] == "/en/search/"
