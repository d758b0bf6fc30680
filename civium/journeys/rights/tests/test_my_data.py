"""The first page of "My data"."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.test import Client

from civium.foundation.identity.models import Person
from civium.journeys.catalogue.actions.publish_service import publish_folder
from tests.cast import NOW


def test_it_leads_only_to_pages_that_are_there(client: Client, amina: Person) -> None:
    client.force_login(amina)
    page = client.get("/en/my/data/").content.decode()
    assert "data-request" not in page
    for address in {part.partition('"')[0] for part in page.split('<h3><a href="')[1:]}:
        assert client.get(address).status_code == 200, address


def test_it_leads_to_the_service_for_requests_when_the_town_offers_it(client: Client, amina: Person) -> None:
    publish_folder(Path(settings.CIVIUM_SERVICES) / "data-request", by=None, at=NOW)
    client.force_login(amina)
    assert "/services/data-request/" in client.get("/en/my/data/").content.decode()
