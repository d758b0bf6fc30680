"""The first page of "My data"."""

from __future__ import annotations

import time

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from civium.engines.forms.queries import open_answers
from civium.foundation.identity.models import Person
from civium.foundation.kit.references import parse_reference
from civium.journeys.rights.rules import RESULTS, WAS_DONE
from tests.applying import again, apply_for, begin, fill_in
from tests.offer import publish_ours


def test_it_leads_only_to_pages_that_are_there(client: Client, amina: Person) -> None:
    client.force_login(amina)
    page = client.get("/en/my/data/").content.decode()
    assert "data-request" not in page
    for address in {part.partition('"')[0] for part in page.split('<h3><a href="')[1:]}:
        assert client.get(address).status_code == 200, address


def test_it_leads_to_the_service_for_requests_when_the_town_offers_it(client: Client, amina: Person) -> None:
    publish_ours("data-request")
    client.force_login(amina)
    assert "/services/data-request/" in client.get("/en/my/data/").content.decode()


def test_each_request_has_a_title_its_day_and_its_state(
    client: Client, amina: Person, at_nine: object
) -> None:
    publish_ours("data-request")
    case = apply_for(amina, "data-request", 2)
    client.force_login(amina)
    card = BeautifulSoup(client.get("/en/my/data/").content, "html.parser").select_one(
        "#requests article, article.case"
    )
    assert card is not None
    words = " ".join(card.get_text(" ").split())
    for said in (
        "Correct something that is wrong",
        "Asked on 2 March 2026",
        "Received",
        "Decision by 2 April 2026",
        case.shown_reference,
    ):
        assert said in words


@pytest.mark.usefixtures("at_nine", "demo_services")
def test_whoever_means_a_case_chooses_it_from_their_own(client: Client, amina: Person, ben: Person) -> None:
    publish_ours("data-request")
    hers, his = apply_for(amina), apply_for(ben)
    request = fill_in(begin(amina, "data-request"), 1, erase_case=hers.reference)
    place = f"/en/applications/{request.pk}/pages/erasure/"
    client.force_login(amina)
    page = BeautifulSoup(client.get(place).content, "html.parser")
    offered = [each["value"] for each in page.select("input[name=erase_case]")]
    assert offered == [hers.reference]
    label = page.select_one(f"label[for={page.select_one('input[name=erase_case]')['id']}]")  # type: ignore[index]
    assert label is not None
    assert "Dog licence · 2 March 2026 · " in label.get_text()
    assert parse_reference(label.get_text().split("·")[-1]) == hers.reference
    typed = {"erase_what": "one-case", "erase_case": his.reference}
    answer = client.post(place, typed)
    assert answer.status_code == 422
    assert "You have no case with this reference" in answer.content.decode()
    assert client.post(place, {**typed, "erase_case": hers.shown_reference}).status_code == 302
    assert open_answers(again(request).draft)["erase_case"] == hers.reference


@pytest.mark.usefixtures("at_nine", "demo_services")
def test_before_a_case_is_erased_its_applicant_reads_in_words_which_one_it_is(
    client: Client, amina: Person
) -> None:
    publish_ours("data-request")
    hers = apply_for(amina)
    request = fill_in(begin(amina, "data-request"), 1, erase_case=hers.reference)
    client.force_login(amina)
    check = BeautifulSoup(
        client.get(f"/en/applications/{request.pk}/check/").content, "html.parser"
    ).get_text()
    assert "Dog licence · 2 March 2026 · " in check


@pytest.mark.usefixtures("at_nine")
def test_whoever_has_no_case_is_told_so(client: Client, ben: Person) -> None:
    publish_ours("data-request")
    request = fill_in(begin(ben, "data-request"), 1, erase_case=None)
    client.force_login(ben)
    page = client.get(f"/en/applications/{request.pk}/pages/erasure/").content.decode()
    assert "You have no case here yet" in page


def test_a_request_is_titled_in_the_readers_language(client: Client, amina: Person, at_nine: object) -> None:
    publish_ours("data-request")
    apply_for(amina, "data-request", 2)
    client.force_login(amina)
    assert "Corregir algo que está mal" in client.get("/es/my/data/").content.decode()


@pytest.mark.usefixtures("at_nine")
def test_whoever_signed_in_long_ago_shows_once_more_that_it_is_them_before_anything_is_erased(
    client: Client, amina: Person
) -> None:
    publish_ours("data-request")
    request = fill_in(begin(amina, "data-request"), 2)
    place = f"/en/applications/{request.pk}/check/"
    client.force_login(amina)
    session = client.session
    session["shown_at"] = time.time() - 16 * 60
    session.save()
    assert client.get(place).status_code == 200
    asked = client.post(place)
    assert asked["Location"].startswith(reverse("identity:confirm"))
    assert again(request).state == "draft"
    session["shown_at"] = time.time()
    session.save()
    assert client.post(place)["Location"].endswith("/sent/")
    assert again(request).state != "draft"


def test_while_the_copy_is_made_the_page_looks_again_by_script_or_without(
    client: Client, amina: Person
) -> None:
    client.force_login(amina)
    client.post("/en/my/data/export/", {"do": "make"})
    page = BeautifulSoup(client.get("/en/my/data/export/").content, "html.parser")
    assert page.select("[data-refresh]")
    (refresh,) = page.select("meta[http-equiv=refresh]")
    assert refresh.parent is not None
    assert refresh.parent.name == "noscript"


def test_what_was_done_is_said_to_whoever_asked_and_to_whoever_decided() -> None:
    assert WAS_DONE.keys() == RESULTS.keys()
