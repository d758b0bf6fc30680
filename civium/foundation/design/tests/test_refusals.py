"""What people see when a view cannot answer, and what the log then knows."""

from __future__ import annotations

import logging
import re

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.outage import gone


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


@pytest.mark.django_db
def test_a_database_that_cannot_becomes_a_page_that_sends_the_same_once_more(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sent = {"name": 'Amina "A" <Haddad>\nabc', "size": ["s", "l"], "do": "save"}
    client = Client(raise_request_exception=False)
    with gone():
        answer = client.post("/en/saves/?step=2", sent)
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "30", "no-store")
    form = BeautifulSoup(answer.content, "html.parser").select_one("main form")
    assert form is not None
    assert (form["method"], form["action"]) == ("post", "/en/saves/?step=2")
    assert [(each["name"], each["value"]) for each in form.select("input")] == [
        ("name", sent["name"]),
        ("size", "s"),
        ("size", "l"),
        ("do", "save"),
    ]
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "OperationalError" in caplog.text
    assert "mina" not in caplog.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sent", [{"login": "amina", "password": "port lumen"}, {"proof": SimpleUploadedFile("a.pdf", b"%PDF")}]
)
def test_passwords_and_files_are_asked_for_again(sent: dict[str, object]) -> None:
    client = Client(raise_request_exception=False)
    with gone():
        answer = client.post("/en/saves/", sent, headers={"referer": "http://testserver/en/form/?part=2"})
        away = client.post("/en/saves/", sent, headers={"referer": "https://elsewhere.example/"})
    page = BeautifulSoup(answer.content, "html.parser")
    assert answer.status_code == 503
    assert page.select("main form") == []
    assert page.select_one("main a.button")["href"] == "http://testserver/en/form/?part=2"  # type: ignore[index]
    assert "elsewhere" not in away.content.decode()


@pytest.mark.django_db
def test_a_page_that_cannot_be_read_just_now_leads_to_itself_and_tells_scripts() -> None:
    client = Client(raise_request_exception=False)
    with gone():
        page, told = (
            client.get("/es/saves/?of=3"),
            client.get("/en/saves/", headers={"accept": "application/json"}),
        )
    link = BeautifulSoup(page.content, "html.parser").select_one("main a.button")
    assert link is not None
    assert link["href"] == "/es/saves/?of=3"
    assert (told.status_code, told["Retry-After"]) == (503, "30")
    assert told.json()["message"]


@pytest.mark.django_db
def test_what_fails_after_the_page_was_made_is_not_sent_twice() -> None:
    client = Client(raise_request_exception=False)
    client.get("/en/personal/")
    with gone():
        answer = client.post("/en/personal/", {"name": "Amina"})
    assert answer.status_code == 503
    assert BeautifulSoup(answer.content, "html.parser").select("main form") == []
