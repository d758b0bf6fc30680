"""The search page: why a result is there, what to do when there is none, and whether it was this."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from civium.engines.search.actions.put_documents import put_documents
from civium.engines.search.models import Answer
from civium.engines.search.queries import look_again
from civium.engines.search.schema import Document
from tests.browser import DESKTOP, PHONE, axe, fits
from tests.cast import NOW

pytestmark = pytest.mark.usefixtures("demo_services")


def page_of(client: Client, address: str) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def words_of(client: Client, address: str) -> str:
    return " ".join(page_of(client, address).select_one("main").get_text(" ").split())  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("pup", "Because you searched “ pup ”: “ puppy ” begins with it"),
        ("heatng", "Because you searched “ heatng ”: similar to “ heating ”"),
        ("planning permission", "Found by:"),
    ],
)
def test_a_result_says_why_it_is_there(client: Client, query: str, why: str) -> None:
    assert why in words_of(client, f"/en/search/?q={quote(query)}")


def test_what_answers_is_marked(client: Client) -> None:
    marks = page_of(client, "/en/search/?q=licences+for+dogs").select(".result mark")
    assert {mark.get_text().lower() for mark in marks} >= {"dog", "licence"}


def test_words_of_two_with_an_error_are_offered_as_meant(client: Client) -> None:
    page = page_of(client, "/en/search/?q=dog+licennce")
    assert page.find("a", href="/en/search/?q=dog%20licence") is not None


def test_nothing_found_offers_words_topics_and_people(client: Client) -> None:
    words = words_of(client, "/en/search/?q=heaxxxng")
    assert "We found nothing for" in words
    assert "Look by topic" in words
    assert "Ask a person" in words
    assert "Tell the town that it is missing" in words


def test_what_was_found_in_another_language_is_shown_in_the_readers(client: Client) -> None:
    page = page_of(client, "/es/search/?q=puppy")
    titles = page.select(".result h3")
    assert [title.get_text() for title in titles][:1] == ["Licencia para perros"]
    assert not titles[0].has_attr("lang")
    found = json.loads(client.get("/es/search/suggestions/", {"q": "puppy"}).content)["options"]
    assert (found[0]["name"], found[0]["language"]) == ("Licencia para perros", "es")


def test_what_is_typed_is_shown_in_its_own_direction_and_never_as_markup(client: Client) -> None:
    page = page_of(client, "/ar/search/?q=" + quote('<img src=x onerror="alert(1)">zzqx'))
    assert page.find("img", src="x") is None
    assert page.select_one("[role=status] bdi") is not None


@pytest.mark.parametrize(
    "query", ["x" * 10_000, "🐕" * 300, "'; DROP TABLE x; --", "\u202edog", "%00", "a\x00b"]
)
def test_no_query_breaks_the_page_or_what_it_suggests(client: Client, query: str) -> None:
    for address in ("/en/search/", "/ar/search/suggestions/"):
        assert client.get(address, {"q": query}).status_code == 200
    assert client.post("/en/search/answer/", {"q": query, "was_it": "no"}).status_code == 302


def test_suggestions_come_as_one_types(client: Client) -> None:
    found = json.loads(client.get("/en/search/suggestions/", {"q": "do"}).content)["options"]
    assert found[0] == {
        "name": "Dog licence",
        "href": "/en/services/dog-licence/",
        "language": "en",
        "direction": "ltr",
    }
    found = json.loads(client.get("/ar/search/suggestions/", {"q": "رخ"}).content)["options"]
    assert {option["direction"] for option in found} == {"rtl"}
    assert json.loads(client.get("/en/search/suggestions/", {"q": ""}).content) == {"options": []}


def test_what_other_rooms_put_into_the_tables_is_found_beside_services(client: Client) -> None:
    document = Document(
        "7", "en", {"title": "Dog on the beach", "summary": "Seen by the harbour"}, "/reports/7/"
    )
    put_documents([document], source="reports", at=NOW)
    look_again()
    page = page_of(client, "/en/search/?q=dog")
    assert page.find("a", href="/en/reports/7/") is not None
    assert page.find("a", href="/en/services/dog-licence/") is not None
    look_again()


def test_people_say_whether_it_was_there(client: Client) -> None:
    answer = client.post("/en/search/answer/", {"q": "Dog  Licence", "was_it": "no"}, follow=True)
    words = BeautifulSoup(answer.content, "html.parser").get_text(" ")
    assert "Thank you" in words
    assert "Ask a person" in words
    assert "Was it there?" not in words
    client.post("/en/search/answer/", {"q": "dog licence", "was_it": "yes"})
    row = Answer.objects.get()
    assert (row.query, row.language, row.found, row.missed, row.is_known) == ("dog licence", "en", 1, 1, True)


def test_an_answer_needs_a_token(client: Client) -> None:
    careful = Client(enforce_csrf_checks=True)
    assert careful.post("/en/search/answer/", {"q": "dog", "was_it": "yes"}).status_code == 403
    assert not Answer.objects.exists()


@pytest.mark.parametrize(("language", "typed", "width"), [("en", "do", PHONE), ("ar", "رخ", DESKTOP)])
def test_a_suggestion_is_chosen_with_the_keyboard(
    site: Any, new_page: Callable[..., Any], language: str, typed: str, width: int
) -> None:
    page = new_page(language=language, width=width)
    page.goto(f"/{language}/")
    box = page.get_by_role("combobox")
    box.press_sequentially(typed, delay=20)
    first = page.get_by_role("option").first
    first.wait_for()
    box.press("ArrowDown")
    assert first.get_attribute("aria-selected") == "true"
    assert box.get_attribute("aria-activedescendant") == first.get_attribute("id")
    axe(page)
    fits(page)
    box.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url(f"**/{language}/services/**")


def test_enter_without_choosing_searches(site: Any, new_page: Callable[..., Any]) -> None:
    page = new_page()
    page.goto("/en/")
    box = page.get_by_role("combobox")
    box.press_sequentially("dog")
    page.get_by_role("option").first.wait_for()
    box.press("Enter")
    page.wait_for_url("**/search/?q=dog")
