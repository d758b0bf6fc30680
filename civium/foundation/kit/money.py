"""Money: a decimal amount with a currency, exact to the currency's smallest unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_currency, get_currency_precision, get_minus_sign_symbol


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency (ISO 4217 code). Rounded half up to the currency's own precision when made."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        step = Decimal(1).scaleb(-get_currency_precision(self.currency))
        object.__setattr__(self, "amount", Decimal(self.amount).quantize(step, rounding=ROUND_HALF_UP))

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.amount + other.amount, self.currency)

    @property
    def is_zero(self) -> bool:
        return self.amount == 0

    def shown(self, language: str) -> str:
        """The amount as a reader of the language expects it, for example ``€25.00`` or ``25,00 €``."""
        words = format_currency(self.amount, self.currency, locale=language)
        # Babel leaves the pattern's own sign where the language has another (UTS 35, 3.2): Arabic's stands left of the number.
        minus = get_minus_sign_symbol(locale=language)
        return words if minus in words else words.replace("-", minus, 1)
