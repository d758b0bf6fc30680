"""Light pages say which style sheets they come without: nothing on them may be drawn by those alone."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from civium.engines.cases.models import Case
from civium.foundation.design.built import read_build
from civium.foundation.identity.models import Person
from civium.journeys.applications.models import Application
from tests.applying import begin, fill_in
from tests.offer import publish_ours

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services")]


FURTHER = {"finding", "forms", "more"}


def classes_of(sheet: str) -> set[str]:
    text = (settings.STATIC_ROOT / read_build()["files"][sheet]).read_text(encoding="utf-8")
    return set(re.findall(r"\.([a-z][\w-]*)", text))


def sheets_and_classes(answer: HttpResponse) -> tuple[set[str], set[str]]:
    page = BeautifulSoup(answer.content, "html.parser")
    links = [str(link["href"]) for link in page.select("link[rel=stylesheet]")]
    sheets = {found[1] for link in links if (found := re.search(r"/(\w+)\.[^/]*css$", link))}
    return sheets, {name for tag in page.select("[class]") for name in tag["class"]}


def draws_all(answer: HttpResponse, *, sheets: set[str]) -> bool:
    """Whether the page comes with these sheets and uses nothing that only the others draw."""
    given, used = sheets_and_classes(answer)
    there = set().union(*(classes_of(f"{sheet}.css") for sheet in given))
    missing = set().union(*(classes_of(f"{sheet}.css") for sheet in FURTHER - given)) - there
    return given == sheets and used.isdisjoint(missing)


@pytest.mark.parametrize(
    "address", ["", "services/", "services/dog-licence/", "search/?q=dog", "search/?q=zzzz"]
)
def test_what_one_reads_comes_without_fields_and_cases(client: Client, address: str) -> None:
    assert draws_all(client.get(f"/en/{address}"), sheets={"civium", "finding"})


def test_a_form_comes_without_cases(client: Client, amina: Person) -> None:
    form = begin(amina)
    client.force_login(amina)
    filling = client.get(f"/en/applications/{form.id}/", follow=True)
    assert b"<input" in filling.content
    assert draws_all(filling, sheets={"civium", "forms"})


def test_ones_own_page_and_the_check_of_answers_come_without_fields(client: Client, her_case: Case) -> None:
    form = fill_in(begin(her_case.applicant))
    client.force_login(her_case.applicant)
    assert draws_all(client.get("/en/my/"), sheets={"civium", "more"})
    assert draws_all(client.get(f"/en/applications/{form.id}/check/"), sheets={"civium", "more"})


@pytest.mark.usefixtures("at_nine")
def test_the_check_of_answers_comes_with_fields_where_it_asks_for_an_address(client: Client) -> None:
    publish_ours("bulky-waste")
    begun = client.post("/en/apply/bulky-waste/")["Location"].split("/")[3]
    fill_in(Application.objects.select_related("draft", "applicant").get(pk=begun))
    page = client.get(f"/en/applications/{begun}/check/")
    assert b'name="email"' in page.content
    assert draws_all(page, sheets={"civium", "forms", "more", "rows"})


def test_the_pages_of_the_account_come_with_fields_alone(client: Client) -> None:
    for address in ("login/", "signup/", "password/reset/"):
        assert draws_all(client.get(f"/en/account/{address}"), sheets={"civium", "forms"})


def test_every_other_page_has_all(client: Client, amina: Person) -> None:
    client.force_login(amina)
    assert draws_all(client.get("/en/my/messages/"), sheets={"civium", *FURTHER})


def weight(client: Client, address: str) -> int:
    """What makes the page useful, in bytes on the wire: its words and its style sheets."""
    answer = client.get(address, headers={"accept-encoding": "gzip, deflate, br, zstd"})
    assert answer["content-encoding"] in {"br", "zstd", "gzip"}
    sheets, _ = sheets_and_classes(client.get(address))
    files = [settings.STATIC_ROOT / f"{read_build()['files'][f'{sheet}.css']}.br" for sheet in sheets]
    return len(answer.content) + sum(file.stat().st_size for file in files)


def test_the_front_page_and_a_form_are_useful_at_twelve_kilobytes(client: Client, amina: Person) -> None:
    form = begin(amina)
    assert 6_000 < weight(client, "/en/") < 12_000
    client.force_login(amina)
    first = client.get(f"/en/applications/{form.id}/")["Location"]
    assert 6_000 < weight(client, first) < 12_000
    assert 6_000 < weight(client, "/en/my/") < 12_000
