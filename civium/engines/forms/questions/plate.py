"""Plate: the registration plate of a vehicle."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, Field

from civium.engines.forms.asking import Asked, Question, Read, Words, Wrong, as_text, wrong
from civium.engines.forms.cleaning import clean_code
from civium.engines.forms.plates import FORMS, example_plate, is_plate_of, write_plate

LONGEST = 12
# Cyrillic and Greek plates have only letters that Latin has too; people type them on their own keyboard.
_AS_LATIN = str.maketrans("АВЕКМНОРСТУХІЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXIJABEZHIKMNOPTYX")


def _is_known(country: str) -> str:
    if country not in FORMS:
        raise ValueError(
            f"we do not know the plates of '{country}'; write some of {', '.join(FORMS)}, or leave 'countries' out"
        )
    return country


class Plate(Question):
    """One vehicle's plate, kept as its letters and digits: ``1234BCD``. Without ``countries`` that of any."""

    type: Literal["plate"]
    countries: tuple[Annotated[str, AfterValidator(_is_known)], ...] = Field(default=(), max_length=40)

    text_direction: ClassVar[str] = "ltr"
    names_rows: ClassVar[bool] = True
    messages: ClassVar[Mapping[str, str | Promise]] = {
        "not_plate": _("Enter the letters and digits of the plate, like %(example)s"),
        "too_long": _("A plate has %(limit)s letters and digits or fewer"),
    }

    def accept(self, value: Any, asked: Asked) -> Read:
        if value is None or value == "":
            return Read()
        text = as_text(value, longest=200)
        if text is None:
            return wrong("wrong")
        return Read(compact_plate(text)) if clean_code(text) else Read()

    def check(self, value: Any, asked: Asked) -> tuple[Wrong, ...]:
        if len(value) > LONGEST:
            return (Wrong("too_long", details={"limit": LONGEST}),)
        countries = self.countries
        if not value or (countries and not any(is_plate_of(value, one) for one in countries)):
            country = (*countries, asked.country)[0]
            return (Wrong("not_plate", details={"example": example_plate(country)}),)
        return ()

    def inputs(self, value: Any, asked: Asked) -> dict[str, Any]:
        return {"": self._written(value, asked)}

    def shown(self, value: Any, asked: Asked, words: Words) -> list[str]:
        return [self._written(value, asked)]

    def _written(self, value: str, asked: Asked) -> str:
        return write_plate(value, self.countries or (asked.country,))

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": LONGEST}


def compact_plate(text: str) -> str:
    """Letters and digits only, upper case; in Latin letters when all of them have a Latin twin."""
    upper = clean_code(text).upper()
    compact = "".join(one for one in upper if unicodedata.category(one)[0] in "LN")
    latin = compact.translate(_AS_LATIN)
    return latin if latin.isascii() else compact
