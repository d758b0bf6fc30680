"""Agreeing, and agreeing no longer: one press each; and the browser's signal."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from civium.foundation.identity.models import Person
from civium.foundation.privacy.models import Consent, ConsentText
from civium.foundation.privacy.queries import has_consented
from civium.journeys.rights.holding_words import declared_cookies
from tests.applying import kinds_about
from tests.cast import PASSWORD

PAGE = "/en/my/data/consents/"


def press(client: Client, purpose: str, do: str, **headers: str) -> None:
    assert client.post(PAGE, {"purpose": purpose, "do": do}, headers=headers).status_code == 302


def test_it_is_as_easy_to_take_back_as_to_give(client: Client, amina: Person) -> None:
    client.force_login(amina)
    assert not has_consented(amina.vault_key, "news")
    press(client, "news", "give")
    assert has_consented(amina.vault_key, "news")
    press(client, "news", "withdraw")
    assert not has_consented(amina.vault_key, "news")
    assert kinds_about(amina.vault_key)[-2:] == ["ConsentGiven", "ConsentWithdrawn"]


def test_what_was_withdrawn_says_when_until_it_is_given_again(
    client: Client, amina: Person, at_nine: object
) -> None:
    client.force_login(amina)
    press(client, "news", "give")
    assert "Withdrawn on" not in client.get(PAGE).content.decode()
    press(client, "news", "withdraw")
    assert "Withdrawn on 2 March 2026" in client.get(PAGE).content.decode()
    press(client, "news", "give")
    assert "Withdrawn on" not in client.get(PAGE).content.decode()


def test_the_words_that_were_agreed_to_are_kept(client: Client, amina: Person) -> None:
    client.force_login(amina)
    press(client, "surveys", "give")
    text = ConsentText.objects.get()
    assert text.words in client.get(PAGE).content.decode()
    assert (text.version, text.language) == (1, "en")


def test_a_yes_to_older_words_is_no_yes_to_new_ones(client: Client, amina: Person) -> None:
    client.force_login(amina)
    press(client, "surveys", "give")
    Consent.objects.update(version=0)
    assert "I no longer agree" not in client.get(PAGE).content.decode()


def test_the_browsers_signal_ends_what_shares_data_and_nothing_else(client: Client, amina: Person) -> None:
    client.force_login(amina)
    for purpose in ("research", "news"):
        press(client, purpose, "give")
    page = client.get(PAGE, headers={"Sec-GPC": "1"}).content.decode()
    assert "Your browser says no for you" in page
    assert not has_consented(amina.vault_key, "research")
    assert has_consented(amina.vault_key, "news")
    press(client, "research", "give", **{"Sec-GPC": "1"})
    assert not has_consented(amina.vault_key, "research")
    assert Consent.objects.get(purpose="research").how == "signal"


def test_the_site_says_that_it_honours_the_signal(client: Client) -> None:
    assert client.get("/.well-known/gpc.json").json()["gpc"] is True


def test_a_purpose_that_the_town_does_not_have_cannot_be_agreed_to(client: Client, amina: Person) -> None:
    client.force_login(amina)
    assert client.post(PAGE, {"purpose": "sale", "do": "give"}).status_code == 404


def test_only_declared_cookies_are_set(client: Client, amina: Person, boris: Person) -> None:
    """A citizen and a member of staff walk about; whatever is in their browsers stands on the page about cookies."""
    known = {cookie.name for cookie in declared_cookies()}
    client.get("/language/es/en/")
    client.get("/en/account/login/")
    client.post("/en/account/login/", {"login": amina.email, "password": PASSWORD})
    client.post(PAGE, {"purpose": "news", "do": "give"})
    client.get("/en/my/")
    found = set(client.cookies)
    client.force_login(boris)
    client.get("/en/desk/")
    found |= set(client.cookies)
    assert {settings.SESSION_COOKIE_NAME, settings.CIVIUM_DEVICE_COOKIE} <= found
    assert found - known == set()
    page = client.get("/en/privacy/cookies/").content.decode()
    assert [name for name in known if name not in page] == []


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/en/privacy/cookies/", "/en/privacy/"])
def test_how_long_one_stays_signed_in_is_said_everywhere_as_the_settings_have_it(
    client: Client, settings: Any, address: str
) -> None:
    settings.CIVIUM_SESSION, settings.CIVIUM_STAFF_SESSION = (40, 7 * 60), (20, 3 * 60)
    page = client.get(address).content.decode()
    assert "when nothing happens for 40 minutes, and after 7 hours in any case" in page
    assert "after 20 minutes, and after 3 hours" in page
