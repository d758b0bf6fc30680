"""How dates, money, references and texts look to the reader, in the language that is active."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import lru_cache

from babel.dates import format_date, format_time, get_datetime_format, get_timezone_name
from django.conf import settings
from django.utils.translation import get_language
from markupsafe import Markup, escape

from civium.foundation.kit.languages import direction, own_languages, pick_text
from civium.foundation.kit.money import Money
from civium.foundation.kit.sizes import shown_size
from civium.foundation.kit.town import the_town

# English as the rest of the world writes its dates: 27 November 2026.
_LOCALES = {"en": "en_GB"}


def reading_language() -> str:
    """The language of the page being made."""
    return get_language() or "en"


def reading_direction() -> str:
    """``rtl`` or ``ltr``, for the page being made."""
    return direction(reading_language())


@lru_cache(maxsize=64)
def own_language(language: str) -> str:
    """The language that this site's own words are in for these readers: theirs, or the one that stands in for it.

    A town may write its services in more languages than the site speaks.
    """
    return next(code for code in (language, settings.LANGUAGE_CODE, "en") if code in own_languages())


def words(texts: Mapping[str, str]) -> Markup:
    """The text in the reader's language; marked with its real language when there is no translation."""
    text = pick_text(texts, reading_language())
    if text.language == reading_language():
        return escape(text.words)
    return Markup('<span lang="{}" dir="{}">{}</span>').format(
        text.language, direction(text.language), text.words
    )


def bare_words(texts: Mapping[str, str]) -> str:
    """The same text without markup, for titles and attributes."""
    return pick_text(texts, reading_language()).words


def money(amount: Money) -> str:
    """An amount as the reader expects it: ``€25.00``, ``25,00 €``."""
    return amount.shown(_locale())


def size(bytes: int) -> str:
    """The size of a file as the reader expects it: ``7.4 kB``, ``7,4 kB``."""
    return shown_size(bytes, _locale())


def day(on: dt.date) -> str:
    """A calendar day in full: ``27 November 2026``; of a moment, the day that it was on the town's clock."""
    return _long_day(the_town().today(on) if isinstance(on, dt.datetime) else on, _locale())


@lru_cache(maxsize=4096)
def _long_day(on: dt.date, locale: str) -> str:
    return format_date(on, "long", locale=locale)


def weekday(on: dt.date) -> str:
    """A calendar day with its weekday: ``Friday 27 November 2026``."""
    return format_date(on, "full", locale=_locale())


def short_day(on: dt.date) -> str:
    """A calendar day for dense tables: ``27 Nov 2026``."""
    return _short_day(on, _locale())


def short_days() -> Callable[[dt.date], str]:
    """``short_day`` for the many of one page: which language that is in is asked once."""
    locale = _locale()
    return lambda on: _short_day(on, locale)


@lru_cache(maxsize=4096)
def _short_day(on: dt.date, locale: str) -> str:
    return format_date(on, "medium", locale=locale)


def moment(at: dt.datetime) -> str:
    """An aware moment on the town's clock, to the minute: ``27 November 2026, 14:02``."""
    local, locale = at.astimezone(the_town().time_zone), _locale()
    return _day_and_clock(locale).format(
        _clock(local.hour, local.minute, locale), _long_day(local.date(), locale)
    )


def zone() -> str:
    """The name of the time on the town's clock, where a reader may be elsewhere: ``Central European Time``."""
    return str(get_timezone_name(the_town().time_zone, zone_variant="generic", locale=_locale()))


def clock_of(at: dt.datetime) -> str:
    """The time of day of an aware moment, on the town's clock: ``14:02``."""
    local = at.astimezone(the_town().time_zone)
    return _clock(local.hour, local.minute, _locale())


@lru_cache(maxsize=4096)
def _clock(hour: int, minute: int, locale: str) -> str:
    return format_time(dt.time(hour, minute), "short", locale=locale)


@lru_cache(maxsize=64)
def _day_and_clock(locale: str) -> str:
    return str(get_datetime_format("long", locale=locale)).replace("'", "")


def _locale() -> str:
    language = reading_language()
    return _LOCALES.get(language, language)
