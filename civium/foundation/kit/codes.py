"""What may stand for a thing in a document: a name of its own, a country, a currency."""

from __future__ import annotations

from typing import Annotated, Final

from babel.core import get_global
from pydantic import Field

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]

# What is legal tender where today, as the Unicode CLDR lists it.
_TENDER = {
    territory: frozenset(code for code, _since, until, is_tender in listed if until is None and is_tender)
    for territory, listed in get_global("territory_currencies").items()
}
# ISO 4217.
CURRENCIES: Final = frozenset().union(*_TENDER.values())
# ISO 3166-1: countries and territories that have a currency.
COUNTRIES: Final = frozenset(code for code, tender in _TENDER.items() if len(code) == 2 and tender) - {
    "EU",
    "ZZ",
}
