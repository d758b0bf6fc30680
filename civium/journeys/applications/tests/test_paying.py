"""Money and the application it is for: whenever the provider calls, however often, whatever it says."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from civium.engines.cases.models import Case
from civium.engines.payments.actions.ask_for_payment import ask_again
from civium.engines.payments.adapters.demo import CHOICES, event_id_of
from civium.engines.payments.adapters.provider import CallNotGenuine
from civium.engines.payments.models import DemoCheckout, LedgerLine, Payment
from civium.engines.payments.queries import (
    find_ledger_differences,
    find_payments_needing_attention,
    find_quarantined_calls,
)
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.journeys.applications.actions._changing import MoneyOnItsWay
from civium.journeys.applications.actions.drop_application import drop_application
from civium.journeys.applications.actions.reopen_answers import reopen_answers
from civium.journeys.applications.models import Application
from tests.applying import (
    again,
    begin,
    call_about,
    case_of,
    checkout,
    fill_in,
    kinds_about,
    pay,
    payment_of,
    provider_says,
    send,
    signature,
)
from tests.cast import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services")]
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def to_pay(demo_services: dict[str, int], amina: Person) -> Application:
    """Amina's dog licence, answered and sent to the payment."""
    return send(fill_in(begin(amina)))


def told(amina: Person) -> list[str]:
    from civium.engines.notices.queries import find_inbox

    return sorted(notice.kind for notice in find_inbox(amina).notices)


def test_the_providers_call_opens_the_case_and_both_notices_go_out(
    to_pay: Application, amina: Person
) -> None:
    pay(to_pay)
    run_waiting_jobs()
    assert again(to_pay).state == "sent"
    assert case_of(to_pay).opened_at == NOW
    assert told(amina) == ["payment-received", "receipt"]


def test_a_call_that_comes_before_the_browser_returns_is_enough(
    to_pay: Application, amina: Person, client: Client, at_nine: dt.datetime
) -> None:
    pay(to_pay)
    run_waiting_jobs()
    client.force_login(amina)
    page = client.get(f"/en/applications/{to_pay.id}/sent/")
    assert page.status_code == 200
    assert case_of(to_pay).shown_reference in page.content.decode()


def test_the_browsers_return_alone_pays_nothing(
    to_pay: Application, amina: Person, client: Client, at_nine: dt.datetime
) -> None:
    checkout(to_pay)
    client.force_login(amina)
    page = client.get(f"/en/applications/{to_pay.id}/sent/")
    assert "We are asking the bank" in page.content.decode()
    assert again(to_pay).state == "to-pay"
    assert not Case.objects.exists()


def test_a_call_that_comes_late_still_opens_the_case(to_pay: Application) -> None:
    """Three weeks later one answer would no longer pass; on the day it was sent it did."""
    payment = checkout(to_pay)
    late = NOW + timedelta(days=21)
    provider_says(payment, "pending")
    assert not Case.objects.exists()
    provider_says(payment, at=late)
    run_waiting_jobs()
    assert case_of(to_pay).opened_at == late


def test_a_call_that_comes_after_midnight_is_judged_by_the_day_of_the_sending(amina: Person) -> None:
    application = send(fill_in(begin(amina, "building-permit"), start_on="2026-03-02"))
    provider_says(checkout(application), at=NOW + timedelta(days=2))
    run_waiting_jobs()
    assert case_of(application).about == "Quay Street 12"
    assert again(application).state == "sent"


def test_the_same_call_ten_times_counts_once(to_pay: Application, amina: Person) -> None:
    payment = checkout(to_pay)
    for _turn in range(10):
        provider_says(payment)
        run_waiting_jobs()
    assert (Case.objects.count(), LedgerLine.objects.count()) == (1, 1)
    assert told(amina) == ["payment-received", "receipt"]
    assert kinds_about(to_pay.subject).count("ApplicationSent") == 1


def test_a_forged_call_changes_nothing(to_pay: Application, client: Client, at_nine: dt.datetime) -> None:
    body = call_about(checkout(to_pay))
    forged = signature(body)["Demo-Signature"][:-4] + "0000"
    answer = client.post(
        "/webhooks/payments/demo/", body, content_type="application/json", headers={"Demo-Signature": forged}
    )
    assert answer.status_code == CallNotGenuine.status
    run_waiting_jobs()
    assert again(to_pay).state == "to-pay"
    assert not Case.objects.exists()


def test_another_amount_opens_nothing_and_finance_sees_it(to_pay: Application, finn: Person) -> None:
    call = provider_says(checkout(to_pay), amount=100)
    run_waiting_jobs()
    assert (call.verdict, call.reason) == ("quarantined", "other-amount")
    assert find_quarantined_calls(for_=finn) == [call]
    assert again(to_pay).state == "to-pay"
    assert not Case.objects.exists()


def test_money_for_a_deleted_application_is_for_finance(
    to_pay: Application, amina: Person, finn: Person
) -> None:
    payment = checkout(to_pay)
    drop_application(to_pay, by=amina, at=NOW)
    provider_says(payment, at=LATER)
    run_waiting_jobs()
    assert not Case.objects.exists()
    assert [each.pk for each in find_payments_needing_attention(for_=finn)] == [payment.pk]
    assert find_ledger_differences() == []


def test_money_that_comes_while_answers_are_open_again_is_for_finance_and_counts_when_they_are_sent(
    to_pay: Application, amina: Person, finn: Person
) -> None:
    payment = checkout(to_pay)
    reopen_answers(to_pay, by=amina, at=NOW)
    provider_says(payment, at=LATER)
    run_waiting_jobs()
    assert again(to_pay).state == "draft"
    assert [each.pk for each in find_payments_needing_attention(for_=finn)] == [payment.pk]
    sent = send(again(to_pay), at=LATER)
    assert sent.state == "sent"
    assert case_of(sent).opened_at == LATER
    assert Payment.objects.count() == 1


def test_money_for_the_older_amount_does_not_pay_the_new_one(
    to_pay: Application, amina: Person, finn: Person
) -> None:
    old = checkout(to_pay)
    reopen_answers(to_pay, by=amina, at=NOW)
    sent = send(fill_in(to_pay, neutered=False))
    assert str(payment_of(sent).amount.amount) == "25.00"
    provider_says(old, at=LATER)
    run_waiting_jobs()
    assert again(to_pay).state == "to-pay"
    assert not Case.objects.exists()
    assert [each.pk for each in find_payments_needing_attention(for_=finn)] == [old.pk]
    pay(sent, at=LATER)
    run_waiting_jobs()
    assert Case.objects.count() == 1


def test_a_declined_card_can_be_tried_again(to_pay: Application, amina: Person) -> None:
    declined = checkout(to_pay)
    provider_says(declined, "declined")
    run_waiting_jobs()
    assert again(to_pay).state == "to-pay"
    ask_again(declined, at=LATER)
    pay(to_pay, at=LATER)
    run_waiting_jobs()
    assert case_of(to_pay).opened_at == LATER
    assert told(amina) == ["payment-received", "receipt"]


def test_money_on_the_declined_page_after_all_counts_once(to_pay: Application, finn: Person) -> None:
    """The first page says paid after the second page was opened: whichever comes, one payment stands."""
    first = checkout(to_pay)
    provider_says(first, "declined")
    ask_again(first, at=NOW)
    second = checkout(to_pay)
    provider_says(first, at=LATER)
    provider_says(second, at=LATER)
    run_waiting_jobs()
    assert Case.objects.count() == 1
    assert len(find_payments_needing_attention(for_=finn)) == 1
    assert find_ledger_differences() == []


def test_answers_are_not_opened_while_the_money_is_on_its_way(to_pay: Application, amina: Person) -> None:
    provider_says(checkout(to_pay), "pending")
    with pytest.raises(MoneyOnItsWay):
        reopen_answers(to_pay, by=amina, at=NOW)
    assert again(to_pay).state == "to-pay"


def test_answers_that_were_paid_for_are_not_opened(to_pay: Application, amina: Person) -> None:
    """Between the provider's call and our reaction to it."""
    pay(to_pay)
    with pytest.raises(MoneyOnItsWay):
        reopen_answers(to_pay, by=amina, at=NOW)


@pytest.mark.parametrize("choice", [choice for choice in CHOICES if choice != "decline"])
def test_every_way_of_paying_on_the_demo_page_ends_with_one_case(
    to_pay: Application, client: Client, choice: str, at_nine: dt.datetime
) -> None:
    payment = checkout(to_pay)
    client.post(payment.checkout_url, {"choice": choice})
    page = DemoCheckout.objects.get()
    for kind in CHOICES[choice]:
        body = json.dumps(page.as_call(event_id_of(page, kind), kind)).encode()
        answer = client.post(
            "/webhooks/payments/demo/", body, content_type="application/json", headers=signature(body)
        )
        assert answer.status_code == 200
    run_waiting_jobs()
    assert Case.objects.count() == 1
    assert payment_of(to_pay).is_paid


def test_after_a_decline_and_changed_answers_the_old_page_takes_no_money(
    to_pay: Application, amina: Person, client: Client, at_nine: dt.datetime
) -> None:
    payment = checkout(to_pay)
    client.post(payment.checkout_url, {"choice": "decline"})
    provider_says(payment, "declined")
    reopen_answers(to_pay, by=amina, at=NOW)
    run_waiting_jobs()
    client.post(payment.checkout_url, {"choice": "pay"})
    assert DemoCheckout.objects.get().outcome == "closed"


def test_every_page_of_the_subject_is_closed_not_only_the_newest(to_pay: Application, amina: Person) -> None:
    declined = checkout(to_pay)
    provider_says(declined, "declined")
    ask_again(declined, at=NOW)
    checkout(to_pay)
    drop_application(to_pay, by=amina, at=NOW)
    run_waiting_jobs()
    assert {page.outcome for page in DemoCheckout.objects.all()} == {"closed"}
    assert len(DemoCheckout.objects.all()) == 2


@pytest.mark.parametrize("change", [reopen_answers, drop_application])
def test_whoever_paid_for_what_is_gone_is_told_what_happens_with_the_money(
    to_pay: Application, amina: Person, change: Callable[..., object]
) -> None:
    payment = checkout(to_pay)
    change(to_pay, by=amina, at=NOW)
    provider_says(payment, at=LATER)
    run_waiting_jobs()
    assert told(amina) == ["unexpected-money"]
