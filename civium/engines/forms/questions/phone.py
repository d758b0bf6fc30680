"""Phone: one number, kept as E.164."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import field_validator

from civium.engines.forms.asking import Asked, Question, Read, WithPurpose, Words, wrong
from civium.engines.forms.cleaning import clean_code

ANY = "any"


class Phone(Question, WithPurpose):
    """One phone number, kept as E.164, shown internationally. Without a country's code it is one of ``country``.

    ``country`` is the town's unless it is said; with ``any`` every number needs its country's code. Numbers only need to be
    possible: new ranges open faster than tables of them are published.
    """

    type: Literal["phone"]
    country: str | None = None

    text_direction: ClassVar[str] = "ltr"
    messages: ClassVar[Mapping[str, str | Promise]] = {
        "not_phone": _("Enter a phone number, like %(example)s"),
        "no_country_code": _("Begin with + and the country code, like %(example)s"),
    }

    @field_validator("country")
    @classmethod
    def _country_is_known(cls, country: str | None) -> str | None:
        import phonenumbers

        if country is not None and country != ANY and country not in phonenumbers.SUPPORTED_REGIONS:
            raise ValueError(
                f"'{country}' is not a country; write its two capital letters, such as ES, or any"
            )
        return country

    def _country(self, asked: Asked) -> str:
        return asked.country if self.country in {None, ANY} else str(self.country)

    def accept(self, value: Any, asked: Asked) -> Read:
        import phonenumbers

        if value is None or value == "":
            return Read()
        text = clean_code(value) if isinstance(value, str) else ""
        if isinstance(value, str) and not text:
            return Read()
        country = self._country(asked)
        text = f"+{text[2:]}" if self.country == ANY and text.startswith("00") else text
        try:
            number = phonenumbers.parse(text[:60], None if self.country == ANY else country)
        except phonenumbers.NumberParseException as problem:
            is_local = problem.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE
            code = "no_country_code" if self.country == ANY and is_local else "not_phone"
            return wrong(code, example=_example(country))
        length = phonenumbers.is_possible_number_with_reason(number)
        # A number that works only in its own area (555-0142) cannot be called from the town hall.
        if number.extension or length != phonenumbers.ValidationResult.IS_POSSIBLE:
            return wrong("not_phone", example=_example(country))
        return Read(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

    def inputs(self, value: Any, asked: Asked) -> dict[str, Any]:
        return {"": _international(value)}

    def shown(self, value: Any, asked: Asked, words: Words) -> list[str]:
        return [_international(value)]

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\+[0-9]{4,15}$"}


def _international(value: str) -> str:
    import phonenumbers

    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return value
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _example(country: str) -> str:
    import phonenumbers

    number = phonenumbers.example_number(country)
    return (
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
        if number
        else "+34 911 23 45 67"
    )
