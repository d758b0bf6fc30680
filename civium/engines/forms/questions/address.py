"""Address: structured, of the town's country or any."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar, Literal

from babel import Locale
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from civium.engines.forms.asking import Asked, Posted, Question, Read, Words, Wrong, as_text, wrong
from civium.foundation.kit.expressions import Kind

_LONGEST = {"line_1": 120, "line_2": 120, "town": 80, "postcode": 12, "country": 2}
_NEEDED = ("line_1", "town", "postcode")


class Address(Question):
    """Two lines, town and postcode; with ``abroad`` also a country, and then the postcode may be missing. ``own``: the citizen's own."""

    type: Literal["address"]
    abroad: bool = False
    own: bool = False

    is_many_inputs: ClassVar[bool] = True
    parts: ClassVar[tuple[str, ...]] = ("line_1", "line_2", "town", "postcode", "country")
    messages: ClassVar[Mapping[str, str | Promise]] = {
        "required": _("Enter address line 1, usually the street and number"),
        "no_line_1": _("Enter address line 1, usually the street and number"),
        "no_town": _("Enter a town or city"),
        "no_postcode": _("Enter a postcode"),
        "no_country": _("Select a country"),
        "not_postcode": _("Enter a real postcode"),
        "part_too_long": _("This line of the address must be %(limit)s characters or fewer"),
    }

    @property
    def kind(self) -> Kind:
        return Kind.record(dict.fromkeys(self.parts, Kind.TEXT))

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
        given["country"] = (given.get("country") or ("" if self.abroad else asked.country)).upper()
        return Read({part: given[part] for part in self.parts if given.get(part)})

    def check(self, value: Any, asked: Asked) -> tuple[Wrong, ...]:
        is_home = value.get("country") == asked.country
        needed = _NEEDED if is_home else ("line_1", "town", "country")
        missing = [Wrong(f"no_{part}", part) for part in needed if not value.get(part)]
        long = [
            Wrong("part_too_long", part, {"limit": _LONGEST[part]})
            for part, text in value.items()
            if part != "country" and len(text) > _LONGEST[part]
        ]
        postcode = value.get("postcode", "").replace(" ", "").replace("-", "")
        unreal = [Wrong("not_postcode", "postcode")] if postcode and not postcode.isalnum() else []
        unknown = value.get("country") and value["country"] not in _countries("en")
        elsewhere = value.get("country") and not is_home and not self.abroad
        if unknown or elsewhere:
            missing.append(Wrong("no_country", "country"))
        return (*missing, *long, *unreal)

    def inputs(self, value: Any, asked: Asked) -> dict[str, Any]:
        return dict(value)

    def shown(self, value: Any, asked: Asked, words: Words) -> list[str]:
        place = " ".join(value[part] for part in ("postcode", "town") if value.get(part))
        country = value.get("country")
        abroad = (
            [_countries(asked.language).get(country, country)] if country and country != asked.country else []
        )
        return [line for line in (value.get("line_1"), value.get("line_2"), place, *abroad) if line]

    def json_schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {
                part: {"type": "string", "maxLength": longest} for part, longest in _LONGEST.items()
            },
            "required": ["line_1", "town"] if self.abroad else list(_NEEDED),
            "additionalProperties": False,
        }

    def view(self, asked: Asked, words: Words) -> dict[str, Any]:
        if not self.abroad:
            return {"countries": []}
        return {
            "countries": sorted(_countries(asked.language).items(), key=lambda one: one[1]),
            "here": asked.country,
        }


@lru_cache(maxsize=16)
def _countries(language: str) -> dict[str, str]:
    """Countries and territories by their two letters (ISO 3166-1), named in the language (CLDR)."""
    named = {str(code): str(name) for code, name in Locale.parse(language).territories.items()}
    not_countries = {"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB"}
    return {
        code: named[code] for code in named if len(code) == 2 and code.isalpha() and code not in not_countries
    }
