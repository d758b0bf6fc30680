"""The pages on which people find a service and read about it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client

from civium.engines.search.queries import look_again
from civium.journeys.catalogue.actions.publish_service import publish_folder
from civium.journeys.catalogue.actions.withdraw_service import withdraw_service

from .folders import copy_of

pytestmark = pytest.mark.usefixtures("demo_services")


def _page(client: Client, address: str, status: int = 200) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == status, response.content[:500]
    return BeautifulSoup(response.content, "html.parser")


def _main(page: BeautifulSoup) -> str:
    main = page.find("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())


@pytest.mark.parametrize("language", ["en", "es", "ar"])
@pytest.mark.parametrize("service", ["dog-licence", "building-permit", "heating-allowance"])
def test_a_start_page_says_all_that_one_needs_to_know(client: Client, language: str, service: str) -> None:
    page = _page(client, f"/{language}/services/{service}/")
    main = page.find("main")
    assert main is not None
    assert [heading.get("id") for heading in main.find_all("h2")][:5] == [
        "who",
        "need",
        "cost",
        "next",
        "other",
    ]
    starts = main.find_all("a", class_="button--start")
    assert {start["href"] for start in starts} == {f"/{language}/apply/{service}/"}
    assert "+34 900 100 2" in _main(page)
    assert not main.find_all("form")
    assert not main.find_all(attrs={"lang": True})
    assert "((" not in _main(page)


def test_a_start_page_is_the_same_for_everybody_and_sets_no_cookie(client: Client) -> None:
    response = client.get("/en/services/dog-licence/")
    assert response.cookies == {}
    assert "csrf" not in response.content.decode()


def test_a_start_page_asks_the_database_nothing(client: Client, django_assert_num_queries: object) -> None:
    client.get("/en/services/dog-licence/")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    with django_assert_num_queries(0):  # type: ignore[operator]
        for address in (
            "/en/services/dog-licence/?fresh",
            "/es/services/?fresh",
            "/ar/topics/animals/?fresh",
        ):
            assert client.get(address).status_code == 200


def test_a_search_looks_once_a_second_whether_more_is_in_tables(
    client: Client, django_assert_num_queries: object
) -> None:
    look_again()
    client.get("/en/services/dog-licence/")
    with django_assert_num_queries(1):  # type: ignore[operator]
        for _time in range(5):
            assert client.get("/en/search/?q=dog").status_code == 200


def test_a_missing_translation_is_shown_in_another_language_and_marked(
    client: Client, tmp_path: Path, now: dt.datetime
) -> None:
    folder = copy_of("dog-licence", tmp_path)
    (folder / "texts.ar.yaml").unlink()
    publish_folder(folder, by=None, at=now)
    page = _page(client, "/ar/services/dog-licence/")
    heading = page.find("h1")
    assert heading is not None
    assert str(heading.span) == '<span dir="ltr" lang="en">Dog licence</span>'
    prose = page.find("div", class_="prose")
    assert prose is not None
    assert (prose["lang"], prose["dir"]) == ("en", "ltr")


def test_a_withdrawn_service_says_so_and_what_to_do(client: Client, now: dt.datetime) -> None:
    withdraw_service("dog-licence", by=None, at=now)
    page = _page(client, "/en/services/dog-licence/")
    assert "This service is closed" in _main(page)
    assert "+34 900 100 210" in _main(page)
    assert not page.find_all("a", class_="button--start")
    assert "Dog licence" not in _main(_page(client, "/en/services/"))


def test_a_page_changes_as_soon_as_the_service_does(client: Client, now: dt.datetime) -> None:
    assert "Start now" in _main(_page(client, "/en/services/dog-licence/"))
    withdraw_service("dog-licence", by=None, at=now)
    assert "Start now" not in _main(_page(client, "/en/services/dog-licence/"))


def test_all_services_are_listed_from_a_to_z(client: Client) -> None:
    titles = [heading.get_text() for heading in _page(client, "/en/services/").select(".result h3")]
    assert titles == ["Building permit", "Dog licence", "Heating allowance"]
    titles = [heading.get_text() for heading in _page(client, "/es/services/").select(".result h3")]
    assert titles == ["Ayuda para la calefacción", "Licencia de obras", "Licencia para perros"]


def test_topics_and_life_events_lead_to_their_services(client: Client) -> None:
    assert "Dog licence" in _main(_page(client, "/en/topics/animals/"))
    assert "Heating allowance" in _main(_page(client, "/en/life-events/hard-times/"))
    assert "Dog licence" not in _main(_page(client, "/en/life-events/hard-times/"))


def test_an_empty_topic_is_no_dead_end(client: Client, now: dt.datetime) -> None:
    withdraw_service("dog-licence", by=None, at=now)
    words = _main(_page(client, "/en/topics/animals/"))
    assert "+34 900 100 200" in words
    assert "Your home" in words


@pytest.mark.parametrize(
    "address",
    ["/en/services/cat-licence/", "/en/topics/cats/", "/en/life-events/never/", "/es/services/Dog-Licence/"],
)
def test_wrong_names_are_not_found(client: Client, address: str) -> None:
    _page(client, address, status=404)


@pytest.mark.parametrize(
    ("address", "first"),
    [
        ("/en/search/?q=puppy", "Dog licence"),
        ("/en/search/?q=planning+permission", "Building permit"),
        ("/es/search/?q=calefaccion", "Ayuda para la calefacción"),
        (f"/ar/search/?q={quote('كلب')}", "رخصة اقتناء كلب"),
        ("/en/search/?q=heatng", "Heating allowance"),
    ],
)
def test_search_finds_what_was_meant(client: Client, address: str, first: str) -> None:
    assert _page(client, address).select(".result h3")[0].get_text() == first


def test_search_says_why_and_offers_a_better_spelling(client: Client) -> None:
    assert "Found by: puppy" in _main(_page(client, "/en/search/?q=puppies"))
    page = _page(client, "/en/search/?q=heatng")
    assert page.find("a", href="/en/search/?q=heating") is not None


@pytest.mark.parametrize(
    "query", ["", "zzqx", "%00", "<script>alert(1)</script>", "x" * 5000, "%F0%9F%90%95"]
)
def test_search_is_never_a_dead_end(client: Client, query: str) -> None:
    page = _page(client, f"/en/search/?q={query}")
    assert "+34 900 100 200" in _main(page)
    assert page.select(".tile")
    assert "<script>alert" not in str(page)


def test_nothing_is_changed_by_a_post(client: Client) -> None:
    for address in ("/en/services/", "/en/services/dog-licence/", "/en/search/"):
        assert client.post(address).status_code == 405
