"""What was read of a guest is told to the person in whose account their application is kept since: in every place that tells it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from civium.engines.cases.models import Case
from civium.foundation.identity.models import Person
from civium.foundation.journal.models import Entry
from civium.foundation.kit.refusals import NotFound
from civium.foundation.privacy.actions.declare_reading import note_reading
from civium.foundation.privacy.actions.watch_readings import automatic_readings
from civium.foundation.privacy.events import DataRead
from civium.foundation.privacy.queries import Checked, find_holdings, find_readings_to_check, streams_of
from civium.journeys.applications.actions.claim_application import claim_application
from civium.journeys.applications.actions.start_application import start_as_guest
from civium.journeys.catalogue.queries import get_offer
from civium.journeys.rights.actions.question_reading import question_reading
from civium.journeys.rights.queries import find_usages
from tests.applying import case_of, count_queries, fill_in, send
from tests.cast import NOW
from tests.offer import publish_ours

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_nine", "seal")]
PAGE = "/en/my/data/who-looked/"


@pytest.fixture
def clerk(make_person: Callable[..., Person]) -> Person:
    return make_person("Cleo", role="clerk", agency="refuse")


@pytest.fixture
def case(amina: Person, clerk: Person) -> Case:
    """Applied for without an account, read by a clerk, and only then kept in Amina's."""
    publish_ours("bulky-waste", "data-request")
    application = send(fill_in(start_as_guest(get_offer("bulky-waste"), language="en", at=NOW)))
    desk = Client()
    desk.force_login(clerk)
    assert desk.get(reverse("desk:case", args=[case_of(application).reference])).status_code == 200
    claim_application(application, guest=application.applicant, by=amina, at=NOW)
    return case_of(application)


@pytest.fixture
def reading(case: Case, clerk: Person) -> Entry:
    """What the clerk read before."""
    return Entry.objects.get(kind=DataRead.kind, by_id=clerk.pk)


@pytest.fixture
def hers(amina: Person) -> Client:
    client = Client()
    client.force_login(amina)
    return client


def test_the_page_tells_it_with_its_case_and_leads_to_its_proof(
    hers: Client, case: Case, reading: Entry
) -> None:
    page = hers.get(PAGE, {"who": "people", "agency": "refuse"}).content.decode()
    assert f'id="look-{reading.pk}"' in page
    assert case.shown_reference in page
    assert '<option value="refuse"' in page
    assert hers.get(reverse("portal:receipt", args=[reading.pk])).status_code == 200


def test_what_a_computer_read_has_its_proof_too(hers: Client, reading: Entry) -> None:
    with automatic_readings("letters", NOW):
        note_reading(
            of=UUID(reading.stream.partition(":")[2]), kinds={"contact"}, purpose="run-service", by=None
        )
    by_job = Entry.objects.filter(kind=DataRead.kind, stream=reading.stream).latest("pk")
    assert by_job.by_id is None
    assert hers.get(reverse("portal:receipt", args=[by_job.pk])).status_code == 200


def test_the_copy_and_other_systems_tell_it(amina: Person, reading: Entry) -> None:
    holding = next(each for each in find_holdings() if each.name == "readings")
    assert holding.export is not None
    assert "refuse" in {row.agency for row in holding.export(amina.vault_key)}  # type: ignore[attr-defined]
    _count, usages = find_usages([amina.vault_key], language="en")
    assert "refuse" in {usage.receiver for usage in usages}


def test_whoever_checks_finds_it_by_the_person(amina: Person, reading: Entry) -> None:
    assert reading in find_readings_to_check(Checked(of=amina.pk)).entries


def test_she_can_ask_about_it_and_nobody_else_can(
    hers: Client, amina: Person, ben: Person, reading: Entry
) -> None:
    with pytest.raises(NotFound):
        question_reading(reading.pk, words="Why?", language="en", by=ben, at=NOW)
    sent = hers.post(reverse("rights:question_reading", args=[reading.pk]), {"asked": "Why?"})
    assert sent.status_code == 302
    card = BeautifulSoup(hers.get(PAGE).content, "html.parser").select_one(
        f'article[aria-labelledby="look-{reading.pk}"]'
    )
    assert card is not None
    assert "You asked" in card.get_text()


def test_a_guest_is_nobodys_past_before_the_claim(amina: Person, ben: Person, case: Case) -> None:
    other = start_as_guest(get_offer("bulky-waste"), language="en", at=NOW)
    assert streams_of(other.applicant.vault_key) == [other.applicant.vault_key]
    assert streams_of(ben.vault_key) == [ben.vault_key]
    assert len(streams_of(amina.vault_key)) == 2


def test_it_takes_as_many_statements_however_many_were_claimed(
    hers: Client, amina: Person, case: Case
) -> None:
    before = count_queries(hers, PAGE)
    for _turn in range(2):
        more = send(fill_in(start_as_guest(get_offer("bulky-waste"), language="en", at=NOW)))
        claim_application(more, guest=more.applicant, by=amina, at=NOW)
    assert count_queries(hers, PAGE) == before
