"""Amina's browser, and her cases."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup, Tag
from django.http import HttpResponse
from django.test import Client

from civium.foundation.identity.models import Person
from tests.applying import apply_for
from tests.cast import NOW


@pytest.fixture
def her(amina: Person, at_nine: dt.datetime) -> Client:
    """Amina's browser, on the morning of the cast."""
    client = Client()
    client.force_login(amina)
    return client


def main_of(response: HttpResponse) -> Tag:
    """The main part of the page."""
    found = BeautifulSoup(response.content, "html.parser").select_one("main")
    assert found is not None
    return found


def words_of(response: HttpResponse) -> str:
    """What the main part of the page says."""
    return main_of(response).get_text(" ", strip=True)


def apply_often(person: Person, count: int) -> None:
    """As many dog licences, an hour apart, the newest last."""
    for number in range(count):
        apply_for(person, example=2, at=NOW - dt.timedelta(hours=count - number), dog_name=f"Dog {number}")
