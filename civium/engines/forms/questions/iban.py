"""IBAN: a bank account, by its international number (ISO 13616)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from babel import Locale
from babel.lists import format_list
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, Field

from civium.engines.forms.asking import Asked, Question, Read, Words, Wrong, as_text, wrong
from civium.engines.forms.cleaning import clean_code, plain_digits

_SIGNS = re.compile(r"[\s.,:;/_‐-―-]+")
_SHAPE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}")
_BEGINS = re.compile(r"(?=[A-Z]{2}[0-9]{2})")
_OTHERS = re.compile(r"[^A-Z0-9]+")
_PARTS = re.compile(r"([0-9]+)!")


def _has_ibans(country: str) -> str:
    if _length(country) is None:
        raise ValueError(f"'{country}' has no IBANs; write two capital letters of a country, such as ES")
    return country


class Iban(Question):
    """One IBAN, with its length, its check digits and, where a country has them, those of the account. Kept without spaces."""

    type: Literal["iban"]
    countries: tuple[Annotated[str, AfterValidator(_has_ibans)], ...] = Field(default=(), max_length=40)

    text_direction: ClassVar[str] = "ltr"
    names_an_account: ClassVar[bool] = True
    messages: ClassVar[Mapping[str, str | Promise]] = {
        "not_iban": _("An IBAN begins with two letters and two digits, like %(example)s"),
        "wrong_length": _("This IBAN must have %(limit)s letters and digits. You have entered %(count)s"),
        "wrong_country": _("The account must be in %(countries)s"),
        "not_real": _("This is not a real IBAN. Check each letter and digit"),
    }

    def accept(self, value: Any, asked: Asked) -> Read:
        if value is None or value == "":
            return Read()
        text = as_text(value, longest=200)
        if text is None:
            return wrong("wrong")
        compact = _SIGNS.sub("", clean_code(text)).upper()
        return Read(compact.removeprefix("IBAN") or None)

    def check(self, value: Any, asked: Asked) -> tuple[Wrong, ...]:
        from stdnum import iban
        from stdnum.exceptions import ValidationError

        length = _length(value[:2])
        if not _SHAPE.fullmatch(value[:34]) or length is None:
            return (Wrong("not_iban", details={"example": show_iban(_EXAMPLE)}),)
        if len(value) != length:
            return (Wrong("wrong_length", details={"limit": length, "count": len(value)}),)
        if self.countries and value[:2] not in self.countries:
            return (Wrong("wrong_country", details={"countries": _named(self.countries, asked.language)}),)
        try:
            iban.validate(value)
        except ValidationError:
            return (Wrong("not_real"),)
        return ()

    def inputs(self, value: Any, asked: Asked) -> dict[str, Any]:
        return {"": show_iban(value)}

    def shown(self, value: Any, asked: Asked, words: Words) -> list[str]:
        return [show_iban(value)]

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"}


_EXAMPLE = "ES9121000418450200051332"


def show_iban(value: str) -> str:
    """In groups of four."""
    return " ".join(value[at : at + 4] for at in range(0, len(value), 4))


def find_ibans(text: str) -> list[str]:
    """The real IBANs that stand somewhere in a text, however they are written."""
    from stdnum import iban

    said = _OTHERS.sub("", plain_digits(unicodedata.normalize("NFKC", text)).upper())[:20_000]
    found = []
    for begin in _BEGINS.finditer(said):
        at = begin.start()
        number = said[at : at + (_length(said[at : at + 2]) or 0)]
        if iban.is_valid(number):
            found.append(number)
    return found


def _length(country: str) -> int | None:
    """How many characters a country's IBANs have; None when it has none."""
    from stdnum import numdb

    [(_begins, found), *_rest] = numdb.get("iban").info(country)
    parts = _PARTS.findall(found.get("bban", ""))
    return 4 + sum(map(int, parts)) if parts and len(country) == 2 else None


def _named(countries: tuple[str, ...], language: str) -> str:
    names = Locale.parse(language).territories
    return str(format_list([str(names.get(code, code)) for code in countries], style="or", locale=language))
