"""Money as whole numbers of the currency's smallest unit (cents, yen, fils): exact in every database."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import get_currency_precision

from civium.foundation.kit.money import Money


def to_minor(money: Money) -> int:
    """How many of the smallest units the money is; ``Money`` has rounded it to them already."""
    return int(money.amount.scaleb(get_currency_precision(money.currency)))


def from_minor(minor: int, currency: str) -> Money:
    """The money that so many of the smallest units are."""
    return Money(Decimal(minor).scaleb(-get_currency_precision(currency)), currency)
