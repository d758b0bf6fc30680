"""How the vehicle plates of countries are written, so that one can be checked and shown as it looks on the vehicle.

A form is 9 for a digit, A for a letter, X for either, ``{n}`` or ``{n,m}`` for so many of them, and a space or ``-`` between
groups. A country's first form is its present one; those that are older, chosen, or of authorities and diplomats are there as
well: they are on the road, and nobody is told that their plate does not exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

FORMS: Mapping[str, tuple[str, ...]] = {
    "AD": ("A9{4}",),
    "AT": ("A{1,2} 9{1,6}A{1,3}", "A{1,2} A{1,6}9{1,6}", "A{1,2} 9{1,6}"),
    "BE": ("9-AAA-999", "AAA-999", "999-AAA", "X{1,8}"),
    "BG": ("A{1,2} 9{4} A{1,2}", "X{4,8}"),
    "CH": ("AA 9{1,6}",),
    "CY": ("AAA 999", "AA 999", "X{4,7}"),
    "CZ": ("9AX 9999", "X{5,8}"),
    "DE": ("A{2,5} 9{1,4}X{0,1}", "A{1,3} 9{1,6}", "9{1,3} 9{1,6}A{0,1}"),
    "DK": ("AA 99 999", "X{2,7}"),
    "EE": ("999 AAA", "99 AAA", "X{2,9}"),
    "ES": (
        "9999 AAA",
        "A 9999 AAA",
        "A{1,2}-9{4}-A{1,2}",
        "A{1,3}-9{1,6}",
        "A{1,3} 999 999",
        "A{2,3} 9{4,5} A{1,2}",
    ),
    "FI": ("A{1,3}-9{1,3}", "A{2,3}-9{1,4}", "X{2,7}"),
    "FR": ("AA-999-AA", "9{1,4} A{1,3} 99", "9{1,4} A{1,3} 9A", "9{1,4} A{1,3} 999", "X{3,9}"),
    "GB": ("AA99 AAA", "A9{1,3} AAA", "AAA 9{1,3}A", "A{1,3} 9{1,4}", "9{1,4} A{1,3}", "999 A 999"),
    "GR": ("AAA-9999", "AAA-9{1,4}", "AA-9{3,5}", "9{4,6}"),
    "HR": ("AA 9{3,4}-A{1,2}", "AA X{4,7}"),
    "HU": ("AA AA-999", "AAA-999", "X{4,8}"),
    "IE": ("9{2,3}-A{1,2}-9{1,6}", "A{1,3} 9{1,5}", "9{1,4} A{1,3}"),
    "IS": ("AA X99", "X{2,6}"),
    "IT": ("AA 999AA", "AA 99999", "X{4,8}"),
    "LT": ("AAA 999", "X{1,6}"),
    "LU": ("AA 9999", "9{2,6}"),
    "LV": ("AA-9{1,4}", "X{2,8}"),
    "MA": ("9{1,6}-A{1,2}-9{1,2}", "X{2,9}"),
    "MT": ("AAA 999", "X{3,8}"),
    "NL": (
        "AAA-99-A",
        "A-999-AA",
        "AA-999-A",
        "99-AAA-9",
        "9-AAA-99",
        "A-99-AAA",
        "9-AA-999",
        "999-AA-9",
        "99-AA-AA",
        "AA-99-AA",
        "AA-AA-99",
        "99-99-AA",
        "99-AA-99",
        "AA-99-99",
        "A{2,3}-9{1,6}",
    ),
    "NO": ("AA 9{4,5}", "X{2,7}"),
    "PL": ("A{2,3} X{4,5}", "X{4,8}"),
    "PT": ("AA-99-AA", "99-AA-99", "99-99-AA", "AA-99-99", "X{4,9}"),
    "RO": ("A{1,2} 9{2,3} AAA", "X{4,8}"),
    "RS": ("AA 9{3,5}-AA", "X{5,8}"),
    "SE": ("AAA 99X", "X{2,7}"),
    "SI": ("AA X{3,6}",),
    "SK": ("AA 999AA", "AA X{4,6}"),
    "TR": ("99 A{1,3} 9{2,5}",),
    "UA": ("AA 9999 AA", "X{3,8}"),
}
_TOKEN = re.compile(r"([9AX])(\{[0-9,]+\})?|([ -])")
_SIGNS = {"9": "[0-9]", "A": r"[^\W\d_]", "X": r"[^\W_]"}


@lru_cache(maxsize=64)
def _readable(country: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each form as a pattern with a group per group, and how to put the groups together."""
    return tuple(_pattern(form) for form in FORMS.get(country, ()))


def _pattern(form: str) -> tuple[re.Pattern[str], str]:
    groups, together = ["("], "\\1"
    for sign, times, between in _TOKEN.findall(form):
        if between:
            groups.append(")(")
            together += f"{between}\\{together.count(chr(92)) + 1}"
        else:
            groups.append(_SIGNS[sign] + times)
    return re.compile("".join([*groups, ")"])), together


def _found(compact: str, country: str) -> Iterator[str]:
    for pattern, together in _readable(country):
        if match := pattern.fullmatch(compact):
            yield match.expand(together)


def is_plate_of(compact: str, country: str) -> bool:
    """Whether a plate of the country may be written so."""
    return any(_found(compact, country))


def write_plate(compact: str, countries: tuple[str, ...]) -> str:
    """The plate in groups, as the first of the countries writes it whose form it has; else as it is."""
    return next((shown for country in countries for shown in _found(compact, country)), compact)


def example_plate(country: str) -> str:
    """A plate that nobody is known to have, in the country's present form."""
    letters, digits = iter("BCDFGHJKL" * 3), iter("123456789" * 3)
    shown = ""
    for sign, times, between in _TOKEN.findall(FORMS.get(country, FORMS["ES"])[0]):
        fewest, *most = map(int, (times.strip("{}") or "1").split(","))
        count = min(most[0], 4) if most and fewest else fewest
        shown += between or "".join(next(letters) if sign == "A" else next(digits) for _ in range(count))
    return shown
