"""Taking back what was sent: asked once, said to everybody, and what becomes of the money."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from civium.engines.cases.actions.withdraw_case import AlreadyDecided, withdraw_case
from civium.engines.cases.models import Case
from civium.engines.cases.queries import find_questions
from civium.engines.cases.schema import Steps
from civium.engines.notices.models import Notice
from civium.engines.payments.models import Payment
from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import NotFound
from civium.journeys.applications.actions.withdraw_application import withdraw_application
from civium.journeys.applications.actions.withdraw_certificate import withdraw_certificate
from civium.journeys.applications.case_file import read_case_file
from civium.journeys.applications.models import Application, Certificate
from civium.journeys.applications.rules import stops
from tests.applying import apply_for, kinds_about, move, payment_of
from tests.cast import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "at_nine")]


@pytest.fixture
def her(amina: Person) -> Client:
    """Amina's browser."""
    client = Client()
    client.force_login(amina)
    return client


def withdrawal(case: Case) -> str:
    return f"/en/applications/{case.subject.partition(':')[2]}/withdrawal/"


def words_of(response: Any) -> str:
    found = BeautifulSoup(response.content, "html.parser").select_one("main")
    assert found is not None
    return " ".join(found.get_text(" ").split())


def test_it_is_asked_once_with_what_becomes_of_the_money(her: Client, her_case: Case) -> None:
    home = f"/en/my/cases/{her_case.reference}/"
    assert "Withdraw this application" in words_of(her.get(home))
    assert "You paid €15.00" in words_of(her.get(withdrawal(her_case)))
    assert her.post(withdrawal(her_case))["Location"] == home
    page = words_of(her.get(home))
    assert "Withdrawn on 2 March 2026" in page
    assert "Withdraw this application" not in page


def test_finance_looks_at_what_was_paid(her_case: Case, amina: Person) -> None:
    withdraw_application(her_case, by=amina, at=NOW)
    payment = Payment.objects.get(subject=her_case.subject)
    assert (payment.state, payment.needs_attention) == ("paid", "withdrawn")
    notice = Notice.objects.get(kind="withdrawn")
    assert "€15.00" in notice.text
    assert her_case.shown_reference in notice.text


def test_what_cost_nothing_asks_for_nothing(amina: Person) -> None:
    case = apply_for(amina, example=2)
    withdraw_application(case, by=amina, at=NOW)
    assert "do not have to pay anything" in Notice.objects.get(kind="withdrawn").text


def test_it_leaves_the_queues_and_the_clock_stops(her_case: Case, amina: Person, boris: Person) -> None:
    case = move(move(her_case, "accept", by=boris), "ask", by=boris, question="Which chip?")
    withdraw_application(case, by=amina, at=NOW)
    row = Case.objects.get(pk=case.pk)
    assert (row.is_decided, row.is_paused, row.outcome, row.status) == (True, False, "withdrawn", "withdrawn")
    assert find_questions(row)[0].is_open is False
    assert "CaseWithdrawn" in kinds_about(row.stream)
    file = read_case_file(row, language="en", is_staff=True)
    assert [stop.state for stop in file.stops] == ["done", "done"]
    assert (file.decision, file.status) == (None, "Withdrawn")


def test_twice_is_once(her: Client, her_case: Case) -> None:
    her.post(withdrawal(her_case))
    her.post(withdrawal(her_case))
    assert Notice.objects.filter(kind="withdrawn").count() == 1
    assert kinds_about(her_case.stream).count("CaseWithdrawn") == 1


def test_what_is_decided_stays_decided(her_case: Case, amina: Person, boris: Person, omar: Person) -> None:
    case = move(move(her_case, "accept", by=boris), "refuse", by=omar, reason="No chip.")
    with pytest.raises(AlreadyDecided):
        withdraw_case(case, by=amina, at=NOW)


def test_nobody_withdraws_for_somebody_else(her_case: Case, ben: Person, boris: Person) -> None:
    for person in (ben, boris):
        with pytest.raises(NotFound):
            withdraw_case(her_case, by=person, at=NOW)
        client = Client()
        client.force_login(person)
        assert client.post(withdrawal(her_case)).status_code == 404


def test_cases_of_the_same_service_are_told_apart(her: Client, amina: Person) -> None:
    first = apply_for(amina, example=2, dog_name="Luna")
    second = apply_for(amina, example=2, dog_name="Sol")
    page = words_of(her.get("/en/my/"))
    for case, dog in ((first, "Luna"), (second, "Sol")):
        assert case.shown_reference in page
        assert dog in page


def test_a_certificate_that_was_withdrawn_is_not_celebrated(
    her: Client, her_case: Case, boris: Person, omar: Person, seal: Any
) -> None:
    case = move(move(her_case, "accept", by=boris), "grant", by=omar)
    home = f"/en/my/cases/{case.reference}/"
    assert "no longer valid" not in words_of(her.get(home))
    withdraw_certificate(Certificate.objects.get(), reason="Another dog.", by=omar, at=NOW)
    page = her.get(home)
    banner = BeautifulSoup(page.content, "html.parser").select_one("#decision .banner--success")
    assert banner is None
    assert "no longer valid: the town withdrew it" in words_of(page)


def test_a_case_that_was_sent_back_stands_where_it_stands() -> None:
    steps = Steps.model_validate(
        {
            "received": {"moves": [{"name": "go", "to": "checking", "by": "clerk"}]},
            "checking": {
                "moves": [
                    {"name": "visit", "to": "visit", "by": "clerk"},
                    {"name": "back", "to": "received", "by": "clerk"},
                ]
            },
            "visit": {
                "moves": [
                    {"name": "back", "to": "checking", "by": "clerk"},
                    {"name": "grant", "to": "granted", "by": "clerk"},
                ]
            },
            "granted": {"end": "granted"},
        }
    )
    shown = stops(steps, "checking", ["received", "checking", "visit", "checking"], str)
    assert [(stop.text, stop.state) for stop in shown] == [
        ("received", "done"),
        ("checking", "now"),
        ("visit", "ahead"),
        ("granted", "ahead"),
    ]


@pytest.mark.parametrize("address", ["/en/certificates/%00/", "/pay/demo/%00/", "/en/come-back/%00/"])
def test_an_address_with_nothing_in_it_leads_nowhere(address: str) -> None:
    assert Client().get(address).status_code in (404, 422)


def test_payments_of_a_withdrawn_case_are_findable(her_case: Case, amina: Person) -> None:
    application = Application.objects.get(pk=her_case.subject.partition(":")[2])
    withdraw_application(her_case, by=amina, at=NOW)
    assert payment_of(application).is_paid
