"""The front page, the inbox, documents, one's name, and what only the demo town shows."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from civium.engines.cases.models import Case
from civium.engines.notices.models import Notice
from civium.engines.notices.queries import find_inbox
from civium.foundation.identity.actions.verify_person import verify_person
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.journal.queries import find_entries
from tests.applying import apply_for, downloaded, kinds_about, move
from tests.cast import NOW

from .conftest import apply_often, main_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "seal")]


# --- the front page --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "asks"), [("en", "What do you need today?"), ("es", None), ("ar", None)]
)
def test_the_front_page_asks_what_one_needs(client: Client, language: str, asks: str | None) -> None:
    page = main_of(client.get(f"/{language}/"))
    assert page.select_one("form[role=search] input[name=q]")
    assert len(page.select(".chips a")) >= 3
    if asks:
        assert page.select_one("h1").get_text() == asks


def test_the_front_page_costs_no_query_after_the_first_reader(
    client: Client, django_assert_num_queries: Any
) -> None:
    client.get("/en/")
    with django_assert_num_queries(0):
        assert client.get("/en/").status_code == 200


def test_a_town_without_services_has_a_front_page_too(client: Client) -> None:
    from civium.journeys.catalogue.actions.withdraw_service import withdraw_service
    from tests.cast import NOW
    from tests.offer import DEMO_SERVICES

    for name in DEMO_SERVICES:
        withdraw_service(name, by=None, at=NOW)
    page = main_of(client.get("/en/"))
    assert page.select_one("h1")
    assert not [link for link in page.select(".chips a") if "/services/" in link["href"]]


# --- messages --------------------------------------------------------------------------------------------------------


def test_an_empty_inbox_says_what_will_be_in_it(her: Client) -> None:
    assert "No messages" in words_of(her.get("/en/my/messages/"))


def test_the_newest_message_is_on_top_and_reading_marks_it(her: Client, amina: Person) -> None:
    case = apply_for(amina)
    page = main_of(her.get("/en/my/messages/"))
    assert len(page.select(".result")) == 2
    assert page.get_text().count("Not read") == 2
    assert "2 not read" in words_of(her.get("/en/my/"))
    link = next(each for each in page.select("a") if case.shown_reference in each.get_text())
    message = her.get(link["href"])
    assert "Thank you. We have your application for a dog licence for Luna." in words_of(message)
    assert main_of(her.get("/en/my/messages/")).get_text().count("Not read") == 1
    assert "1 not read" in words_of(her.get("/en/my/"))


def test_reading_a_message_twice_is_recorded_once(her: Client, amina: Person) -> None:
    apply_for(amina, "heating-allowance")
    notice = find_inbox(amina).notices[0]
    for _turn in range(2):
        her.get(f"/en/my/messages/{notice.id}/")
    assert kinds_about(f"notice:{notice.id}").count("NoticeRead") == 1


def test_a_message_stays_in_the_language_it_was_sent_in(
    client: Client, make_person: Callable[..., Person]
) -> None:
    lin = make_person("Lin", language="ar")
    apply_for(lin, "heating-allowance")
    client.force_login(lin)
    page = main_of(client.get(f"/en/my/messages/{Notice.objects.get().id}/"))
    assert page.select_one("h1")["lang"] == "ar"
    assert page.select_one(".prose")["lang"] == "ar"


def test_somebody_elses_message_is_not_there(her: Client, ben: Person) -> None:
    apply_for(ben, "heating-allowance")
    assert her.get(f"/en/my/messages/{Notice.objects.get().id}/").status_code == 404
    assert her.get(f"/en/my/messages/{uuid.uuid4()}/").status_code == 404
    assert Notice.objects.get().read_at is None


def test_the_inbox_goes_on_where_the_page_ends(
    her: Client, amina: Person, django_assert_max_num_queries: Any
) -> None:
    apply_often(amina, 23)
    her.get("/en/my/messages/")
    with django_assert_max_num_queries(5):
        first = main_of(her.get("/en/my/messages/"))
    assert len(first.select(".result")) == 20
    onward = first.select_one('a[rel="next"]')["href"]
    second = main_of(her.get(f"/en/my/messages/{onward}"))
    assert len(second.select(".result")) == 3
    assert her.get("/en/my/messages/?after=nonsense").status_code == 404


# --- documents -------------------------------------------------------------------------------------------------------


def test_no_documents_yet(her: Client) -> None:
    assert "No documents yet" in words_of(her.get("/en/my/documents/"))


def test_each_document_is_listed_and_can_be_downloaded(
    her: Client, amina: Person, boris: Person, omar: Person
) -> None:
    move(move(apply_for(amina), "accept", by=boris), "grant", by=omar)
    page = main_of(her.get("/en/my/documents/"))
    (link,) = page.select("ul.files a")
    assert link.get_text() == "Dog licence"
    file = her.get(link["href"])
    assert file["Content-Type"] == "application/pdf"
    assert downloaded(file).startswith(b"%PDF")


def test_somebody_elses_document_is_not_there(her: Client, ben: Person, boris: Person, omar: Person) -> None:
    from civium.journeys.applications.models import Certificate

    move(move(apply_for(ben), "accept", by=boris), "grant", by=omar)
    file = Certificate.objects.get().file_id
    assert her.get(f"/en/my/documents/{file}/").status_code == 404
    assert her.get("/en/my/documents/").content.decode().count(str(file)) == 0


# --- one's name ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Amina Haddad-Núñez", "أمينة حداد", "李", "X Æ A-12", "O'Neill <b>"])
def test_a_name_is_kept_in_any_script(her: Client, amina: Person, name: str) -> None:
    assert her.post("/en/my/profile/", {"name": name})["Location"] == "/en/my/profile/?saved=1"
    page = her.get("/en/my/profile/?saved=1")
    assert main_of(page).select_one("#name")["value"] == name
    assert "Your details are saved" in words_of(page)
    assert b"O'Neill <b>" not in page.content


def test_a_name_that_was_confirmed_is_not_changed_by_whoever_has_it(her: Client, amina: Person) -> None:
    verify_person(amina, name="Amina Haddad", how="a-register", by=amina, at=NOW)
    page = main_of(her.get("/en/my/profile/"))
    assert page.select_one("input[name=name]") is None
    assert "Amina Haddad It was confirmed when you proved who you are." in page.get_text(" ", strip=True)
    refused = her.post("/en/my/profile/", {"name": "Ben Okafor", "language": "es"})
    assert refused.status_code == 422
    assert "Your name was confirmed when you proved who you are." in words_of(refused)
    amina = Person.objects.get(pk=amina.pk)
    assert (amina.name, amina.language) == ("Amina Haddad", "en")
    assert her.post("/en/my/profile/", {"language": "es"}).status_code == 302
    assert Person.objects.get(pk=amina.pk).language == "es"


def test_letters_come_in_the_language_that_was_chosen_and_reading_in_another_changes_nothing(
    her: Client, amina: Person
) -> None:
    apply_for(amina)
    her.post("/en/my/profile/", {"name": "Amina", "language": "es"})
    her.get("/language/ar/my/")
    amina.refresh_from_db()
    assert amina.language == "es"
    assert main_of(her.get("/en/my/profile/")).select_one("#language option[selected]")["value"] == "es"
    kinds = [entry.kind for entry in find_entries([amina.vault_key])]
    assert kinds[-1] == "identity.LanguageChosen"
    case = apply_for(amina, dog_name="Rex")
    run_waiting_jobs()
    written = Notice.objects.filter(to=amina, about=case.subject)
    assert {each.language for each in written} == {"es"}


def test_letters_about_a_case_come_in_the_language_of_the_application_until_one_is_chosen(
    her: Client, amina: Person
) -> None:
    case = apply_for(amina)
    Case.objects.filter(pk=case.pk).update(language="ar")
    her.post("/en/my/profile/", {"name": "Amina H.", "language": "en"})  # the form offers the one that it is
    assert Case.objects.get(pk=case.pk).language_of_letters == "ar"
    her.post("/en/my/profile/", {"name": "Amina H.", "language": "es"})
    assert Case.objects.get(pk=case.pk).language_of_letters == "es"


def test_a_language_that_the_town_does_not_write_is_refused(her: Client, amina: Person) -> None:
    answer = her.post("/en/my/profile/", {"name": "Amina", "language": "xx"})
    assert answer.status_code == 422
    amina.refresh_from_db()
    assert amina.language == "en"


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "\u202e\u202e"])
def test_a_name_that_is_none_is_asked_for_again(her: Client, amina: Person, name: str) -> None:
    answer = her.post("/en/my/profile/", {"name": name})
    assert answer.status_code == 422
    assert main_of(answer).select_one(".govuk-error-summary a")["href"] == "#name"
    assert Person.objects.get(pk=amina.pk).name == "Amina"


# --- the demo town ---------------------------------------------------------------------------------------------------


def test_the_outbox_shows_what_would_have_gone_out(client: Client, amina: Person) -> None:
    assert "Nothing sent yet" in words_of(client.get("/en/outbox/"))
    case = apply_for(amina, "heating-allowance")
    page = main_of(client.get("/en/outbox/"))
    link = page.select_one(".result a")
    assert case.shown_reference in link.get_text()
    letter = main_of(client.get(link["href"])).select_one("pre").get_text()
    assert "Dear Amina" in letter


@pytest.mark.parametrize("id", ["x", "notice-x", f"notice-{uuid.uuid4()}", f"letter-{uuid.uuid4()}", "a-b-c"])
def test_a_letter_that_does_not_exist_is_not_there(client: Client, id: str) -> None:
    assert client.get(f"/en/outbox/{id}/").status_code == 404


def test_no_other_town_has_an_outbox_or_a_style_guide(client: Client, settings: Any) -> None:
    settings.CIVIUM_DEMO = False
    for place in ("outbox/", "outbox/notice-x/", "design/"):
        assert client.get(f"/en/{place}").status_code == 404


@pytest.mark.parametrize(
    "place", ["my/", "my/cases/7K4M92QX/", "my/documents/", "my/messages/", "my/profile/"]
)
@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_back(
    client: Client, place: str, language: str
) -> None:
    answer = client.get(f"/{language}/{place}")
    assert answer["Location"] == f"/{language}/account/login/?next=/{language}/{place}"


def test_every_page_has_one_heading_and_a_title(her: Client, amina: Person) -> None:
    case = apply_for(amina)
    for place in ("my/", f"my/cases/{case.reference}/", "my/documents/", "my/messages/", "my/profile/"):
        page = BeautifulSoup(her.get(f"/en/{place}").content, "html.parser")
        assert len(page.select("h1")) == 1, place
        assert page.title.get_text().endswith("– Port Lumen"), place
