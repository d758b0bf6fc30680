"""What a provider's call can and cannot do."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from civium.engines.payments.actions.ask_for_payment import ask_again
from civium.engines.payments.actions.cancel_payments import cancel_payments_of
from civium.engines.payments.actions.hear_provider import hear_provider
from civium.engines.payments.actions.start_checkout import start_checkout
from civium.engines.payments.adapters.provider import LARGEST_CALL, CallNotGenuine
from civium.engines.payments.models import LedgerLine, Payment, ProviderCall
from civium.engines.payments.queries import find_ledger_differences, get_payment_of
from civium.foundation.journal.queries import find_entries
from civium.foundation.kit.refusals import NotFound
from tests.cast import NOW

from .conftest import SUBJECT, call_about, hear, kinds_of, signed

pytestmark = pytest.mark.django_db
WEBHOOK = "/webhooks/payments/demo/"


def state_of(payment: Payment) -> str:
    payment.refresh_from_db()
    return payment.state


def test_a_genuine_call_that_agrees_settles_the_payment(started: Payment) -> None:
    call = hear(call_about(started))
    assert call.verdict == "settled"
    assert state_of(started) == "paid"
    assert started.settled_at == NOW
    assert kinds_of(started)[-1] == "PaymentSettled"
    assert not started.needs_attention


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(lambda body: {}, id="no signature"),
        pytest.param(lambda body: {"Demo-Signature": ""}, id="an empty one"),
        pytest.param(lambda body: {"Demo-Signature": "t=1,v1=00"}, id="a made-up one"),
        pytest.param(lambda body: signed(body, secret="another secret"), id="another town's secret"),
        pytest.param(lambda body: signed(body + b" "), id="of another body"),
        pytest.param(lambda body: signed(body, at=NOW - timedelta(seconds=301)), id="stale"),
        pytest.param(lambda body: signed(body, at=NOW + timedelta(seconds=301)), id="from the future"),
    ],
)
def test_a_call_that_is_not_genuine_changes_and_keeps_nothing(
    started: Payment, forge: Callable[..., Any]
) -> None:
    body = call_about(started)
    with pytest.raises(CallNotGenuine):
        hear(body, headers=forge(body))
    assert state_of(started) == "started"
    assert not ProviderCall.objects.exists()


def test_an_empty_secret_makes_no_call_genuine(started: Payment, settings: Any) -> None:
    settings.CIVIUM_PAYMENT_SECRET = ""
    body = call_about(started)
    with pytest.raises(CallNotGenuine):
        hear(body, headers=signed(body, secret=""))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"amount": 2400}, "other-amount"),
        ({"amount": 2501}, "other-amount"),
        ({"amount": -2500}, "other-amount"),
        ({"amount": 0}, "other-amount"),
        ({"currency": "USD"}, "other-currency"),
        ({"currency": "eur"}, "other-currency"),
        ({"payee": "another-town"}, "other-payee"),
        ({"payee": ""}, "other-payee"),
        ({"payment": "9f6e0f6f"}, "other-checkout"),
        ({"reference": "NOSUCH00"}, "unknown-reference"),
        ({"reference": ""}, "unknown-reference"),
    ],
)
@pytest.mark.parametrize("kind", ["paid", "declined", "pending"])
def test_a_call_that_does_not_agree_is_quarantined(
    started: Payment, changes: dict[str, Any], reason: str, kind: str
) -> None:
    call = hear(call_about(started, kind, **changes))
    assert (call.verdict, call.reason) == ("quarantined", reason)
    assert state_of(started) == "started"
    assert not LedgerLine.objects.exists()
    assert [entry.kind for entry in find_entries([f"call:{call.id}"])] == ["payments.PaymentQuarantined"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe\x00",
        b"[" * 5000,
        json.dumps({"id": 7, "type": "payment.paid"}).encode(),
        call_about(Payment(reference="7K4M92QX", minor=1, currency="EUR"), "refunded"),
        call_about(Payment(reference="7K4M92QX", minor=1, currency="EUR"), amount="25.00"),
        call_about(Payment(reference="7K4M92QX", minor=1, currency="EUR"), amount=25.0),
        call_about(Payment(reference="7K4M92QX", minor=1, currency="EUR"), amount=True),
        call_about(Payment(reference="7K4M92QX", minor=1, currency="EUR"), amount=2**80),
        call_about(Payment(reference="7K4M92QX", minor=1, currency="EUR"), created=1e300),
        call_about(Payment(reference="7K4M92QX", minor=1, currency="EUR"), reference=["7K4M92QX"]),
        call_about(Payment(reference="7K4M92QX", minor=1, currency="EUR"), id="x" * 201),
        call_about(Payment(reference="7K4M92QX", minor=1, currency="EUR"), payee="a\u0000b"),
        call_about(Payment(reference="7K4M92QX", minor=1, currency="EUR"), type=None),
    ],
)
def test_a_genuine_call_that_cannot_be_read_is_kept_once_and_quarantined(body: bytes) -> None:
    call = hear(body)
    assert (call.verdict, call.reason) == ("quarantined", "unreadable")
    assert hear(body).pk == call.pk


def test_a_call_for_a_payment_that_was_never_started_is_quarantined(asked: Payment) -> None:
    assert hear(call_about(asked)).reason == "other-checkout"
    assert state_of(asked) == "asked"


def test_the_same_call_a_hundred_times_pays_once(started: Payment) -> None:
    body = call_about(started)
    for second in range(100):
        assert hear(body, at=NOW + timedelta(seconds=second)).verdict == "settled"
    assert kinds_of(started).count("PaymentSettled") == 1
    assert LedgerLine.objects.count() == 1
    assert ProviderCall.objects.get().times_heard == 100


def test_another_event_about_a_paid_payment_is_a_duplicate(started: Payment) -> None:
    hear(call_about(started))
    assert hear(call_about(started, id="event-2")).verdict == "duplicate"
    assert kinds_of(started).count("PaymentSettled") == 1


@pytest.mark.parametrize("late", ["declined", "pending"])
def test_calls_that_arrive_in_the_wrong_order_take_nothing_back(started: Payment, late: str) -> None:
    hear(call_about(started))
    assert hear(call_about(started, late)).verdict == "overtaken"
    assert state_of(started) == "paid"


def test_a_late_answer_is_on_its_way_then_paid(started: Payment) -> None:
    assert hear(call_about(started, "pending")).verdict == "noted"
    assert state_of(started) == "pending"
    assert hear(call_about(started)).verdict == "settled"
    assert state_of(started) == "paid"


def test_a_declined_payment_is_closed(started: Payment) -> None:
    assert hear(call_about(started, "declined")).verdict == "declined"
    assert state_of(started) == "declined"
    assert kinds_of(started)[-1] == "PaymentDeclined"
    assert not LedgerLine.objects.exists()


def test_money_after_the_cancellation_is_paid_and_needs_attention(started: Payment) -> None:
    cancel_payments_of(started.subject, by=None, at=NOW, because="withdrawn")
    assert hear(call_about(started)).verdict == "settled"
    assert state_of(started) == "paid"
    assert started.needs_attention == "paid-after-cancelled"
    assert kinds_of(started)[-2:] == ["PaymentNeedsAttention", "PaymentSettled"]


def test_money_for_a_smaller_amount_of_before_does_not_settle_the_subject(
    started: Payment, ask: Callable[..., Payment]
) -> None:
    dearer = ask("99.00")
    assert hear(call_about(started)).verdict == "settled"
    assert state_of(started) == "paid"
    assert started.needs_attention == "paid-after-replaced"
    assert "PaymentSettled" not in kinds_of(started)
    assert get_payment_of(SUBJECT) == dearer
    assert state_of(dearer) == "asked"


def test_nor_does_it_when_the_answers_were_opened_again_in_between(
    started: Payment, ask: Callable[..., Payment]
) -> None:
    cancel_payments_of(started.subject, by=None, at=NOW, because="answers-reopened")
    ask("99.00")
    hear(call_about(started))
    assert "PaymentSettled" not in kinds_of(started)


@pytest.mark.parametrize("is_started", [False, True])
def test_a_declined_card_that_was_paid_after_all_ends_the_second_asking(
    started: Payment, is_started: bool
) -> None:
    hear(call_about(started, "declined"))
    again = ask_again(started, at=NOW)
    if is_started:
        start_checkout(again, at=NOW)
    hear(call_about(started))
    assert (state_of(started), state_of(again)) == ("paid", "cancelled")
    assert not started.needs_attention
    assert kinds_of(started)[-1] == "PaymentSettled"
    assert get_payment_of(SUBJECT) == started


def test_paid_while_the_second_is_on_its_way_needs_attention(started: Payment) -> None:
    hear(call_about(started, "declined"))
    again = ask_again(started, at=NOW)
    start_checkout(again, at=NOW)
    again.refresh_from_db()
    hear(call_about(again, "pending", id="event-again"))
    hear(call_about(started))
    assert (state_of(started), state_of(again)) == ("paid", "pending")
    assert started.needs_attention == "paid-after-replaced"


def test_paid_twice_settles_once_is_booked_twice_and_needs_attention(started: Payment) -> None:
    hear(call_about(started, "declined"))
    again = ask_again(started, at=NOW)
    start_checkout(again, at=NOW)
    again.refresh_from_db()
    hear(call_about(again, id="event-again"))
    hear(call_about(started))
    assert (state_of(started), state_of(again)) == ("paid", "paid")
    assert started.needs_attention == "paid-twice"
    assert "PaymentSettled" in kinds_of(again)
    assert "PaymentSettled" not in kinds_of(started)
    assert LedgerLine.objects.count() == 2
    assert find_ledger_differences() == []


def test_a_provider_that_this_site_does_not_use_is_not_there(started: Payment, settings: Any) -> None:
    body = call_about(started)
    for name in ("other", "provider", "__init__", "../demo"):
        with pytest.raises(NotFound):
            hear_provider(name, headers=signed(body), body=body, at=NOW)
    settings.CIVIUM_DEMO = False
    with pytest.raises(NotFound):
        hear(body)


def post(client: Client, body: bytes, **headers: str) -> int:
    return client.post(WEBHOOK, body, content_type="application/json", headers=headers).status_code


def test_the_webhook_answers_200_to_what_it_heard_and_400_to_what_is_forged(
    started: Payment, client: Client
) -> None:
    body = call_about(started)
    assert post(client, body) == 400
    assert state_of(started) == "started"
    headers = signed(body, at=timezone.now())
    assert [post(client, body, **headers) for _ in range(3)] == [200, 200, 200]
    assert state_of(started) == "paid"


def test_the_webhook_reads_no_huge_body_and_answers_no_get(client: Client, db: None) -> None:
    huge = b"x" * (LARGEST_CALL + 1)
    assert post(client, huge, **signed(huge, at=timezone.now())) == 413
    assert client.get(WEBHOOK).status_code == 405
    assert client.post("/webhooks/payments/other/", b"{}", content_type="application/json").status_code == 404
