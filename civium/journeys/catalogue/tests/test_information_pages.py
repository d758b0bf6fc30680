"""Pages about services that this site takes no applications for: written by hand or loaded from a list."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import NotFound
from civium.journeys.catalogue.actions.check_folder import check_folder
from civium.journeys.catalogue.actions.publish_service import CannotPublish, publish_folder
from civium.journeys.catalogue.actions.withdraw_service import withdraw_service
from civium.journeys.catalogue.queries import get_listed, get_offer, get_offer_version

from .pages import CAT, ROOF, load, write_list

SERVICE = """service: passport
agency: national-police
topics: [home]
information: true
"""
WORDS = """title: Passport
summary: Get or renew your passport.
keywords: [travel]
agency: National Police
who: Citizens of any age.
need: [Your identity card]
how: Book a time, **then go there**.
cost: 30 euros
how_long: On the same day.
links:
  - {to: "https://www.passports.example.org/book", text: Book a time}
  - {to: "https://help.example.org/"}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "passport"
    folder.mkdir()
    (folder / "service.yaml").write_text(SERVICE, encoding="utf-8")
    (folder / "texts.en.yaml").write_text(WORDS, encoding="utf-8")
    return folder


def page_of(client: Client, address: str) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_a_page_written_by_hand_has_nothing_wrong(folder: Path) -> None:
    assert [str(problem) for problem in check_folder(folder)] == []


@pytest.mark.django_db
def test_it_is_published_and_says_who_what_how_and_where(
    client: Client, folder: Path, now: dt.datetime
) -> None:
    publish_folder(folder, by=None, at=now)
    page = page_of(client, "/en/services/passport/")
    main = page.find("main")
    assert main is not None
    text = " ".join(main.get_text(" ").split())
    for said in (
        "Passport",
        "Citizens of any age",
        "Your identity card",
        "30 euros",
        "National Police",
        "On the same day",
    ):
        assert said in text
    links = {str(link["href"]): link for link in main.select("a[rel~=external]")}
    assert list(links) == ["https://www.passports.example.org/book", "https://help.example.org/"]
    assert all("noopener" in link["rel"] for link in links.values())
    assert "passports.example.org" in text
    assert not main.select(".button--start")
    assert str(main.select_one(".prose strong")) == "<strong>then go there</strong>"


@pytest.mark.django_db
def test_nobody_can_apply_for_it(client: Client, folder: Path, amina: Person, now: dt.datetime) -> None:
    publish_folder(folder, by=None, at=now)
    assert get_listed("passport").name == "passport"
    for ask in (lambda: get_offer("passport"), lambda: get_offer_version("passport", 1)):
        with pytest.raises(NotFound):
            ask()
    client.force_login(amina)
    assert client.get("/en/apply/passport/").status_code == 404
    assert client.get("/en/services/passport/check/").status_code == 404


@pytest.mark.django_db
def test_a_withdrawn_page_says_so(client: Client, folder: Path, now: dt.datetime) -> None:
    publish_folder(folder, by=None, at=now)
    withdraw_service("passport", by=None, at=now)
    assert "This page is closed" in page_of(client, "/en/services/passport/").get_text()
    assert "Passport" not in page_of(client, "/en/services/").get_text()


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "words"),
    [
        ("service.yaml", "information: true", "information: maybe", 4, "'information'"),
        ("service.yaml", "topics: [home]", "form: []", 3, "'form'"),
        ("service.yaml", "topics: [home]", "topics: [hom]", 3, "did you mean 'home'"),
        ("texts.en.yaml", "agency: National Police\n", "", 2, "town.yaml has no agency 'national-police'"),
        ("texts.en.yaml", "title: Passport\n", "", 1, "'title' is missing"),
        ("texts.en.yaml", "https://help.example.org/", "javascript:alert(1)", 12, "is not a web address"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(
    folder: Path, file: str, old: str, new: str, line: int, words: str
) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    told = [problem for problem in check_folder(folder) if words in problem.words]
    assert [problem.line for problem in told] == [line], [str(problem) for problem in check_folder(folder)]


@pytest.mark.django_db
def test_a_page_with_mistakes_is_not_published(folder: Path, now: dt.datetime) -> None:
    (folder / "texts.en.yaml").write_text("summary: No title\n", encoding="utf-8")
    with pytest.raises(CannotPublish):
        publish_folder(folder, by=None, at=now)


@pytest.mark.django_db
def test_lists_say_that_it_is_got_elsewhere_and_from_whom(
    client: Client, tmp_path: Path, now: dt.datetime
) -> None:
    load(*write_list(tmp_path, CAT, ROOF), at=now)
    [first, second] = page_of(client, "/en/services/").select(".result .meta")
    assert " ".join(first.get_text().split()) == "Not on this site · Cats’ Office"
    assert "Roof Board" in second.get_text()


@pytest.mark.django_db
def test_hostile_words_are_only_words(client: Client, tmp_path: Path, now: dt.datetime) -> None:
    nasty = '<img src=x onerror=alert(1)>"]]> ![](https://tracker.example/x.png)'
    row = (
        "1",
        f"Cat {nasty}",
        nasty * 9,
        f"Cats {nasty}",
        "A",
        f"- {nasty}",
        "https://a.example/'\"><script>alert(1)</script>",
    )
    load(*write_list(tmp_path, row), at=now)
    for address in ("/en/services/demo-1/", "/en/services/", "/ar/services/demo-1/", "/en/agencies/"):
        page = page_of(client, address)
        main = page.find("main")
        assert main is not None
        assert main.select("img[src=x], script, [onerror], img[src*=tracker]") == []
