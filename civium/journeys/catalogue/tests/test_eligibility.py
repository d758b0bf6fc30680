""" "Is this for me?": answered by anybody, kept nowhere, with a reason when it is no and a way on when it is yes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client

from civium.foundation.identity.models import Session
from civium.foundation.journal.models import Entry
from civium.journeys.catalogue.actions.check_folder import check_folder
from civium.journeys.catalogue.actions.publish_service import publish_folder
from civium.journeys.catalogue.carrying import CARRIED_FOR, TooLong, seal_answers
from civium.journeys.catalogue.carrying import open_answers as open_word

from .folders import change
from .test_stops import SERVICE, with_a_stop

CHECK = "\neligibility:\n  pages: [chip, no-chip]\n  instead: {no-chip: [heating-allowance]}\n"
BASE = "/en/services/dog-licence/check/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The dog licence with a check beforehand: does the dog have a chip, and which?"""
    folder = with_a_stop(tmp_path)
    with (folder / SERVICE).open("a", encoding="utf-8") as file:
        file.write(CHECK)
    return folder


@pytest.fixture
def checked(folder: Path, demo_services: object, now: dt.datetime) -> None:
    publish_folder(folder, by=None, at=now)


def errors(folder: Path) -> list[str]:
    return [problem.words for problem in check_folder(folder) if not problem.is_warning]


def answer(client: Client, address: str, **answers: str) -> HttpResponse:
    response = client.post(address, {**answers, "_shown": ["has_chip", "chip_number"]})
    assert isinstance(response, HttpResponse)
    return response


def soup(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


# --- answering -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("checked")
def test_the_start_page_leads_to_the_first_question(client: Client) -> None:
    start = soup(client.get("/en/services/dog-licence/"))
    assert start.find("a", href=BASE) is not None
    assert start.find("a", href="/en/services/building-permit/check/") is None
    response = client.get(BASE, follow=True)
    assert response.redirect_chain == [(f"{BASE}chip/", 302)]
    assert "Does your dog have a chip?" in response.content.decode()


@pytest.mark.usefixtures("checked")
def test_no_says_why_and_what_else(client: Client) -> None:
    there = answer(client, f"{BASE}chip/", has_chip="no", chip_number="941000012345678")["Location"]
    assert urlsplit(there).path == f"{BASE}no-chip/"
    page = soup(client.get(there))
    text = page.get_text(" ")
    assert "Your dog needs a chip" in text
    assert "Ask your vet." in text
    assert page.find("a", href="/en/services/heating-allowance/") is not None
    assert page.find("form", role="search") is not None
    assert not page.find("a", class_="button--start")
    back = page.find("a", string="Change your answer")
    assert back is not None
    assert str(back["href"]).startswith(f"{BASE}chip/?so-far=")


@pytest.mark.usefixtures("checked")
def test_yes_leads_on_and_shows_the_answers(client: Client) -> None:
    there = answer(client, f"{BASE}chip/", has_chip="yes", chip_number="941000012345678")["Location"]
    page = soup(client.get(there))
    assert "You can apply" in page.get_text()
    assert "941000012345678" in page.get_text()
    start = page.find("a", class_="button--start")
    assert start is not None
    assert str(start["href"]).startswith("/en/apply/dog-licence/?carry=")


@pytest.mark.usefixtures("checked")
def test_a_mistake_is_told_on_the_same_page(client: Client) -> None:
    response = answer(client, f"{BASE}chip/", has_chip="yes", chip_number="12")
    assert response.status_code == 422
    assert "The chip number must have exactly 15 digits" in response.content.decode()
    assert answer(client, f"{BASE}chip/", chip_number="941000012345678").status_code == 422


@pytest.mark.usefixtures("checked")
def test_nothing_is_kept_anywhere(client: Client) -> None:
    entries, sessions = Entry.objects.count(), Session.objects.count()
    there = answer(client, f"{BASE}chip/", has_chip="yes", chip_number="941000012345678")["Location"]
    client.get(there)
    assert (Entry.objects.count(), Session.objects.count()) == (entries, sessions)
    assert "941000012345678" not in there
    assert set(client.cookies) <= {"csrf"}


@pytest.mark.usefixtures("checked")
def test_the_middle_cannot_be_reached_without_the_beginning(client: Client) -> None:
    response = client.get(f"{BASE}no-chip/")
    assert (response.status_code, response["Location"]) == (302, BASE)
    assert client.get(f"{BASE}owner/").status_code == 302


@pytest.mark.usefixtures("checked")
@pytest.mark.parametrize("word", ["", "x", "AAAA", "%00", "x" * 7000, "é"])
def test_a_made_up_word_in_the_address_begins_anew(client: Client, word: str) -> None:
    response = client.get(f"{BASE}?so-far={word}")
    assert (response.status_code, response["Location"]) == (302, f"{BASE}chip/")


@pytest.mark.usefixtures("checked")
def test_answers_end_after_a_day_and_belong_to_one_service(client: Client, now: dt.datetime) -> None:
    word = seal_answers("dog-licence", {"has_chip": True}, at=now)
    assert open_word("dog-licence", word, at=now) == {"has_chip": True}
    assert open_word("heating-allowance", word, at=now) == {}
    assert open_word("dog-licence", word, at=now + CARRIED_FOR) == {}
    changed = word[:-4] + ("AAAA" if word[-4:] != "AAAA" else "BBBB")
    assert open_word("dog-licence", changed, at=now) == {}
    with pytest.raises(TooLong):
        seal_answers("dog-licence", {"why": "x" * 9000}, at=now)


@pytest.mark.usefixtures("checked")
def test_a_service_without_a_check_has_no_such_page(client: Client) -> None:
    assert client.get("/en/services/building-permit/check/").status_code == 404
    assert client.get("/en/services/nothing/check/").status_code == 404


# --- writing it ------------------------------------------------------------------------------------------------------


def test_a_check_can_be_written(folder: Path) -> None:
    assert errors(folder) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[chip, no-chip]", "[chip, nochip]", "the form has no page 'nochip'; did you mean 'no-chip'?"),
        ("[chip, no-chip]", "[chip]", "nobody could be told that it is not for them"),
        ("[chip, no-chip]", "[no-chip]", "beforehand this cannot be worked out"),
        ("[chip, no-chip]", "[chip, no-chip, price, proof]", "the page 'proof' cannot be asked beforehand"),
        (
            "{no-chip: [heating-allowance]}",
            "{chip: [heating-allowance]}",
            "the check does not stop at 'chip'",
        ),
        ("{no-chip: [heating-allowance]}", "{no-chip: [dog-licence]}", "this is the service itself"),
    ],
)
def test_a_check_that_cannot_work_is_told(folder: Path, old: str, new: str, words: str) -> None:
    change(folder, SERVICE, old, new)
    assert any(words in said for said in errors(folder)), errors(folder)
