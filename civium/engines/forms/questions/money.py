"""Money: an amount in the service's currency."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Literal

from babel.numbers import format_decimal, get_currency_precision, get_currency_symbol
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import Field, model_validator

from civium.engines.forms.asking import Asked, Posted, Question, Read, Words, Wrong, wrong
from civium.engines.forms.cleaning import clean_code, parse_number
from civium.engines.forms.questions.number import LARGEST, decimal_of, limits, plain
from civium.foundation.kit.expressions import Kind
from civium.foundation.kit.money import Money as Amount


class Money(Question):
    """An amount of money, kept as text with the currency's decimals. ``currency``: when it is not the service's."""

    type: Literal["money"]
    min: Decimal = Decimal(0)
    max: Decimal | None = None
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")

    text_direction: ClassVar[str] = "ltr"
    messages: ClassVar[Mapping[str, str | Promise]] = {
        "not_money": _("%(Name)s must be an amount of money, like %(example)s"),
        "too_fine": _("%(Name)s must have %(limit)s decimals or fewer"),
        "too_small": _("%(Name)s must be %(limit)s or more"),
        "too_large": _("%(Name)s must be %(limit)s or less"),
    }

    @model_validator(mode="after")
    def _limits_make_sense(self) -> Money:
        if self.max is not None and self.min > self.max:
            raise ValueError("min is larger than max")
        return self

    @property
    def kind(self) -> Kind:
        return Kind.NUMBER

    def _currency(self, asked: Asked) -> str:
        return self.currency or asked.currency

    def _wrong(self, asked: Asked) -> Read:
        return wrong("not_money", example=format_decimal(Decimal("25.50"), "0.00", locale=asked.language))

    def read(self, posted: Posted, asked: Asked, kept: Any = None) -> Read:
        text = clean_code(posted.text())
        currency = self._currency(asked)
        for sign in (
            currency,
            currency.lower(),
            get_currency_symbol(currency, locale=asked.language),
            "€",
            "$",
            "£",
        ):
            text = text.removeprefix(sign).removesuffix(sign).strip()
        if not text:
            return Read()
        number = parse_number(text, asked.language)
        return self._kept(number, asked) if number is not None else self._wrong(asked)

    def accept(self, value: Any, asked: Asked) -> Read:
        if value is None or value == "":
            return Read()
        number = decimal_of(value)
        return self._kept(number, asked) if number is not None else self._wrong(asked)

    def _kept(self, number: Decimal, asked: Asked) -> Read:
        if abs(number) > LARGEST:
            return wrong("too_large", limit=self._shown(LARGEST, asked))
        precision = get_currency_precision(self._currency(asked))
        rounded = round(number, precision)
        if rounded != number:
            return wrong("too_fine", limit=precision)
        return Read(plain(rounded))

    def check(self, value: Any, asked: Asked) -> tuple[Wrong, ...]:
        return limits(Decimal(value), self.min, self.max, lambda limit: self._shown(limit, asked))

    def _shown(self, amount: Decimal, asked: Asked) -> str:
        return Amount(amount, self._currency(asked)).shown(asked.language)

    def inputs(self, value: Any, asked: Asked) -> dict[str, Any]:
        form = "0." + "0" * get_currency_precision(self._currency(asked))
        return {"": format_decimal(Decimal(value), form.rstrip("."), locale=asked.language)}

    def shown(self, value: Any, asked: Asked, words: Words) -> list[str]:
        return [self._shown(Decimal(value), asked)]

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^-?[0-9]{1,12}(\.[0-9]{1,4})?$"}

    def view(self, asked: Asked, words: Words) -> dict[str, Any]:
        return {"sign": get_currency_symbol(self._currency(asked), locale=asked.language)}
