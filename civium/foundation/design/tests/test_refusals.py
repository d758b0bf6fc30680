"""What people see when a view cannot answer, and what the log then knows."""

from __future__ import annotations

import logging
import re

import pytest
from django.test import Client


def test_a_refusal_becomes_a_page_in_its_own_words(client: Client) -> None:
    response = client.get("/en/refuses/")
    page = response.content.decode()
    assert response.status_code == 409
    assert "<h1>The case is decided already.</h1>" in page
    assert "You can appeal." in page


def test_a_script_gets_the_refusal_as_data(client: Client) -> None:
    response = client.get("/en/refuses/", headers={"accept": "application/json"})
    assert response.json() == {"message": "The case is decided already."}


def test_a_defect_becomes_a_page_with_a_reference_that_the_log_has(
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = Client(raise_request_exception=False)
    with caplog.at_level(logging.ERROR):
        response = client.post("/en/fails/?email=amina@example.org", {"name": "Amina Haddad"})
    page = response.content.decode()
    assert response.status_code == 500
    reference = re.search(r'class="reference"><bdi dir="ltr">(\w{8})<', page)
    assert reference
    assert reference[1] in caplog.text
    assert "ValueError" in caplog.text


def test_the_log_of_a_defect_holds_nobodys_data(caplog: pytest.LogCaptureFixture) -> None:
    client = Client(raise_request_exception=False)
    with caplog.at_level(logging.DEBUG):
        client.post("/en/fails/?email=amina@example.org", {"name": "Amina Haddad"})
    assert "Amina" not in caplog.text
    assert "amina" not in caplog.text


def test_a_defect_still_fails_the_test_that_met_it(client: Client) -> None:
    with pytest.raises(ValueError, match="name"):
        client.get("/en/fails/")


def test_the_pages_of_refusals_are_in_the_readers_language(client: Client) -> None:
    page = client.get("/ar/nowhere/").content.decode()
    assert '<html lang="ar" dir="rtl">' in page


def test_a_form_that_is_too_old_says_what_to_do() -> None:
    response = Client(enforce_csrf_checks=True).post("/en/refuses/")
    assert response.status_code == 403
    assert "This page was open for too long." in response.content.decode()


@pytest.mark.parametrize("path", ["/en/nowhere/", "/en/public/x/"])
def test_not_there_is_always_the_same_page(client: Client, path: str) -> None:
    def body(address: str) -> str:
        return client.get(address).content.decode().replace(address.removeprefix("/en/"), "")

    assert body(path) == body("/en/else/")
