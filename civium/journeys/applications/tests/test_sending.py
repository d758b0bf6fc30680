"""Sending an application: straight to the agency when nothing is to be paid, else to the payment first."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.urls import reverse

from civium.engines.cases.models import Case
from civium.engines.payments.models import Payment
from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import NotFound
from civium.foundation.privacy.actions.watch_readings import readings
from civium.journeys.applications.actions._changing import NotOpenAnyMore
from civium.journeys.applications.actions.drop_application import drop_application
from civium.journeys.applications.actions.send_application import NotComplete, send_application
from civium.journeys.applications.models import Application
from tests.applying import again, begin, case_of, fill_in, kinds_about, payment_of, send
from tests.cast import NOW
from tests.outage import held_by_another

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services")]


def test_what_is_not_complete_is_not_sent(amina: Person) -> None:
    application = fill_in(begin(amina), chip_number=None)
    with pytest.raises(NotComplete):
        send(application)
    assert again(application).state == "draft"
    assert not Case.objects.exists()
    assert not Payment.objects.exists()


def test_an_answer_that_time_made_wrong_is_not_sent(amina: Person) -> None:
    """The building was to begin in June; in July the question is open again."""
    application = fill_in(begin(amina, "building-permit"))
    with pytest.raises(NotComplete):
        send(application, at=NOW.replace(month=7))


def test_a_free_service_opens_its_case_at_once(amina: Person) -> None:
    application = send(fill_in(begin(amina, "heating-allowance")))
    case = case_of(application)
    assert (application.state, application.sent_at) == ("sent", NOW)
    assert (case.step, case.agency_id, case.applicant_id) == ("received", "social-support", amina.pk)
    assert (case.service, case.version) == (application.service, application.version)
    assert not Payment.objects.exists()
    assert kinds_about(application.subject)[-2:] == ["ApplicationSent", "CaseOpened"]


def test_a_waived_fee_opens_the_case_at_once(amina: Person) -> None:
    application = send(fill_in(begin(amina), 2))
    assert application.state == "sent"
    assert case_of(application).about == "Faro"
    assert not Payment.objects.exists()


def test_the_case_and_the_application_are_sent_together_or_not_at_all(
    amina: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = fill_in(begin(amina), 2)
    monkeypatch.setattr("civium.engines.cases.actions.open_case._TRIES", 0)
    with pytest.raises(RuntimeError):
        send(application)
    assert again(application).state == "draft"
    assert "ApplicationSent" not in kinds_about(application.subject)


def test_a_fee_is_asked_for_before_the_agency_gets_anything(amina: Person) -> None:
    application = send(fill_in(begin(amina)))
    payment = payment_of(application)
    assert application.state == "to-pay"
    assert (payment.payer, str(payment.amount.amount), payment.currency) == (amina, "15.00", "EUR")
    assert [words for words, _money in payment.priced_lines] == [
        "Licence for one year",
        "Less for a neutered dog",
    ]
    assert (payment.agency, payment.service) == ("animal-welfare", "dog-licence")
    assert not Case.objects.exists()


@pytest.mark.parametrize("example", [0, 2], ids=["with a fee", "waived"])
def test_sent_twice_is_sent_once(amina: Person, example: int) -> None:
    first_tab = fill_in(begin(amina), example)
    second_tab = again(first_tab)
    first, second = send(first_tab), send(second_tab)
    assert first.state == second.state
    assert Application.objects.count() == 1
    assert (Payment.objects.count(), Case.objects.count()) == ((1, 0) if example == 0 else (0, 1))


def test_what_was_deleted_is_not_sent(amina: Person) -> None:
    application = fill_in(begin(amina))
    drop_application(application, by=amina, at=NOW)
    with pytest.raises(NotOpenAnyMore):
        send(application)


def test_the_neighbour_sends_nothing(amina: Person, ben: Person) -> None:
    application = fill_in(begin(amina), 2)
    with pytest.raises(NotFound):
        send_application(application, by=ben, at=NOW)
    assert again(application).state == "draft"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("example", [0, 2], ids=["with a fee", "waived"])
def test_a_double_click_sends_one_application(amina: Person, example: int) -> None:
    application, gate = fill_in(begin(amina), example), threading.Barrier(4)
    found: list[Any] = []

    def press() -> None:
        gate.wait()
        try:
            with readings(lambda: amina.pk, at=NOW):
                found.append(send(application).state)
        except Exception as error:
            found.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["to-pay" if example == 0 else "sent"] * 4
    assert Payment.objects.count() + Case.objects.count() == 1
    assert kinds_about(application.subject).count("ApplicationSent") == (example == 2)


@pytest.mark.django_db(transaction=True)
def test_a_page_that_finds_the_database_locked_is_saved_by_one_more_press(amina: Person) -> None:
    application = fill_in(begin(amina))
    client = Client(raise_request_exception=False)
    client.force_login(amina)
    address = reverse("applications:page", args=[application.pk, "chip"])
    with held_by_another("applications_application"):
        told = client.post(address, {"_shown": ["chip_number"], "chip_number": "941000012345678"})
    form = BeautifulSoup(told.content, "html.parser").select_one("main form")
    assert told.status_code == 503
    assert form is not None
    again_sent = {each["name"]: each["value"] for each in form.select("input")}
    assert client.post(form["action"], again_sent).status_code == 302
    assert "941000012345678" in client.get(address).content.decode()
