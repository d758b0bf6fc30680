"""Whoever must sign in to apply sees what for, and that making an account is as good a way as having one."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.test import Client

pytestmark = pytest.mark.usefixtures("demo_services")


def main_of(client: Client, address: str) -> BeautifulSoup:
    response = client.get(address, follow=True)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "Dog licence"), ("es", "Licencia para perros"), ("ar", "رخصة اقتناء كلب")],
)
def test_the_sign_in_page_names_the_service(client: Client, language: str, title: str) -> None:
    page = main_of(client, f"/{language}/apply/dog-licence/")
    lead = page.select_one(".lead b")
    assert lead is not None
    assert (lead.get_text(), lead["lang"]) == (title, language)
    account = page.select_one("a.button[href*=signup]")
    assert account is not None
    assert quote(f"/{language}/apply/dog-licence/", safe="") in quote(str(account["href"]), safe="%")
    assert title in main_of(client, str(account["href"])).get_text()


@pytest.mark.parametrize(
    "following",
    [
        "", "/en/my/", "/en/apply/nothing/", "/en/apply/", "https://evil.example/en/apply/dog-licence/pwned",
        "/en/services/dog-licence/?x=/apply/", "/apply/<script>", "//[/apply/",
    ],
)  # fmt: skip
def test_otherwise_it_is_the_usual_page(client: Client, following: str) -> None:
    page = main_of(client, f"/en/account/login/?next={quote(following)}")
    assert page.select_one(".lead b") is None
    assert "New here?" in page.get_text()
