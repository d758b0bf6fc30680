"""Asking the provider when no webhook came."""

from __future__ import annotations

from datetime import timedelta

import pytest

from civium.engines.payments.actions.check_pending import check_pending
from civium.engines.payments.models import DemoCheckout, Payment
from tests.cast import NOW

from .conftest import call_about, hear, kinds_of

pytestmark = pytest.mark.django_db


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def test_a_payment_whose_webhook_never_came_is_found(started: Payment) -> None:
    DemoCheckout.objects.update(outcome="paid", decided_at=NOW)
    assert check_pending(at=NOW + minutes(9)) == 0
    assert check_pending(at=NOW + minutes(10)) == 1
    started.refresh_from_db()
    assert started.is_paid
    assert check_pending(at=NOW + minutes(60)) == 0


def test_an_answer_is_weighed_like_a_webhook(started: Payment) -> None:
    DemoCheckout.objects.update(outcome="paid", decided_at=NOW, minor=1)
    check_pending(at=NOW + minutes(10))
    started.refresh_from_db()
    assert started.state == "started"
    assert started.calls.get().reason == "other-amount"


def test_what_is_not_decided_is_asked_ever_more_rarely_and_then_given_up(started: Payment) -> None:
    asked_at = [
        NOW + minutes(turn * 10)
        for turn in range(1, 8 * 24 * 6)
        if check_pending(at=NOW + minutes(turn * 10))
    ]
    assert 8 <= len(asked_at) <= 15
    started.refresh_from_db()
    assert started.next_check_at is None
    assert started.needs_attention == ""


def test_a_payment_on_its_way_for_a_week_needs_attention(started: Payment) -> None:
    hear(call_about(started, "pending"))
    check_pending(at=NOW + timedelta(days=7))
    started.refresh_from_db()
    assert started.needs_attention == "no-answer"
    assert kinds_of(started)[-1] == "PaymentNeedsAttention"


def test_a_provider_that_is_no_longer_used_is_not_asked(started: Payment) -> None:
    Payment.objects.update(provider="earlier")
    assert check_pending(at=NOW + minutes(10)) == 1
    started.refresh_from_db()
    assert started.state == "started"
