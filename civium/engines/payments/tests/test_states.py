"""Where a payment may go."""

from __future__ import annotations

import itertools

import pytest

from civium.engines.payments.actions._changing import move
from civium.engines.payments.models import Payment, PaymentState
from civium.engines.payments.rules.states import OPEN, TRANSITIONS, may_become

ALLOWED = {
    ("asked", "started"),
    ("asked", "cancelled"),
    ("asked", "paid"),
    ("started", "pending"),
    ("started", "paid"),
    ("started", "declined"),
    ("started", "cancelled"),
    ("pending", "paid"),
    ("pending", "declined"),
    ("pending", "cancelled"),
    ("declined", "paid"),
    ("declined", "cancelled"),
    ("cancelled", "paid"),
    ("paid", "refunded"),
}


def test_the_table_knows_every_state() -> None:
    assert set(TRANSITIONS) == set(PaymentState.values)
    assert set(OPEN) < set(TRANSITIONS)


@pytest.mark.parametrize(("state", "new"), list(itertools.product(PaymentState.values, repeat=2)))
def test_a_payment_goes_only_where_the_table_says(state: str, new: str) -> None:
    assert may_become(state, new) == ((state, new) in ALLOWED)


def test_a_forbidden_transition_is_a_defect() -> None:
    with pytest.raises(ValueError, match="cannot become asked"):
        move(Payment(state="paid"), "asked")
