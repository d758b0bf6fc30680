"""Asking for money, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from civium.engines.payments.actions._changing import (
    PaymentAlreadyPaid,
    PaymentClosed,
    PaymentOnItsWay,
)
from civium.engines.payments.actions.ask_for_payment import ask_again, ask_for_payment
from civium.engines.payments.actions.cancel_payments import cancel_payments_of
from civium.engines.payments.actions.start_checkout import start_checkout
from civium.engines.payments.models import DemoCheckout, Payment
from civium.engines.payments.queries import get_payment_of
from civium.engines.payments.rules import FeeDue
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.vault.actions.destroy_key import destroy_key
from civium.foundation.vault.actions.sealing import KeyDestroyed
from tests.cast import NOW

from .conftest import SUBJECT, call_about, euros, hear, kinds_of

pytestmark = pytest.mark.django_db


def test_two_tabs_get_one_payment(ask: Callable[..., Payment]) -> None:
    first, second = ask(), ask(at=NOW + timedelta(seconds=1))
    assert first.pk == second.pk
    assert kinds_of(first) == ["PaymentAsked"]
    assert first.priced_lines == [("Yearly licence", euros("25.00"))]


def test_other_subjects_are_asked_for_themselves(ask: Callable[..., Payment]) -> None:
    assert ask().pk != ask(subject="application:other").pk


def test_another_amount_before_the_start_updates_the_payment(ask: Callable[..., Payment]) -> None:
    first, second = ask("25.00"), ask("15.00")
    assert first.pk == second.pk
    assert second.amount == euros("15.00")
    assert kinds_of(second) == ["PaymentAsked", "PaymentAsked"]


def test_another_amount_after_the_start_replaces_the_payment_and_closes_its_page(
    started: Payment, ask: Callable[..., Payment]
) -> None:
    again = ask("15.00")
    started.refresh_from_db()
    assert (started.state, started.cancelled_because, started.is_replaced) == ("cancelled", "replaced", True)
    assert again.pk != started.pk
    assert get_payment_of(SUBJECT) == again
    run_waiting_jobs()
    assert DemoCheckout.objects.get(id=started.provider_reference).outcome == "closed"


def test_another_amount_while_the_money_is_on_its_way_is_refused(
    started: Payment, ask: Callable[..., Payment]
) -> None:
    hear(call_about(started, "pending"))
    with pytest.raises(PaymentOnItsWay):
        ask("15.00")
    assert ask("25.00").pk == started.pk


def test_what_is_paid_is_not_asked_again(started: Payment, ask: Callable[..., Payment]) -> None:
    hear(call_about(started))
    again = ask("25.00")
    assert again.pk == started.pk
    assert again.is_paid
    assert Payment.objects.count() == 1


def test_another_amount_after_the_payment_is_asked_and_finance_sees_the_paid_one(
    started: Payment, ask: Callable[..., Payment]
) -> None:
    hear(call_about(started))
    again = ask("99.00")
    started.refresh_from_db()
    assert again.pk != started.pk
    assert get_payment_of(SUBJECT) == again
    assert (started.state, started.needs_attention) == ("paid", "unplaced")


def test_nothing_to_pay_is_not_asked(amina: Person) -> None:
    with pytest.raises(ValueError, match="nothing to pay"):
        ask_for_payment(
            SUBJECT,
            payer=amina,
            due=FeeDue((), euros("0")),
            description="",
            return_to="/",
            language="en",
            at=NOW,
        )


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", ""]
)
def test_the_payer_comes_back_to_this_site_only(ask: Callable[..., Payment], path: str) -> None:
    with pytest.raises(ValueError, match="paths of this site"):
        ask(return_to=path)
    with pytest.raises(ValueError, match="paths of this site"):
        ask(leave_to=path or "?")


def test_starting_again_gives_the_same_page(asked: Payment) -> None:
    first = start_checkout(asked, at=NOW)
    assert start_checkout(asked, at=NOW + timedelta(minutes=1)) == first
    assert DemoCheckout.objects.count() == 1
    assert kinds_of(asked) == ["PaymentAsked", "PaymentStarted"]


def test_what_is_paid_on_its_way_or_closed_is_not_started(
    started: Payment, ask: Callable[..., Payment]
) -> None:
    hear(call_about(started, "pending"))
    with pytest.raises(PaymentOnItsWay):
        start_checkout(started, at=NOW)
    hear(call_about(started))
    with pytest.raises(PaymentAlreadyPaid):
        start_checkout(started, at=NOW)
    other = ask(subject="application:other")
    cancel_payments_of(other.subject, by=None, at=NOW, because="withdrawn")
    with pytest.raises(PaymentClosed):
        start_checkout(other, at=NOW)


def test_a_declined_payment_is_asked_again_under_a_new_reference(started: Payment) -> None:
    hear(call_about(started, "declined"))
    again = ask_again(started, at=NOW)
    assert again.reference != started.reference
    assert again.amount == started.amount
    assert ask_again(started, at=NOW).pk == again.pk
    assert get_payment_of(SUBJECT) == again
    assert start_checkout(again, at=NOW) != started.checkout_url


def test_only_what_was_declined_is_asked_again(asked: Payment) -> None:
    assert ask_again(asked, at=NOW).pk == asked.pk
    cancel_payments_of(asked.subject, by=None, at=NOW, because="withdrawn")
    assert ask_again(asked, at=NOW).pk == asked.pk
    assert Payment.objects.count() == 1


def test_cancelling_twice_is_cancelling_once_and_a_paid_payment_stays(
    started: Payment, ask: Callable[..., Payment]
) -> None:
    cancel_payments_of(started.subject, by=None, at=NOW, because="withdrawn")
    cancel_payments_of(started.subject, by=None, at=NOW, because="withdrawn")
    assert kinds_of(started).count("PaymentCancelled") == 1
    other = ask(subject="application:other")
    start_checkout(other, at=NOW)
    other.refresh_from_db()
    hear(call_about(other))
    cancel_payments_of(other.subject, by=None, at=NOW, because="withdrawn")
    other.refresh_from_db()
    assert other.is_paid


def test_what_a_fee_is_made_of_is_in_clear_nowhere_and_goes_with_its_subject(
    ask: Callable[..., Payment],
) -> None:
    words = {"licence": "Less for a neutered dog"}
    payment = ask(words=words)
    start_checkout(payment, at=NOW)
    for table in ("payments_payment", "payments_democheckout"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")
            row = b"|".join(
                bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                for value in cursor.fetchone()
            )
        assert b"Dog licence" in row, "the search finds what is in clear"
        assert b"neutered" not in row
    stored = Payment.objects.get()
    assert stored.priced_lines == [("Less for a neutered dog", euros("25.00"))]
    assert DemoCheckout.objects.get().priced_lines == stored.priced_lines
    destroy_key(stored.subject, by=None, at=NOW)
    for forgotten in (Payment.objects.get(), DemoCheckout.objects.get()):
        with pytest.raises(KeyDestroyed):
            forgotten.priced_lines  # noqa: B018 - reading is the point


def test_the_lines_of_a_payment_brought_up_to_date_are_those_of_the_new_amount(
    ask: Callable[..., Payment],
) -> None:
    ask(words={"licence": "Yearly licence"})
    ask("40.00", words={"licence": "Licence and tag"})
    assert Payment.objects.get().priced_lines == [("Licence and tag", euros("40.00"))]
