"""Phone: one number, kept as E.164."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from civium.engines.forms.asking import Asked, Question, Read, WithPurpose, Words, wrong
from civium.engines.forms.cleaning import clean_code


class Phone(Question, WithPurpose):
    """One phone number. Without a country code it is one of the town's country; kept as E.164, shown internationally.

    Numbers only need to be possible: new ranges open faster than tables of them are published.
    """

    type: Literal["phone"]

    text_direction: ClassVar[str] = "ltr"
    messages: ClassVar[Mapping[str, str | Promise]] = {
        "not_phone": _("Enter a phone number, like %(example)s"),
    }

    def accept(self, value: Any, asked: Asked) -> Read:
        import phonenumbers

        if value is None or value == "":
            return Read()
        text = clean_code(value) if isinstance(value, str) else ""
        if isinstance(value, str) and not text:
            return Read()
        try:
            number = phonenumbers.parse(text[:60], asked.country)
        except phonenumbers.NumberParseException:
            return wrong("not_phone", example=_example(asked.country))
        length = phonenumbers.is_possible_number_with_reason(number)
        # A number that works only in its own area (555-0142) cannot be called from the town hall.
        if number.extension or length != phonenumbers.ValidationResult.IS_POSSIBLE:
            return wrong("not_phone", example=_example(asked.country))
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
