"""Time: a time of day in one input, read as people write it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Literal

from babel import Locale
from babel.dates import format_time
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import Field, model_validator

from civium.engines.forms.asking import Asked, Question, Read, Words, Wrong, wrong
from civium.engines.forms.cleaning import clean_code

Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
_DIGITS = re.compile(r"[0-9]+")
# What stands between and around the numbers, in any language: 14:30, 14.30, 14h30, 14 Uhr 30.
_SIGNS = re.compile(r"[\s:.,;٫،']+")
_HOUR_WORDS = frozenset({"", "h", "hs", "hr", "hrs", "uhr", "u", "hours", "horas", "hm", "hmin", "min"})


class Time(Question):
    """A time of day, kept as ``14:30``. ``step``: only every so many minutes, counted from ``earliest``, else from midnight."""

    type: Literal["time"]
    earliest: Clock = "00:00"
    latest: Clock = "23:59"
    step: int = Field(default=1, ge=1, le=720)

    messages: ClassVar[Mapping[str, str | Promise]] = {
        "not_time": _("%(Name)s must be a time, like %(example)s"),
        "too_early": _("%(Name)s must be %(limit)s or later"),
        "too_late": _("%(Name)s must be %(limit)s or earlier"),
        "not_step": _("%(Name)s must be one of the times we offer, like %(before)s or %(after)s"),
    }

    @model_validator(mode="after")
    def _limits_make_sense(self) -> Time:
        if self.earliest > self.latest:
            raise ValueError("earliest is later than latest")
        return self

    def accept(self, value: Any, asked: Asked) -> Read:
        if value is None or value == "":
            return Read()
        if isinstance(value, dt.time):
            return Read(value.strftime("%H:%M"))
        text = clean_code(value[:200]) if isinstance(value, str) else "?"
        if not text:
            return Read()
        found = read_time(text, asked.language)
        return Read(found) if found else wrong("not_time", example=_shown("14:30", asked.language))

    def check(self, value: Any, asked: Asked) -> tuple[Wrong, ...]:
        if value < self.earliest:
            return (Wrong("too_early", details={"limit": _shown(self.earliest, asked.language)}),)
        if value > self.latest:
            return (Wrong("too_late", details={"limit": _shown(self.latest, asked.language)}),)
        beyond = (_minutes(value) - _minutes(self.earliest)) % self.step
        if not beyond:
            return ()
        before = _clock(_minutes(value) - beyond)
        after = _clock(_minutes(value) - beyond + self.step)
        near = [one for one in (before, after) if one and one <= self.latest]
        shown = [_shown(one, asked.language) for one in near]
        return (Wrong("not_step", details={"before": shown[0], "after": shown[-1]}),)

    def shown(self, value: Any, asked: Asked, words: Words) -> list[str]:
        return [_shown(value, asked.language)]

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}


def read_time(text: str, language: str) -> str | None:
    """The time that somebody wrote, as ``14:30``, or None: ``14:30``, ``1430``, ``14.30``, ``14h30``, ``2:30 pm``, ``2 p. m.``, ``٢:٣٠ م``."""
    words = _SIGNS.sub("", _DIGITS.sub("", text)).casefold()
    numbers = _DIGITS.findall(text)
    periods = _periods(language)
    period = periods.get(words)
    if period in {"noon", "midnight"} and numbers in ([], ["12"]):
        return "12:00" if period == "noon" else "00:00"
    if period not in {"am", "pm"} and words not in _HOUR_WORDS:
        return None
    if len(numbers) == 1 and len(numbers[0]) in {3, 4}:
        numbers = [numbers[0][:-2], numbers[0][-2:]]
    if len(numbers) == 3 and numbers[2] == "00":
        numbers = numbers[:2]
    hour, minute = (*numbers, "00")[:2] if len(numbers) in {1, 2} else ("", "")
    if not (0 < len(hour) <= 2 and len(minute) == 2 and int(minute) < 60):
        return None
    at = int(hour)
    if period == "am" and not 1 <= at <= 12:
        return None
    if period in {"am", "pm"} and at <= 12:
        at = at % 12 + (12 if period == "pm" else 0)
    return _clock(at * 60 + int(minute)) or None


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _clock(minutes: int) -> str:
    """The time so many minutes after midnight; empty when that is another day."""
    return f"{minutes // 60:02}:{minutes % 60:02}" if 0 <= minutes < 24 * 60 else ""


def _shown(clock: str, language: str) -> str:
    at = dt.time.fromisoformat(clock)
    shown: str = format_time(at, "short", locale="en_GB" if language == "en" else language)
    return shown.replace("\u202f", "\u00a0")


@lru_cache(maxsize=16)
def _periods(language: str) -> dict[str, str]:
    """Words for the halves of the day in the reader's and the site's languages (CLDR), without points and spaces."""
    found: dict[str, str] = {}
    for code in dict.fromkeys((*(code for code, _name in settings.LANGUAGES), "en", language)):
        for widths in Locale.parse(code).day_periods.values():
            for periods in widths.values():
                for period, name in periods.items():
                    if period in {"am", "pm", "noon", "midnight"}:
                        found[_SIGNS.sub("", clean_code(str(name))).casefold()] = period
    return {"am": "am", "pm": "pm", **found}
