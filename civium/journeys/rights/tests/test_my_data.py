"""The first page of "My data"."""

from __future__ import annotations

from bs4 import BeautifulSoup
from django.test import Client

from civium.foundation.identity.models import Person
from tests.applying import apply_for
from tests.offer import publish_ours


def test_it_leads_only_to_pages_that_are_there(client: Client, amina: Person) -> None:
    client.force_login(amina)
    page = client.get("/en/my/data/").content.decode()
    assert "data-request" not in page
    for address in {part.partition('"')[0] for part in page.split('<h3><a href="')[1:]}:
        assert client.get(address).status_code == 200, address


def test_it_leads_to_the_service_for_requests_when_the_town_offers_it(client: Client, amina: Person) -> None:
    publish_ours("data-request")
    client.force_login(amina)
    assert "/services/data-request/" in client.get("/en/my/data/").content.decode()


def test_each_request_has_a_title_its_day_and_its_state(
    client: Client, amina: Person, at_nine: object
) -> None:
    publish_ours("data-request")
    case = apply_for(amina, "data-request", 2)
    client.force_login(amina)
    card = BeautifulSoup(client.get("/en/my/data/").content, "html.parser").select_one(
        "#requests article, article.case"
    )
    assert card is not None
    words = " ".join(card.get_text(" ").split())
    for said in (
        "Correct something that is wrong",
        "Asked on 2 March 2026",
        "Received",
        "Decision by 2 April 2026",
        case.shown_reference,
    ):
        assert said in words
