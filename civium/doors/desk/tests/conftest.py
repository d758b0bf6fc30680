"""Members of staff at their desks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup, Tag
from django.http import HttpResponse
from django.test import Client

from civium.foundation.identity.models import Person


@pytest.fixture
def desk_of(at_nine: dt.datetime) -> Callable[[Person], Client]:
    """The browser of a member of staff, on the morning of the cast."""

    def sit_down(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return sit_down


def main_of(response: HttpResponse) -> Tag:
    """The main part of the page."""
    found = BeautifulSoup(response.content, "html.parser").select_one("main")
    assert found is not None
    return found


def words_of(response: HttpResponse) -> str:
    """What the main part of the page says."""
    return main_of(response).get_text(" ", strip=True)


def side_of(response: HttpResponse) -> dict[str, str]:
    """The side navigation: what each link is called, and its count."""
    side = BeautifulSoup(response.content, "html.parser").select_one("nav.side")
    assert side is not None
    return {
        link.select_one("span").get_text(): (
            link.select_one(".side__count").get_text() if link.select_one(".side__count") else ""
        )
        for link in side.select("a")
    }
