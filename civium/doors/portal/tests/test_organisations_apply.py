"""Services for organisations alone, and those for people alone: who can apply, and what the others are told to do."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from civium.engines.registries.adapters.demo import RESIDENTS, Resident
from civium.engines.registries.adapters.demo_companies import COMPANIES, Company
from civium.foundation.identity.actions.verify_person import verify_person
from civium.foundation.identity.models import Basis, Mandate, Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.journeys.applications.actions.claim_power import claim_power
from civium.journeys.applications.actions.start_application import (
    OnlyOrganisations,
    OnlyPeople,
    start_application,
)
from civium.journeys.applications.actions.start_at_counter import NeedsOrganisation, start_for_account
from civium.journeys.applications.models import Application
from civium.journeys.catalogue.queries import get_offer
from tests.applying import fill_in, pay, send
from tests.cast import NOW
from tests.offer import publish_ours

pytestmark = pytest.mark.usefixtures("demo_services", "at_nine", "licences")
START, DOG = "/en/apply/business-licence/", "/en/apply/dog-licence/"


@pytest.fixture
def licences(demo_services: dict[str, int]) -> int:
    """The licence to open a shop, which organisations apply for."""
    return publish_ours("business-licence")["business-licence"]


@pytest.fixture
def bakery(ben: Person, monkeypatch: pytest.MonkeyPatch) -> Mandate:
    """Ben bakes: the business register says that he may act for the bakery."""
    monkeypatch.setitem(RESIDENTS, "ben@cast.example", Resident("Ben Okafor", dt.date(1979, 11, 3), {}, ""))
    company = Company("Lantern Street Bakery", frozenset({"ben@cast.example"}))
    monkeypatch.setitem(COMPANIES, "PLC-20417", company)
    verify_person(ben, name=ben.name, how="test", by=ben, at=NOW)
    typed = {"name": "Lantern Street Bakery", "number": "PLC-20417"}
    return claim_power(ben, basis=Basis.OFFICER, typed=typed, by=ben, at=NOW)


def browser_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def main_of(response: Any) -> Any:
    found = BeautifulSoup(response.content, "html.parser").select_one("main")
    assert found is not None
    return found


def words_of(response: Any) -> str:
    return " ".join(main_of(response).get_text(" ").split())


def test_a_person_is_told_to_register_the_organisation(amina: Person) -> None:
    hers = browser_of(amina)
    page = hers.get(START)
    assert "Only an organisation can apply for this" in words_of(page)
    assert main_of(page).select_one(f'a[href="/en/my/mandates/organisations/new/?next={START}"]')
    assert not main_of(page).select("form button")
    refused = hers.post(START)
    assert refused.status_code == 403
    assert "choose the organisation that you act for" in words_of(refused)
    assert not Application.objects.exists()


def test_whoever_acts_for_an_organisation_chooses_it_and_applies(ben: Person, bakery: Mandate) -> None:
    his = browser_of(ben)
    page = main_of(his.get(START))
    assert [label.get_text(strip=True) for label in page.select("fieldset label")] == [
        "Lantern Street Bakery"
    ]
    unsaid = his.post(START)
    assert unsaid.status_code == 422
    assert "Choose the organisation" in words_of(unsaid)
    assert his.post(START, {"for": "me"}).status_code == 422
    assert not Application.objects.exists()
    begun = his.post(START, {"for": str(bakery.giver_id)})
    assert begun.status_code == 302
    application = Application.objects.select_related("draft", "applicant").get()
    assert application.applicant_id == bakery.giver_id
    assert his.get(begun["Location"]).status_code == 200
    # While he acts for it, the page goes on with what was begun.
    assert "Continue where you stopped" in words_of(his.get(START))


def test_an_organisation_does_not_get_what_is_for_people(ben: Person, bakery: Mandate) -> None:
    his = browser_of(ben)
    assert "Lantern Street Bakery" not in words_of(his.get(DOG))  # he applies for himself there
    assert his.post(DOG, {"for": str(bakery.giver_id)}).status_code >= 400
    his.post(f"/en/my/mandates/{bakery.pk}/acting/")
    page = his.get(DOG)
    assert "This is for people, and you act for an organisation." in words_of(page)
    assert not main_of(page).select("form button")
    assert his.post(DOG).status_code == 403
    assert not Application.objects.exists()


def test_the_rule_is_in_the_action(ben: Person, bakery: Mandate) -> None:
    with pytest.raises(OnlyOrganisations):
        start_application(get_offer("business-licence"), by=ben, language="en", at=NOW)
    bakery.giver.hands = ben
    with pytest.raises(OnlyPeople):
        start_application(get_offer("dog-licence"), by=bakery.giver, language="en", at=NOW)
    begun = start_application(get_offer("business-licence"), by=bakery.giver, language="en", at=NOW)
    sent = send(fill_in(begun))
    pay(sent)
    run_waiting_jobs()
    assert Application.objects.get(pk=sent.pk).state == "sent"


def test_a_clerk_at_the_counter_is_told_so(amina: Person, boris: Person) -> None:
    with pytest.raises(NeedsOrganisation):
        start_for_account(get_offer("business-licence"), email=amina.email, by=boris, at=NOW)
