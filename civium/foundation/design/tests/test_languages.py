"""The language is in the address, and remembered when somebody chooses one."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.test import Client, RequestFactory

from civium.foundation.design.links import other_languages


def test_the_front_door_leads_to_the_browsers_language(client: Client) -> None:
    response = client.get("/", headers={"accept-language": "ar,en;q=0.5"})
    assert (response.status_code, response["Location"]) == (302, "/ar/")
    assert "Accept-Language" in response["Vary"]


def test_a_chosen_language_is_remembered_and_stronger_than_the_browsers(client: Client) -> None:
    response = client.get("/language/es/public/?q=1")
    assert response["Location"] == "/es/public/?q=1"
    assert client.cookies["language"].value == "es"
    assert client.get("/", headers={"accept-language": "ar"})["Location"] == "/es/"


@pytest.mark.parametrize(
    ("next_page", "becomes"),
    [
        ("/en/my/data/?page=2", "/ar/my/data/?page=2"),
        ("/en", "/ar/"),
        ("/share/out/", "/share/out/"),
        ("//evil.example/en/", "//evil.example/en/"),
        ("https://evil.example/en/", "https://evil.example/en/"),
        ("xen/my/", "xen/my/"),
    ],
)
def test_where_one_goes_after_signing_in_is_in_the_chosen_language_too(
    client: Client, next_page: str, becomes: str
) -> None:
    response = client.get("/language/ar/accounts/login/", {"next": next_page, "a": "1"})
    place, _, query = response["Location"].partition("?")
    assert place == "/ar/accounts/login/"
    assert QueryDict(query).dict() == {"next": becomes, "a": "1"}


def test_reading_a_page_remembers_nothing(client: Client) -> None:
    assert not client.get("/es/public/").cookies


@pytest.mark.parametrize("code", ["xx", "EN", "en-gb"])
def test_a_language_we_do_not_have_is_not_found(client: Client, code: str) -> None:
    assert client.get(f"/language/{code}/public/").status_code == 404


@pytest.mark.parametrize("rest", ["/evil.example/", "\\evil.example", "https://evil.example/"])
def test_choosing_a_language_never_leads_off_the_site(client: Client, rest: str) -> None:
    response = client.get(f"/language/es/{rest}")
    assert response["Location"].startswith("/es/")


def test_an_address_without_its_language_finds_its_page(client: Client) -> None:
    response = client.get("/public/?a=1", headers={"accept-language": "es"})
    assert response["Location"] == "/es/public/?a=1"
    assert client.get("/nowhere/").status_code == 404


def test_other_languages_show_the_same_page() -> None:
    request = RequestFactory().get("/en/services/dog-licence/?a=1")
    assert [(other.code, other.name, other.url) for other in other_languages(request)] == [
        ("es", "Español", "/language/es/services/dog-licence/?a=1"),
        ("ar", "العربية", "/language/ar/services/dog-licence/?a=1"),
    ]
    posted = RequestFactory().post("/en/apply/?secret=1")
    assert other_languages(posted)[0].url == "/language/es/apply/"
