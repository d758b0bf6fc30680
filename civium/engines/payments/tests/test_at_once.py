"""Several at once, on real connections: whoever is quicker, money counts once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

import pytest
from django.db import connection

from civium.engines.payments.actions.start_checkout import start_checkout
from civium.engines.payments.models import DemoCheckout, LedgerLine, Payment, ProviderCall
from tests.cast import NOW

from .conftest import call_about, hear, kinds_of

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Do the works in threads that begin together; give what they gave or raised."""
    results: list[Any] = [None] * len(works)
    gate = threading.Barrier(len(works))

    def run(place: int) -> None:
        try:
            gate.wait()
            results[place] = works[place]()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=copy_context().run, args=(run, place)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_one_call_heard_by_eight_workers_pays_once(started: Payment) -> None:
    body = call_about(started)
    calls = at_once(*[lambda: hear(body).verdict] * 8)
    assert calls == ["settled"] * 8
    assert kinds_of(started).count("PaymentSettled") == 1
    assert LedgerLine.objects.count() == 1
    assert ProviderCall.objects.get().times_heard == 8


def test_eight_events_about_one_payment_pay_once(started: Payment) -> None:
    bodies = [call_about(started, id=f"event-{turn}") for turn in range(8)]
    verdicts = at_once(*[lambda body=body: str(hear(body).verdict) for body in bodies])
    assert sorted(verdicts) == ["duplicate"] * 7 + ["settled"]
    assert LedgerLine.objects.count() == 1


def test_paid_and_declined_at_once_is_paid(started: Payment) -> None:
    bodies = [call_about(started), call_about(started, "declined")]
    at_once(*[lambda body=body: hear(body) for body in bodies])
    started.refresh_from_db()
    assert started.is_paid


def test_two_tabs_at_once_get_one_payment_and_one_page(ask: Callable[..., Payment]) -> None:
    payments = at_once(*[ask] * 6)
    assert len({payment.pk for payment in payments}) == 1
    assert kinds_of(payments[0]) == ["PaymentAsked"]
    pages = at_once(*[lambda: start_checkout(payments[0], at=NOW)] * 6)
    assert len(set(pages)) == 1
    assert DemoCheckout.objects.count() == 1
    assert kinds_of(payments[0]) == ["PaymentAsked", "PaymentStarted"]
