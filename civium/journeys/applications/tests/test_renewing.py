"""Renewing: only what somebody was granted themselves, of the very service, can be named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from civium.engines.cases.models import Case
from civium.engines.forms.queries import open_answers
from civium.engines.payments.queries import get_payment_of
from civium.foundation.identity.models import Person
from civium.foundation.kit.references import new_reference
from civium.journeys.applications.actions.apply_at_once import WrongAnswers, apply_at_once
from civium.journeys.applications.models import Application
from civium.journeys.catalogue.queries import get_offer
from tests.applying import again, apply_for, ask_to_correct, begin, fill_in, move
from tests.cast import NOW
from tests.offer import publish_ours

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "at_nine", "seal")]

RENEWAL = 1
Staff = dict[str, Person]


@pytest.fixture
def staff(make_staff: Callable[[str], Staff]) -> Staff:
    publish_ours("resident-parking")
    return make_staff("mobility")


def granted(person: Person, staff: Staff) -> Case:
    case = move(apply_for(person, "resident-parking"), "accept", by=staff["clerk"])
    return move(case, "grant", by=staff["officer"])


def page_of(application: Application) -> str:
    return f"/en/applications/{application.pk}/pages/renewal/"


def test_only_ones_own_granted_permits_are_offered(client: Client, amina: Person, staff: Staff) -> None:
    hers = granted(amina, staff)
    apply_for(amina, "resident-parking")
    apply_for(amina, "dog-licence")
    client.force_login(amina)
    renewal = fill_in(begin(amina, "resident-parking"), RENEWAL, old_permit=None)
    page = BeautifulSoup(client.get(page_of(renewal)).content, "html.parser")
    assert [each["value"] for each in page.select("input[name=old_permit]")] == [hers.reference]


def test_what_is_no_permit_of_ones_own_is_refused(
    client: Client, amina: Person, ben: Person, staff: Staff
) -> None:
    hers, his = granted(amina, staff), granted(ben, staff)
    undecided = apply_for(amina, "resident-parking")
    refused = move(apply_for(amina, "resident-parking"), "accept", by=staff["clerk"])
    refused = move(refused, "refuse", by=staff["officer"], reason="The car is not yours.")
    dog = apply_for(amina, "dog-licence")
    client.force_login(amina)
    renewal = fill_in(begin(amina, "resident-parking"), RENEWAL, old_permit=None)
    named = [each.reference for each in (his, undecided, refused, dog)]
    for reference in (*named, new_reference(), "RP-204711"):
        answer = client.post(page_of(renewal), {"old_permit": reference, "changed": "no"})
        assert answer.status_code == 422, reference
        assert "go back and ask for a new permit" in answer.content.decode()
        assert open_answers(again(renewal).draft).get("old_permit") is None
    answer = client.post(page_of(renewal), {"old_permit": hers.shown_reference, "changed": "no"})
    assert answer.status_code == 302
    assert open_answers(again(renewal).draft)["old_permit"] == hers.reference


def test_ones_own_permit_is_renewed_by_a_clerk_for_less(amina: Person, staff: Staff) -> None:
    hers = granted(amina, staff)
    case = apply_for(amina, "resident-parking", RENEWAL, old_permit=hers.reference)
    payment = get_payment_of(case.subject)
    assert payment is not None
    assert payment.minor == 2000
    case = move(case, "accept", by=staff["clerk"])
    assert move(case, "renew", by=staff["clerk"]).outcome == "granted"


def test_without_a_permit_the_page_leads_to_a_new_one(client: Client, ben: Person, staff: Staff) -> None:
    apply_for(ben, "dog-licence")
    client.force_login(ben)
    renewal = fill_in(begin(ben, "resident-parking"), RENEWAL, old_permit=None)
    page = BeautifulSoup(client.get(page_of(renewal)).content, "html.parser")
    assert "ask for a new permit" in page.get_text()
    assert "You have no case here yet" not in page.get_text()
    assert page.select("input[name=old_permit]") == []
    answer = client.post(page_of(renewal), {"changed": "no"})
    assert answer.status_code == 422


def test_a_program_names_no_permit_of_others(amina: Person, ben: Person, staff: Staff) -> None:
    his, undecided = granted(ben, staff), apply_for(amina, "resident-parking")
    for reference in (his.reference, undecided.reference, "KGCH9CZH"):
        answers = {"kind": "renewal", "lives_in_zone": True, "old_permit": reference}
        with pytest.raises(WrongAnswers) as refusal:
            apply_at_once(get_offer("resident-parking"), answers=answers, by=amina, language="en", at=NOW)
        assert "go back and ask for a new permit" in refusal.value.details["errors"]["old_permit"]


def test_a_correction_names_no_permit_of_others_either(
    client: Client, amina: Person, ben: Person, staff: Staff
) -> None:
    hers, his = granted(amina, staff), granted(ben, staff)
    case = apply_for(amina, "resident-parking", RENEWAL, old_permit=hers.reference)
    case = move(case, "accept", by=staff["clerk"])
    ask_to_correct(case, {"old_permit": "This one ended long ago."}, by=staff["clerk"])
    client.force_login(amina)
    place = f"/en/my/cases/{case.shown_reference}/corrections/renewal/"
    answer = client.post(place, {"old_permit": his.reference})
    assert answer.status_code == 422
    assert "go back and ask for a new permit" in answer.content.decode()
    assert client.post(place, {"old_permit": hers.reference}).status_code == 302
