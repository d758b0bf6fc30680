"""Lists that a service chooses from: found beside it, checked line by line, kept with the version for good, asked as people type."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from civium.foundation.identity.models import Person
from civium.journeys.catalogue.actions.check_folder import check_folder
from civium.journeys.catalogue.actions.publish_service import publish_folder
from civium.journeys.catalogue.models import PublishedList, Unchangeable
from civium.journeys.catalogue.queries import get_offer, get_offer_version

from .folders import change, copy_of

BREEDS = (
    "code,en,es,ar\npodenco,Podenco,Podenco,بودينكو\nmastin,Spanish Mastiff,Mastín español,ماستيف إسباني\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The dog licence, asking for the breed from a list."""
    folder = copy_of("dog-licence", tmp_path)
    document = (folder / "service.yaml").read_text(encoding="utf-8")
    asked = next(line for line in document.splitlines() if "name: breed" in line)
    change(folder, "service.yaml", asked, "      - {name: breed, type: from-list, list: breeds}")
    (folder / "tests.yaml").write_text("[]\n", encoding="utf-8")
    (folder / "lists").mkdir()
    (folder / "lists/breeds.csv").write_text(BREEDS, encoding="utf-8")
    return folder


def said(folder: Path) -> list[str]:
    """What is wrong with the lists, with the file's name and line."""
    return [
        f"{Path(one.file).name}:{one.line}: {one.words}"
        for one in check_folder(folder)
        if "list" in one.words or one.file.endswith(".csv")
    ]


def test_a_list_may_lie_in_the_service_or_beside_it(folder: Path) -> None:
    assert said(folder) == []
    (folder / "lists").rename(folder.parent / "lists")
    assert said(folder) == []


def test_a_list_that_is_not_there_is_told_at_its_question(folder: Path) -> None:
    (folder / "lists/breeds.csv").rename(folder / "lists/breed.csv")
    line = (folder / "service.yaml").read_text(encoding="utf-8").split("list: breeds")[0].count("\n") + 1
    assert f"service.yaml:{line}: there is no lists/breeds.csv; did you mean 'breed'?" in said(folder)
    assert "breed.csv:1: nothing chooses from 'breed.csv'; did you mean 'breeds'?" in said(folder)


def test_a_mistake_in_a_list_is_told_with_its_line(folder: Path) -> None:
    (folder / "lists/breeds.csv").write_text(BREEDS + "podenco,Again,,\n", encoding="utf-8")
    assert said(folder) == ["breeds.csv:4: the code 'podenco' stands in line 2 already"]


def test_a_language_that_a_list_lacks_is_a_warning(folder: Path) -> None:
    (folder / "lists/breeds.csv").write_text("code,en,es\npodenco,Podenco,Podenco\n", encoding="utf-8")
    [problem] = [one for one in check_folder(folder) if one.file.endswith(".csv")]
    assert problem.is_warning
    assert "'ar'" in problem.words


def test_a_published_version_keeps_its_list(folder: Path, dana: Person, now: dt.datetime) -> None:
    first = publish_folder(folder, by=dana, at=now)
    (folder / "lists/breeds.csv").write_text(BREEDS.replace("Podenco", "Ibizan Hound"), encoding="utf-8")
    second = publish_folder(folder, by=dana, at=now)
    assert (first.number, second.number) == (1, 2)
    older, newer = get_offer_version("dog-licence", 1), get_offer("dog-licence")
    assert older.lists["breeds"].label("podenco", "en") == "Podenco"
    assert newer.lists["breeds"].label("podenco", "en") == "Ibizan Hound"
    assert newer.form.lists is newer.lists


def test_the_same_list_is_kept_once_and_never_changed(folder: Path, dana: Person, now: dt.datetime) -> None:
    publish_folder(folder, by=dana, at=now)
    assert publish_folder(folder, by=dana, at=now).number == 1
    change(folder, "texts.en.yaml", "summary: Get or renew", "summary: Get, or renew,")
    assert publish_folder(folder, by=dana, at=now).number == 2
    kept = PublishedList.objects.get()
    with pytest.raises(Unchangeable):
        kept.delete()
    with pytest.raises(Unchangeable):
        PublishedList.objects.update(content="{}")


def test_a_service_without_lists_keeps_its_digest(tmp_path: Path, dana: Person, now: dt.datetime) -> None:
    version = publish_folder(copy_of("building-permit", tmp_path), by=dana, at=now)
    assert version.lists == "{}"
    assert not PublishedList.objects.exists()


def test_suggestions_are_in_the_readers_language(folder: Path, dana: Person, now: dt.datetime) -> None:
    publish_folder(folder, by=dana, at=now)
    digest, client = PublishedList.objects.get().digest, Client()

    def ask(language: str, typed: str) -> list[dict[str, str]]:
        with override(language):
            address = reverse("catalogue:list", args=[digest])
        answer = client.post(address, {"typed": typed})
        assert answer.status_code == 200
        found: list[dict[str, str]] = answer.json()["options"]
        return found

    assert ask("es", "mastin") == [
        {"code": "mastin", "name": "Mastín español", "language": "es", "direction": "ltr"}
    ]
    [arabic] = ask("ar", "ماست")
    assert (arabic["name"], arabic["direction"]) == ("ماستيف إسباني", "rtl")
    assert ask("en", "") == ask("en", "zzzz") == []
    assert ask("en", "x" * 100_000) == []


def test_a_list_that_was_never_published_is_not_found(db: None, client: Client) -> None:
    assert client.post("/en/lists/none/", {"typed": "a"}).status_code == 404
    assert client.get("/en/lists/none/").status_code == 405
