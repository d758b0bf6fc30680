"""Number: whole, or with decimals."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Literal

from babel.numbers import format_decimal
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import Field, model_validator

from civium.engines.forms.asking import Asked, Posted, Question, Read, Words, Wrong, wrong
from civium.engines.forms.cleaning import clean_code, parse_number
from civium.foundation.kit.expressions import Kind

LARGEST = Decimal(999_999_999_999)


def decimal_of(value: Any) -> Decimal | None:
    """A machine's number as a decimal: int, float, Decimal or plain ASCII text."""
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float | Decimal | str)
        or len(str(value)[:50]) > 40
    ):
        return None
    if isinstance(value, str) and not (value.isascii() and value.strip("-").replace(".", "", 1).isdigit()):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def plain(number: Decimal) -> str:
    """Digits and a point, without an exponent: ``1234.50``."""
    return f"{number:f}"


def limits(number: Decimal, low: Decimal | None, high: Decimal | None, show: Any) -> tuple[Wrong, ...]:
    """What is wrong with a number that must lie between these, both included."""
    if low is not None and number < low:
        return (Wrong("too_small", details={"limit": show(low)}),)
    highest = LARGEST if high is None else high
    if number > highest or number < -LARGEST:
        return (Wrong("too_large", details={"limit": show(highest)}),)
    return ()


class Number(Question):
    """A number. ``decimals``: how many are allowed; ``unit`` is shown behind the input (or the text ``unit``)."""

    type: Literal["number"]
    decimals: int = Field(default=0, ge=0, le=6)
    min: Decimal | None = None
    max: Decimal | None = None
    unit: str = Field(default="", max_length=20)

    text_direction: ClassVar[str] = "ltr"
    messages: ClassVar[Mapping[str, str | Promise]] = {
        "not_a_number": _("%(Name)s must be a number, like 30"),
        "not_whole": _("%(Name)s must be a whole number, like 30"),
        "too_fine": _("%(Name)s must have %(limit)s decimals or fewer"),
        "too_small": _("%(Name)s must be %(limit)s or more"),
        "too_large": _("%(Name)s must be %(limit)s or less"),
    }

    @model_validator(mode="after")
    def _limits_make_sense(self) -> Number:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is larger than max")
        return self

    @property
    def kind(self) -> Kind:
        return Kind.NUMBER

    def read(self, posted: Posted, asked: Asked, kept: Any = None) -> Read:
        text = clean_code(posted.text())
        if self.unit:
            text = text.removesuffix(self.unit).strip()
        if not text:
            return Read()
        number = parse_number(text, asked.language)
        return self._kept(number) if number is not None else wrong("not_a_number")

    def accept(self, value: Any, asked: Asked) -> Read:
        if value is None or value == "":
            return Read()
        number = decimal_of(value)
        return self._kept(number) if number is not None else wrong("not_a_number")

    def _kept(self, number: Decimal) -> Read:
        number = Decimal(plain(number).rstrip("0").rstrip(".")) if "." in plain(number) else number
        fine = max(-int(number.as_tuple().exponent), 0)
        if fine and not self.decimals:
            return wrong("not_whole")
        if fine > self.decimals:
            return wrong("too_fine", limit=self.decimals)
        return Read(plain(number) if self.decimals else int(number))

    def check(self, value: Any, asked: Asked) -> tuple[Wrong, ...]:
        return limits(
            Decimal(value), self.min, self.max, lambda limit: format_decimal(limit, locale=asked.language)
        )

    def inputs(self, value: Any, asked: Asked) -> dict[str, Any]:
        shown = format_decimal(Decimal(value), format="0.######", locale=asked.language)
        return {"": shown}

    def shown(self, value: Any, asked: Asked, words: Words) -> list[str]:
        number = format_decimal(Decimal(value), locale=asked.language, decimal_quantization=False)
        unit = words.say("unit", asked.language) or self.unit
        return [f"{number} {unit}" if unit else number]

    def json_schema(self) -> dict[str, Any]:
        if self.decimals:
            return {"type": "string", "pattern": rf"^-?[0-9]{{1,12}}(\.[0-9]{{1,{self.decimals}}})?$"}
        schema = {"type": "integer", "minimum": -int(LARGEST), "maximum": int(LARGEST)}
        bounds = {"minimum": self.min, "maximum": self.max}
        return {**schema, **{name: int(bound) for name, bound in bounds.items() if bound is not None}}

    def view(self, asked: Asked, words: Words) -> dict[str, Any]:
        return {"unit": words.say("unit", asked.language) or self.unit}
