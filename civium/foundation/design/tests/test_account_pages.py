"""The account library's pages: in our layout, in plain words, with what the browser needs to help."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client

pytestmark = pytest.mark.django_db


def read(client: Client, path: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(path).content, "html.parser")


@pytest.mark.parametrize("page", ["login", "signup", "password/reset", "password/reset/done"])
@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_each_page_has_our_layout(client: Client, page: str, language: str) -> None:
    read_page = read(client, f"/{language}/account/{page}/")
    assert read_page.html is not None
    assert read_page.html["lang"] == language
    assert len(read_page.select("main#main")) == 1
    assert len(read_page.select("h1")) == 1
    assert read_page.select_one("a.skip-link")
    assert read_page.select_one("footer")


def test_signing_in_offers_the_passkey_first_and_lets_the_browser_fill_in(client: Client) -> None:
    page = read(client, "/en/account/login/")
    buttons = [button.get_text(strip=True) for button in page.select("main button")]
    assert buttons[0] == "Sign in with a passkey"
    login, password = page.select_one("#id_login"), page.select_one("#id_password")
    assert login is not None
    assert password is not None
    assert login["autocomplete"] in {"email", "username", "email webauthn"}
    assert password["autocomplete"] == "current-password"


def test_each_demo_account_can_be_used_with_one_press(client: Client) -> None:
    page = read(client, "/en/account/login/?next=/en/personal/")
    forms = page.select(".demo-accounts form")
    assert len(forms) == 9
    sent = {field["name"]: field["value"] for field in forms[0].select("input")}
    assert sent["login"].endswith("@port-lumen.example")
    assert sent["next"] == "/en/personal/"
    assert {"password", "csrfmiddlewaretoken"} <= set(sent)


def test_a_town_that_is_no_demo_shows_no_accounts(client: Client, settings) -> None:
    settings.CIVIUM_DEMO = False
    assert not read(client, "/en/account/login/").select(".demo-accounts")


def test_mistakes_are_listed_and_say_what_to_do(client: Client) -> None:
    page = BeautifulSoup(client.post("/en/account/signup/", {}).content, "html.parser")
    assert page.title is not None
    assert page.title.get_text().startswith("Error: ")
    links = {link["href"]: link.get_text() for link in page.select(".govuk-error-summary a")}
    assert links["#id_email"] == "Enter your e-mail address"
    assert all(page.select_one(target) for target in links)


def test_a_wrong_password_leads_back_to_the_first_field(client: Client) -> None:
    answer = client.post("/en/account/login/", {"login": "nobody@example.org", "password": "wrong"})
    page = BeautifulSoup(answer.content, "html.parser")
    link = page.select_one(".govuk-error-summary a")
    assert link is not None
    assert link["href"] == "#id_login"
