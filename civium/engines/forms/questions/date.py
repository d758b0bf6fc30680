"""Date: a calendar day in three inputs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar, Literal

from babel.dates import format_date, get_month_names
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import Field, model_validator

from civium.engines.forms.asking import Asked, Posted, Question, Read, WithPurpose, Words, Wrong, wrong
from civium.engines.forms.cleaning import clean_code
from civium.foundation.kit.expressions import Kind, years_between

_MISSING = {"day": "no_day", "month": "no_month", "year": "no_year"}


class Date(Question, WithPurpose):
    """A day, whole. ``must_be`` relates it to today; ``min_age`` and ``max_age`` are whole years before today.

    Somebody born on 29 February is a year older on 1 March in common years.
    """

    type: Literal["date"]
    must_be: Literal["past", "today-or-past", "future", "today-or-future"] | None = None
    earliest: dt.date = dt.date(1850, 1, 1)
    latest: dt.date = dt.date(2150, 12, 31)
    min_age: int | None = Field(default=None, ge=0, le=150)
    max_age: int | None = Field(default=None, ge=0, le=150)

    is_many_inputs: ClassVar[bool] = True
    text_direction: ClassVar[str] = "auto"
    parts: ClassVar[tuple[str, ...]] = ("day", "month", "year")
    messages: ClassVar[Mapping[str, str | Promise]] = {
        "no_day": _("%(Name)s must include a day"),
        "no_month": _("%(Name)s must include a month"),
        "no_year": _("%(Name)s must include a year"),
        "short_year": _("Year must include 4 numbers, like %(example)s"),
        "not_real": _("%(Name)s must be a real date, like %(example)s"),
        "not_past": _("%(Name)s must be in the past"),
        "not_today_or_past": _("%(Name)s must be today or in the past"),
        "not_future": _("%(Name)s must be in the future"),
        "not_today_or_future": _("%(Name)s must be today or in the future"),
        "too_early": _("%(Name)s must be %(limit)s or later"),
        "too_late": _("%(Name)s must be %(limit)s or earlier"),
        "too_young": _("%(Name)s must be at least %(limit)s years ago"),
        "too_old": _("%(Name)s must be less than %(limit)s years ago"),
    }

    @model_validator(mode="after")
    def _limits_make_sense(self) -> Date:
        if self.earliest > self.latest:
            raise ValueError("earliest is later than latest")
        if self.min_age is not None and self.max_age is not None and self.min_age > self.max_age:
            raise ValueError("min_age is larger than max_age")
        return self

    @property
    def kind(self) -> Kind:
        return Kind.DATE

    def read(self, posted: Posted, asked: Asked, kept: Any = None) -> Read:
        typed = {part: clean_code(posted.text(part)) for part in self.parts}
        if not any(typed.values()):
            return Read()
        missing = tuple(Wrong(_MISSING[part], part) for part, text in typed.items() if not text)
        if missing:
            return Read(None, missing)
        year = typed["year"]
        if not (year.isdigit() and len(year) == 4 and int(year) >= 1000):
            return wrong("short_year", "year", example=asked.today.year)
        try:
            month = _month(typed["month"], asked.language)
            day = typed["day"].rstrip(".")
            return Read(
                dt.date(int(year), month, int(day) if day.isdigit() and len(day) < 3 else 0).isoformat()
            )
        except ValueError:
            return self._not_real(asked)

    def _not_real(self, asked: Asked) -> Read:
        return wrong(
            "not_real", "day", example=long_day(dt.date(asked.today.year - 1, 3, 27), asked.language)
        )

    def accept(self, value: Any, asked: Asked) -> Read:
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return Read(value.isoformat())
        if value is None or value == "":
            return Read()
        if not isinstance(value, str) or len(value) != 10 or not value.isascii():
            return self._not_real(asked)
        try:
            return Read(dt.date.fromisoformat(value).isoformat())
        except ValueError:
            return self._not_real(asked)

    def check(self, value: Any, asked: Asked) -> tuple[Wrong, ...]:
        day, today = dt.date.fromisoformat(value), asked.today
        fits = {
            None: True,
            "past": day < today,
            "today-or-past": day <= today,
            "future": day > today,
            "today-or-future": day >= today,
        }
        if not fits[self.must_be]:
            return (Wrong("not_" + str(self.must_be).replace("-", "_"), "day"),)
        if day < self.earliest:
            return (Wrong("too_early", "day", {"limit": long_day(self.earliest, asked.language)}),)
        if day > self.latest:
            return (Wrong("too_late", "day", {"limit": long_day(self.latest, asked.language)}),)
        return self._check_age(years_between(day, today))

    def _check_age(self, age: int) -> tuple[Wrong, ...]:
        if self.min_age is not None and age < self.min_age:
            return (Wrong("too_young", "day", {"limit": self.min_age}),)
        if self.max_age is not None and age > self.max_age:
            return (Wrong("too_old", "day", {"limit": self.max_age + 1}),)
        return ()

    def inputs(self, value: Any, asked: Asked) -> dict[str, Any]:
        day = dt.date.fromisoformat(value)
        return {"day": str(day.day), "month": str(day.month), "year": f"{day.year:04}"}

    def shown(self, value: Any, asked: Asked, words: Words) -> list[str]:
        return [long_day(dt.date.fromisoformat(value), asked.language)]

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}

    def view(self, asked: Asked, words: Words) -> dict[str, Any]:
        return {"purpose": "bday" if self.autocomplete == "bday" else ""}


def long_day(day: dt.date, language: str) -> str:
    """The day in full, as the language writes it: ``27 November 2026``."""
    return format_date(day, "long", locale="en_GB" if language == "en" else language)


def _month(text: str, language: str) -> int:
    """The month's number, from a number or its name in the reader's or any of the site's languages. ValueError when it is none."""
    if text.isdigit():
        return int(text) if len(text) < 3 else 0
    name = text.casefold().rstrip(".")
    for at in (language, *(code for code, _name in settings.LANGUAGES)):
        if name in (months := _months(at)):
            return months[name]
    raise ValueError(text)


@lru_cache(maxsize=32)
def _months(language: str) -> dict[str, int]:
    return {
        clean_code(name).casefold().rstrip("."): number
        for width in ("wide", "abbreviated")
        for form in ("format", "stand-alone")
        for number, name in get_month_names(width, form, locale=language).items()
    }
