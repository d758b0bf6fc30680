"""Back from the payment to the questions."""

from __future__ import annotations

import pytest

from civium.engines.payments.models import Payment
from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import NotFound
from civium.journeys.applications.actions._changing import NotOpenAnyMore
from civium.journeys.applications.actions.reopen_answers import reopen_answers
from tests.applying import again, begin, checkout, fill_in, kinds_about, pay, payment_of, send
from tests.cast import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services")]


def test_answers_open_again_and_nothing_is_asked_for_meanwhile(amina: Person) -> None:
    application = send(fill_in(begin(amina)))
    checkout(application)
    reopened = reopen_answers(application, by=amina, at=NOW)
    assert reopened.state == "draft"
    assert payment_of(application).state == "cancelled"
    assert kinds_about(application.subject)[-1] == "ApplicationReopened"


def test_what_is_sent_again_costs_what_the_new_answers_say(amina: Person) -> None:
    application = send(fill_in(begin(amina)))
    reopen_answers(application, by=amina, at=NOW)
    sent = send(fill_in(application, neutered=False))
    assert str(payment_of(sent).amount.amount) == "25.00"
    assert Payment.objects.current(application.subject).count() == 1


def test_a_fee_that_falls_away_leaves_nothing_to_pay(amina: Person) -> None:
    application = send(fill_in(begin(amina)))
    reopen_answers(application, by=amina, at=NOW)
    assert send(fill_in(application, 2, assistance=True)).state == "sent"
    assert payment_of(application).state == "cancelled"


def test_opening_twice_is_opening_once(amina: Person) -> None:
    application = send(fill_in(begin(amina)))
    reopen_answers(application, by=amina, at=NOW)
    reopen_answers(application, by=amina, at=NOW)
    assert kinds_about(application.subject).count("ApplicationReopened") == 1


def test_what_the_agency_has_is_not_opened_again(amina: Person) -> None:
    application = send(fill_in(begin(amina), 2))
    with pytest.raises(NotOpenAnyMore):
        reopen_answers(application, by=amina, at=NOW)
    assert again(application).state == "sent"


def test_the_neighbour_opens_nothing(amina: Person, ben: Person) -> None:
    application = send(fill_in(begin(amina)))
    with pytest.raises(NotFound):
        reopen_answers(application, by=ben, at=NOW)
    assert again(application).state == "to-pay"
    pay(application)
