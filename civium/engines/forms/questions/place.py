"""A place: an address, or a point on the earth, or both. A map of the town helps; none is needed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Literal

from babel.lists import format_list
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from civium.engines.forms.asking import Asked, Posted, Question, Read, Words, Wrong, as_text, wrong
from civium.engines.forms.cleaning import clean_code
from civium.foundation.kit.expressions import Kind
from civium.foundation.kit.languages import pick_text
from civium.foundation.kit.town import Area, the_town

_POSTCODES = _(
    "%(place)s is not in our town. Postcodes in %(town)s begin with %(beginnings)s. Enter a place in our town"
)
_LONGEST = {"line_1": 200, "town": 80, "postcode": 12}
_NUMBER = r"([+-]?[0-9]{1,3}(?:[.,][0-9]{1,15})?)\s*°?"
_BETWEEN = r"\s*(?:[;,]\s*|\s)"
# With the letters of the compass behind the numbers, or in front of them.
_POINT = re.compile(rf"(?:geo:)?\s*{_NUMBER}\s*([NS]?){_BETWEEN}{_NUMBER}\s*([EW]?)", re.IGNORECASE)
_COMPASS_FIRST = re.compile(rf"([NS])\s*{_NUMBER}{_BETWEEN}([EW])\s*{_NUMBER}", re.IGNORECASE)
_MINUS = str.maketrans({"−": "-", "–": "-", "٫": ".", "،": ","})


class Place(Question):
    """Where something is: a street or what it is near, town and postcode, or a point by its coordinates.

    ``within: town`` takes places inside the town only, as ``area`` in ``town.yaml`` draws it; then the town is not asked.
    """

    type: Literal["place"]
    within: Literal["town"] | None = None

    is_short: ClassVar[bool] = False
    is_many_inputs: ClassVar[bool] = True
    parts: ClassVar[tuple[str, ...]] = ("line_1", "town", "postcode", "point")
    messages: ClassVar[Mapping[str, str | Promise]] = {
        "required": _("Enter the street and number, or the coordinates"),
        "no_line_1": _("Enter the street and number, or what it is near"),
        "no_town": _("Enter a town or city"),
        "no_postcode": _("Enter the postcode, so that we know that it is in our town"),
        "not_postcode": _("Enter a real postcode"),
        "not_point": _("Enter the coordinates as two numbers, like %(example)s"),
        "not_in_town": _("%(place)s is not in our town. Enter a place in our town"),
        "part_too_long": _("This must be %(limit)s characters or fewer"),
    }

    @property
    def kind(self) -> Kind:
        texts = dict.fromkeys(("text", "line_1", "town", "postcode"), Kind.TEXT)
        return Kind.record({**texts, "lat": Kind.NUMBER, "lon": Kind.NUMBER, "in_town": Kind.BOOL})

    def read(self, posted: Posted, asked: Asked, kept: Any = None) -> Read:
        given: dict[str, Any] = {part: posted.text(part) for part in ("line_1", "town", "postcode")}
        typed = posted.text("point")
        point = read_point(typed)
        if typed and point is None:
            no_point = Wrong("not_point", "point", {"example": _example_point()})
            return Read(None, (*self._wrong_in(given, asked), no_point))
        if point is not None:
            given |= {"lat": point[0], "lon": point[1]}
        return self.accept(given, asked)

    def accept(self, value: Any, asked: Asked) -> Read:
        if value is None or value == {}:
            return Read()
        known = {"line_1", "town", "postcode", "lat", "lon"}
        if not isinstance(value, Mapping) or not set(value) <= known:
            return wrong("wrong", "line_1")
        given = {part: as_text(value.get(part) or "", longest=1000) for part in _LONGEST}
        if None in given.values():
            return wrong("wrong", "line_1")
        kept: dict[str, Any] = {part: text for part, text in given.items() if text}
        if value.get("lat") is not None or value.get("lon") is not None:
            point = _as_point(value.get("lat"), value.get("lon"))
            if point is None:
                return wrong("not_point", "point", example=_example_point())
            kept |= {"lat": point[0], "lon": point[1]}
        if not kept.keys() & {"line_1", "lat", "postcode"} and not (self.within is None and "town" in kept):
            return Read()
        if self.within is not None:
            # In the language of whoever writes it, and then as it was written.
            names = the_town().name
            if kept.get("town") not in names.values():
                kept["town"] = pick_text(names, asked.language).words
        return Read(kept)

    def check(self, value: Any, asked: Asked) -> tuple[Wrong, ...]:
        missing = []
        if "lat" not in value:
            needed = ("line_1", "town") if self.within is None else ("line_1", "postcode")
            missing = [Wrong(f"no_{part}", part) for part in needed if not value.get(part)]
        return (*missing, *self._wrong_in(value, asked))

    def _wrong_in(self, value: Mapping[str, Any], asked: Asked) -> list[Wrong]:
        """What is wrong with what stands there."""
        found = [
            Wrong("part_too_long", part, {"limit": longest})
            for part, longest in _LONGEST.items()
            if len(value.get(part, "")) > longest
        ]
        postcode = value.get("postcode", "").replace(" ", "").replace("-", "")
        if postcode and not postcode.isalnum():
            found.append(Wrong("not_postcode", "postcode"))
        area = the_town().area
        if self.within is None or area is None:
            return found
        told = {each.part for each in found}
        outside = [part for part, is_inside in _checked(value, area).items() if not is_inside]
        return [*found, *(_not_in_town(value, part, area, asked) for part in outside if part not in told)]

    def our_text(self, mistake: Wrong) -> str | Promise:
        return _POSTCODES if "beginnings" in mistake.details else super().our_text(mistake)

    def inputs(self, value: Any, asked: Asked) -> dict[str, Any]:
        typed = {part: value[part] for part in _LONGEST if part in value}
        return {**typed, "point": _shown_point(value)} if "lat" in value else typed

    def shown(self, value: Any, asked: Asked, words: Words) -> list[str]:
        return _lines(value)

    def to_cel(self, value: Any) -> Any:
        is_inside = is_in_town(value, the_town().area)
        text = ", ".join(_lines(value))
        return {**value, "text": text, **({} if is_inside is None else {"in_town": is_inside})}

    def json_schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {
                **{part: {"type": "string", "maxLength": longest} for part, longest in _LONGEST.items()},
                "lat": {"type": "number", "minimum": -90, "maximum": 90},
                "lon": {"type": "number", "minimum": -180, "maximum": 180},
            },
            "dependentRequired": {"lat": ["lon"], "lon": ["lat"]},
            "additionalProperties": False,
        }

    def view(self, asked: Asked, words: Words) -> dict[str, Any]:
        area = the_town().area
        drawn = area.map if area else None
        if drawn is None:
            return {"example": _example_point()}
        names = [(each, pick_text(each.name, asked.language).words) for each in drawn.names]
        return {"example": _example_point(), "map": drawn, "names": names}


def _lines(value: Mapping[str, Any]) -> list[str]:
    town = " ".join(value[part] for part in ("postcode", "town") if value.get(part))
    point = _shown_point(value) if "lat" in value else ""
    return [line for line in (value.get("line_1"), town, point) if line]


def is_in_town(value: Mapping[str, Any], area: Area | None) -> bool | None:
    """Whether a place is in the town, by its point and its postcode; None when nothing there can be checked."""
    found = _checked(value, area) if area else {}
    return all(found.values()) if found else None


def _checked(value: Mapping[str, Any], area: Area) -> dict[str, bool]:
    """Which parts of a place can be checked, and whether each is in the town."""
    found = {}
    if value.get("postcode") and area.postcodes:
        found["postcode"] = area.has_postcode(value["postcode"])
    if "lat" in value and area.outline:
        found["point"] = area.has_point(value["lat"], value["lon"])
    return found


def _not_in_town(value: Mapping[str, Any], part: str, area: Area, asked: Asked) -> Wrong:
    if part == "point":
        return Wrong("not_in_town", part, {"place": _left_to_right(_shown_point(value))})
    beginnings = [_left_to_right(each) for each in area.postcodes]
    details = {
        "place": _left_to_right(value["postcode"]),
        "town": pick_text(the_town().name, asked.language).words,
        "beginnings": format_list(beginnings, style="or", locale=asked.language),
    }
    return Wrong("not_in_town", part, details)


def _left_to_right(code: str) -> str:
    """Left to right within whatever is said around it (UAX 9)."""
    return f"\u2066{code}\u2069"


def read_point(text: str) -> tuple[float, float] | None:
    """Coordinates in decimal degrees as people copy them: ``41.35, 2.18``, ``41,35 2,18``, ``41.35° N 2.18° E``; None for others."""
    plain = clean_code(text.translate(_MINUS))
    if found := _POINT.fullmatch(plain):
        north, way, east, way_2 = found.groups()
    elif found := _COMPASS_FIRST.fullmatch(plain):
        way, north, way_2, east = found.groups()
    else:
        return None
    return _as_point(_degrees(north, way), _degrees(east, way_2))


def _degrees(number: str, way: str) -> float:
    return float(number.replace(",", ".")) * (-1 if way.upper() in {"S", "W"} else 1)


def _as_point(lat: Any, lon: Any) -> tuple[float, float] | None:
    """A point on the earth to about ten centimetres; None when it is none."""
    if isinstance(lat, bool) or isinstance(lon, bool):
        return None
    if not isinstance(lat, int | float | Decimal) or not isinstance(lon, int | float | Decimal):
        return None
    north, east = float(lat), float(lon)
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        return None
    return round(north, 6), round(east, 6)


def _shown_point(value: Mapping[str, Any]) -> str:
    return ", ".join(f"{value[part]:.6f}".rstrip("0").rstrip(".") for part in ("lat", "lon"))


def _example_point() -> str:
    """A point in the town, so that the example helps and is not refused."""
    area = the_town().area
    lat, lon = (area.point_inside() if area else None) or (41.35, 2.18)
    return _shown_point({"lat": lat, "lon": lon})
