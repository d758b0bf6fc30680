"""Address: structured, of the town's country, of another one, or of any."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar, Literal

from babel import Locale
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import field_validator, model_validator

from civium.engines.forms.address_formats import ANYWHERE, FORMATS, HERE, AddressFormat, write_lines
from civium.engines.forms.asking import Asked, Posted, Question, Read, Words, Wrong, as_text, wrong
from civium.foundation.kit.expressions import Kind

_LONGEST = {
    "line_1": 120,
    "line_2": 120,
    "district": 80,
    "town": 80,
    "region": 80,
    "postcode": 12,
    "country": 2,
}
_PURPOSES = {
    "line_1": "address-line1",
    "line_2": "address-line2",
    "district": "address-level3",
    "town": "address-level2",
    "region": "address-level1",
    "postcode": "postal-code",
}
ANY = "any"


class Address(Question):
    """Lines, town and postcode of the town's country; with ``country`` as that country writes them, or as each does (``any``).

    ``abroad``: also asks for the country, and then only a line and a town must be there. ``own``: the citizen's own.
    """

    type: Literal["address"]
    country: str | None = None
    abroad: bool = False
    own: bool = False

    is_short: ClassVar[bool] = False
    is_many_inputs: ClassVar[bool] = True
    parts: ClassVar[tuple[str, ...]] = (
        "line_1",
        "line_2",
        "district",
        "town",
        "region",
        "postcode",
        "country",
    )
    messages: ClassVar[Mapping[str, str | Promise]] = {
        "required": _("Enter address line 1, usually the street and number"),
        "no_line_1": _("Enter address line 1, usually the street and number"),
        "no_town": _("Enter a town or city"),
        "no_region": _("Enter the state, province or region"),
        "not_region": _("Enter a real state, province or region"),
        "no_postcode": _("Enter a postcode"),
        "no_country": _("Select a country"),
        "not_postcode": _("Enter a real postcode"),
        "part_too_long": _("This line of the address must be %(limit)s characters or fewer"),
    }

    @field_validator("country")
    @classmethod
    def _country_is_known(cls, country: str | None) -> str | None:
        if country is not None and country != ANY and country not in _countries("en"):
            raise ValueError(
                f"'{country}' is not a country; write its two capital letters, such as ES, or any"
            )
        return country

    @model_validator(mode="after")
    def _says_it_once(self) -> Address:
        if self.abroad and self.country:
            raise ValueError("'abroad' and 'country' say two things; write 'country: any' alone")
        return self

    @property
    def kind(self) -> Kind:
        return Kind.record(dict.fromkeys(self.parts, Kind.TEXT))

    @property
    def asks_country(self) -> bool:
        """Whether the country is to be chosen."""
        return self.abroad or self.country == ANY

    def _home(self, asked: Asked) -> str:
        return asked.country if self.country in {None, ANY} else str(self.country)

    def _format(self, country: str, asked: Asked) -> AddressFormat:
        if self.country is None:
            return HERE if country == asked.country else AddressFormat("A|C|Z", "AC")
        return FORMATS.get(country, ANYWHERE)

    def read(self, posted: Posted, asked: Asked, kept: Any = None) -> Read:
        given = {part: posted.text(part) for part in self.parts}
        if not any(given[part] for part in self.parts if part != "country"):
            return Read()
        return self.accept(given, asked)

    def accept(self, value: Any, asked: Asked) -> Read:
        if value is None or value == {}:
            return Read()
        if not isinstance(value, Mapping) or not set(value) <= set(self.parts):
            return wrong("wrong", "line_1")
        given = {part: as_text(text, longest=1000) for part, text in value.items() if text is not None}
        if None in given.values():
            return wrong("wrong", "line_1")
        given["country"] = (given.get("country") or ("" if self.asks_country else self._home(asked))).upper()
        return Read({part: given[part] for part in self.parts if given.get(part)})

    def check(self, value: Any, asked: Asked) -> tuple[Wrong, ...]:
        country, home = value.get("country", ""), self._home(asked)
        form = self._format(country, asked)
        missing = [Wrong(f"no_{part}", part) for part in form.needed if not value.get(part)]
        long = [
            Wrong("part_too_long", part, {"limit": _LONGEST[part]})
            for part, text in value.items()
            if part != "country" and len(text) > _LONGEST[part]
        ]
        postcode = value.get("postcode", "")
        is_real = postcode.replace(" ", "").replace("-", "").isalnum() and form.takes_postcode(postcode)
        unreal = (
            [Wrong("not_postcode", "postcode")]
            if postcode and not is_real and len(postcode) <= _LONGEST["postcode"]
            else []
        )
        region = value.get("region", "")
        if region and not any(sign.isalpha() for sign in region):
            unreal.append(Wrong("not_region", "region"))
        if country not in _countries("en") or (country != home and not self.asks_country):
            missing.append(Wrong("no_country", "country"))
        return (*missing, *long, *unreal)

    def inputs(self, value: Any, asked: Asked) -> dict[str, Any]:
        return dict(value)

    def shown(self, value: Any, asked: Asked, words: Words) -> list[str]:
        country = value.get("country", "")
        form = AddressFormat("A|Z C", "") if self.country is None else self._format(country, asked)
        abroad = (
            [_countries(asked.language).get(country, country)] if country not in {"", asked.country} else []
        )
        return [*write_lines(form, value, asked.language), *abroad]

    def json_schema(self) -> dict[str, Any]:
        needed = ["line_1", "town"] if self.abroad else HERE.needed
        if self.country is not None:
            needed = (
                ["line_1", "country"] if self.country == ANY else FORMATS.get(self.country, ANYWHERE).needed
            )
        return {
            "type": "object",
            "properties": {
                part: {"type": "string", "maxLength": longest} for part, longest in _LONGEST.items()
            },
            "required": needed,
            "additionalProperties": False,
        }

    def view(self, asked: Asked, words: Words) -> dict[str, Any]:
        def fields(typed: Mapping[str, Any]) -> list[dict[str, Any]]:
            return self._fields(typed, asked)

        if not self.asks_country:
            return {"countries": [], "fields": fields}
        return {
            "countries": sorted(_countries(asked.language).items(), key=lambda one: one[1]),
            "country_first": self.country == ANY,
            "here": asked.country,
            "fields": fields,
        }

    def _fields(self, typed: Mapping[str, Any], asked: Asked) -> list[dict[str, Any]]:
        """The inputs in their order, for the country that stands there. Before one is chosen, everything can be written."""
        if self.country == ANY:
            form = FORMATS.get(str(typed.get("country") or ""), ANYWHERE)
        else:
            form = self._format(self._home(asked), asked)
        known = form.parts_for(asked.language)
        rest = [part for part in self.parts if part != "country" and part not in known and typed.get(part)]
        return [
            {
                "part": part,
                "label": form.label(part) if part in known else ANYWHERE.label(part),
                "optional": part not in form.needed and (part == "line_2" or self.country is not None),
                "width": {"town": 20, "postcode": 10}.get(part, ""),
                "purpose": _PURPOSES[part] if self.own else "",
            }
            for part in (*known, *rest)
        ]


@lru_cache(maxsize=16)
def _countries(language: str) -> dict[str, str]:
    """Countries and territories by their two letters (ISO 3166-1), named in the language (CLDR)."""
    named = {str(code): str(name) for code, name in Locale.parse(language).territories.items()}
    not_countries = {"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB"}
    return {
        code: named[code] for code in named if len(code) == 2 and code.isalpha() and code not in not_countries
    }
