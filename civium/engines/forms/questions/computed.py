"""Computed: a value worked out from answers, shown and not asked."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, ClassVar, Literal

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.translation import gettext as _now
from django.utils.translation import override
from pydantic import Field

from civium.engines.forms.asking import Asked, OptionName, Question, Read, Source, Words, wrong
from civium.engines.forms.questions.number import plain
from civium.foundation.kit.expressions import ABSENT, Kind
from civium.foundation.kit.money import Money

_KINDS = {
    "text": Kind.TEXT,
    "number": Kind.NUMBER,
    "money": Kind.NUMBER,
    "date": Kind.DATE,
    "yes-no": Kind.BOOL,
}


class Computed(Question):
    """``value`` is CEL over earlier answers; ``shown_as`` says what it gives and how it looks. ``hidden`` ones are not shown.

    ``options``: the texts that it can give, when the texts files have words for them.
    """

    type: Literal["computed"]
    value: Source
    shown_as: Literal["text", "number", "money", "date", "yes-no"] = "number"
    options: Annotated[tuple[OptionName, ...], Field(max_length=100)] = ()
    hidden: bool = False
    optional: bool = Field(default=True, exclude=True)

    is_short: ClassVar[bool] = False
    is_asked: ClassVar[bool] = False

    @property
    def kind(self) -> Kind:
        return _KINDS[self.shown_as]

    @property
    def option_names(self) -> tuple[str, ...]:
        return self.options

    def settle_computed(self, value: Any) -> Any:
        """The value as kept beside answers, or None when it is absent: numbers to six decimals at most, dates as ISO text."""
        if value is ABSENT:
            return None
        if isinstance(value, dt.date):
            return value.isoformat()
        if isinstance(value, float):
            number = Decimal(str(value)).quantize(Decimal("0.000001"), rounding=ROUND_HALF_UP).normalize()
            return int(number) if number == number.to_integral_value() else plain(number)
        return value

    def accept(self, value: Any, asked: Asked) -> Read:
        return wrong("wrong")

    def shown(self, value: Any, asked: Asked, words: Words) -> list[str]:
        if self.shown_as == "date":
            day = dt.date.fromisoformat(value)
            return [format_date(day, "long", locale="en_GB" if asked.language == "en" else asked.language)]
        if self.shown_as == "money":
            return [Money(Decimal(str(value)), asked.currency).shown(asked.language)]
        if self.shown_as == "number":
            return [format_decimal(Decimal(str(value)), locale=asked.language)]
        if self.shown_as == "yes-no":
            with override(asked.language):
                return [_now("Yes") if value else _now("No")]
        return [words.option(str(value), asked.language)]

    def json_schema(self) -> dict[str, Any]:
        return {"not": {}}
