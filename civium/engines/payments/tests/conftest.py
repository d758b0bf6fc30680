"""A fee, a payment, a started one, and a provider's call signed as the demo provider signs."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings

from civium.engines.payments.actions.ask_for_payment import ask_for_payment
from civium.engines.payments.actions.hear_provider import hear_provider
from civium.engines.payments.actions.start_checkout import start_checkout
from civium.engines.payments.models import Payment, ProviderCall
from civium.engines.payments.rules import FeeDue
from civium.foundation.identity.models import Person
from civium.foundation.kit.money import Money
from civium.foundation.vault.actions.signing import sign_message
from tests.cast import NOW

SUBJECT = "application:7c7e1f0a-6a0b-4f57-9f6e-0f6f0c3c2b11"


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def due_of(amount: str = "25.00") -> FeeDue:
    return FeeDue(lines=(("licence", euros(amount)),), total=euros(amount))


@pytest.fixture
def ask(amina: Person) -> Callable[..., Payment]:
    """Ask Amina for money: ``ask("25.00", subject=...)``."""

    def asks(amount: str = "25.00", *, subject: str = SUBJECT, at: dt.datetime = NOW, **more: Any) -> Payment:
        given = {
            "payer": amina,
            "description": "Dog licence",
            "return_to": "/en/applications/1/sent/",
            "leave_to": "/en/applications/1/pay/",
            "language": "en",
            "agency": "animal-welfare",
            "service": "dog-licence",
            "words": {"licence": "Yearly licence"},
        }
        return ask_for_payment(subject, due=due_of(amount), at=at, **{**given, **more})

    return asks


@pytest.fixture
def asked(ask: Callable[..., Payment]) -> Payment:
    """A payment that nobody has started."""
    return ask()


@pytest.fixture
def started(asked: Payment) -> Payment:
    """A payment whose hosted page is open."""
    start_checkout(asked, at=NOW)
    asked.refresh_from_db()
    return asked


def call_about(payment: Payment, kind: str = "paid", /, **changes: Any) -> bytes:
    """The raw body of a call that agrees with the payment, but for the changes."""
    call = {
        "id": f"event-{kind}",
        "type": f"payment.{kind}",
        "payment": payment.provider_reference,
        "reference": payment.reference,
        "amount": payment.minor,
        "currency": payment.currency,
        "payee": "demo-town",
        "created": int(NOW.timestamp()),
    }
    return json.dumps({**call, **changes}).encode()


def signed(body: bytes, *, at: dt.datetime = NOW, secret: str | None = None) -> dict[str, str]:
    secret = settings.CIVIUM_PAYMENT_SECRET if secret is None else secret
    return {"Demo-Signature": sign_message(body, secret=secret, at=at)}


def hear(body: bytes, *, at: dt.datetime = NOW, headers: dict[str, str] | None = None) -> ProviderCall:
    """Hear a call, signed just now unless other headers are given."""
    return hear_provider(
        "demo", headers=signed(body, at=at) if headers is None else headers, body=body, at=at
    )


def kinds_of(payment: Payment) -> list[str]:
    """What the journal has about the payment, oldest first."""
    from civium.foundation.journal.queries import find_entries

    return [entry.kind.removeprefix("payments.") for entry in find_entries([payment.stream])]
