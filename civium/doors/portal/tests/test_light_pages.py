"""Light pages come without the styles of ``more.scss``: nothing on them may be drawn by those alone."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client

from civium.foundation.design.built import read_build
from civium.foundation.identity.models import Person
from tests.applying import begin

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services")]


def classes_of(sheet: str) -> set[str]:
    text = (settings.STATIC_ROOT / read_build()["files"][sheet]).read_text(encoding="utf-8")
    return set(re.findall(r"\.([a-z][\w-]*)", text))


def test_pages_without_the_further_styles_use_none_of_them(client: Client, amina: Person) -> None:
    further = classes_of("more.css") - classes_of("civium.css")
    assert "timeline__entry" in further
    form = begin(amina)
    pages = ["/en/", "/en/services/", "/en/services/dog-licence/", "/en/search/?q=dog", "/en/search/?q=zzzz"]
    for address in pages:
        page = BeautifulSoup(client.get(address).content, "html.parser")
        assert not page.select("link[href*='/more.']"), address
        used = {name for tag in page.select("[class]") for name in tag["class"]}
        assert used.isdisjoint(further), address
    client.force_login(amina)
    filling = client.get(f"/en/applications/{form.id}/", follow=True)
    page = BeautifulSoup(filling.content, "html.parser")
    assert page.select("form input")
    assert not page.select("link[href*='/more.']")
    used = {name for tag in page.select("[class]") for name in tag["class"]}
    assert used.isdisjoint(further)
    assert BeautifulSoup(client.get("/en/my/").content, "html.parser").select("link[href*='/more.']")
