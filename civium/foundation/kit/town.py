"""The town: its name, zone, currency, contacts, holidays, agencies, topics, life events and audiences, read from ``town.yaml``.

The file lies beside the service documents, so that what a town is and what it offers are one folder.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import yaml
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.exceptions import ValidationError as InvalidAddress
from django.core.validators import validate_email
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from civium.foundation.kit.codes import COUNTRIES, CURRENCIES, Name


class Words(dict[str, str]):
    """What is said to people, by language."""


def _in_the_first_language(texts: dict[str, str]) -> Words:
    if not texts.get(settings.LANGUAGE_CODE):
        raise ValueError(f"write it in '{settings.LANGUAGE_CODE}', which everybody falls back to")
    return Words(texts)


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"'{name}' is not a time zone; write one such as Europe/Madrid") from None
    return name


def _known_currency(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError(f"'{code}' is not a currency; write the three letters of ISO 4217, such as EUR")
    return code


def _known_country(code: str) -> str:
    if code not in COUNTRIES:
        raise ValueError(f"'{code}' is not a country; write the two letters of ISO 3166, such as ES")
    return code


def _mail_address(written: str) -> str:
    try:
        validate_email(written)
    except InvalidAddress:
        raise ValueError(f"'{written}' is not an e-mail address") from None
    return written


def _leaves_a_day(rest_days: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(rest_days)) == 7:
        raise ValueError("a week needs at least one working day")
    return rest_days


# Words by language, in the town's first language at least.
Texts = Annotated[dict[str, str], AfterValidator(_in_the_first_language)]
Mail = Annotated[str, AfterValidator(_mail_address)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Contact(_Part):
    phone: str
    email: Mail
    address: Texts
    opening: Texts


class MessageTemplate(_Part):
    """A message that staff of an agency write often: a title for their list, and the text with ``((name))`` for values."""

    title: Texts
    text: Texts


class Agency(_Part):
    """A part of the town. ``about``: what it does; ``address`` and ``opening`` when they are not the town hall's; ``templates``: messages that its staff write often."""

    name: Texts
    phone: str
    email: Mail
    about: Texts = {}
    address: Texts = {}
    opening: Texts = {}
    templates: dict[Name, MessageTemplate] = {}


class Topic(_Part):
    """A shelf of the catalogue; ``icon`` is a Lucide icon that the assets build knows."""

    name: Texts
    about: Texts
    icon: str
    tone: Literal["sea", "sun", "leaf", "coral"] = "sea"


class Audience(Topic):
    """People who look for what is for them. ``includes``: it has every service that a person, or an organisation, can apply for.

    Without it, only services that name this audience are on its shelf.
    """

    includes: Literal["person", "organisation"] | None = None


class Shape(_Part):
    """Something on the map: what it is, and its outline as an SVG path says it, in the map's own units."""

    of: Literal["sea", "land", "park", "street", "main-street"]
    path: Annotated[str, Field(pattern=r"^[MLHVZ0-9 .-]+$", max_length=2000)]


class PlaceName(_Part):
    """A name on the map, and its middle."""

    at: tuple[float, float]
    name: Texts
    of: Literal["place", "water"] = "place"


class TownMap(_Part):
    """A drawing of the town, ``size`` wide and high in units of its own, and where its edges are, in degrees. North is up."""

    size: tuple[int, int]
    north: float
    south: float
    west: float
    east: float
    shapes: Annotated[tuple[Shape, ...], Field(max_length=80)]
    names: Annotated[tuple[PlaceName, ...], Field(max_length=40)] = ()


class Area(_Part):
    """Where the town is, as far as that can be checked: the beginnings of its postcodes, its outline, corner by corner, and its map.

    A corner is (latitude, longitude) in degrees. A point on the outline itself may be in or out.
    """

    postcodes: tuple[str, ...] = ()
    outline: tuple[tuple[float, float], ...] = ()
    map: TownMap | None = None

    def has_postcode(self, postcode: str) -> bool:
        """Whether the postcode is one of the town's."""
        plain = _plain(postcode)
        return any(plain.startswith(_plain(known)) for known in self.postcodes)

    def has_point(self, lat: float, lon: float) -> bool:
        """Whether the point is inside the outline: a line from it to the east crosses the outline an odd number of times."""
        return sum(lon < crossing for crossing in self._crossings(lat)) % 2 == 1

    def point_inside(self) -> tuple[float, float] | None:
        """A point well inside the outline, in as few decimals as stay inside; None without an outline that encloses anything."""
        lats = sorted({lat for lat, _lon in self.outline})
        if len(lats) < 2:
            return None
        # Halfway between two corners' latitudes the line crosses edges, and never a corner.
        south, north = max(pairwise(lats), key=lambda pair: pair[1] - pair[0])
        lat = (south + north) / 2
        crossed = sorted(self._crossings(lat))
        west, east = max(zip(crossed[::2], crossed[1::2], strict=True), key=lambda pair: pair[1] - pair[0])
        points = ((round(lat, digits), round((west + east) / 2, digits)) for digits in range(1, 7))
        return next((point for point in points if self.has_point(*point)), None)

    def _crossings(self, lat: float) -> Iterator[float]:
        """The longitudes at which the parallel of ``lat`` crosses the outline."""
        corners = zip(self.outline, (*self.outline[1:], *self.outline[:1]), strict=True)
        for (lat_1, lon_1), (lat_2, lon_2) in corners:
            if (lat_1 > lat) != (lat_2 > lat):
                yield lon_1 + (lat - lat_1) * (lon_2 - lon_1) / (lat_2 - lat_1)


def _plain(postcode: str) -> str:
    return "".join(letter for letter in postcode.upper() if letter.isalnum())


class ConsentWords(_Part):
    """Something that people may agree to, and need not. ``shares``: somebody outside the town gets data for it."""

    version: int
    title: Texts
    text: Texts
    shares: bool = False


class Town(_Part):
    """What is true of the town as a whole. ``rest_days``: days of the week without work, Monday is 0."""

    name: Texts
    tagline: Texts
    zone: Annotated[str, AfterValidator(_known_zone)]
    currency: Annotated[str, AfterValidator(_known_currency)]
    country: Annotated[str, AfterValidator(_known_country)]
    contact: Contact
    rest_days: Annotated[tuple[Annotated[int, Field(ge=0, le=6)], ...], AfterValidator(_leaves_a_day)] = (
        5,
        6,
    )
    holidays: dict[dt.date, Texts]
    agencies: dict[Name, Agency]
    consents: dict[Annotated[Name, Field(max_length=40)], ConsentWords] = {}
    topics: dict[Name, Topic]
    life_events: dict[Name, Topic]
    audiences: dict[Name, Audience] = {}
    area: Area | None = None

    @property
    def time_zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def words(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Everything that it says to people, by language, with where it stands."""
        return _words_in(self)

    def today(self, now: dt.datetime) -> dt.date:
        """The calendar day in the town at the moment ``now`` (aware)."""
        return now.astimezone(self.time_zone).date()


def _words_in(part: Any, *names: object) -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(part, Words):
        yield ".".join(map(str, names)), part
    elif isinstance(part, BaseModel | dict):
        for name, value in dict(part).items():
            yield from _words_in(value, *names, name)
    elif isinstance(part, tuple):
        for number, value in enumerate(part):
            yield from _words_in(value, *names, number)


class _Loader(yaml.CSafeLoader):
    """As YAML's own, and refuses what is written twice: the second would silently win."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        try:
            found = super().construct_mapping(node, deep=deep)
        except ValueError as wrong:  # a day that does not exist
            raise yaml.constructor.ConstructorError(None, None, str(wrong), node.start_mark) from None
        if len(found) < len(node.value):
            keys = [self.construct_object(key, deep=True) for key, _value in node.value]
            twice = next(key for number, key in enumerate(keys) if key in keys[:number])
            raise yaml.constructor.ConstructorError(
                None, None, f"'{twice}' is written twice", node.start_mark
            )
        return found


def load_town(folder: Path) -> Town:
    """The town described in ``folder/town.yaml``. Raises ImproperlyConfigured for what it does not know."""
    path = folder / "town.yaml"
    try:
        written = _read(path)
    except FileNotFoundError:
        raise ImproperlyConfigured(
            f"There is no {path}, which describes the town. Copy services/town.yaml of Civium and make it yours, or set "
            "CIVIUM_SERVICES to the folder that has one."
        ) from None
    except (yaml.YAMLError, ValueError) as wrong:  # also letters that are not UTF-8
        raise ImproperlyConfigured(f"{path} cannot be read: {' '.join(str(wrong).split())}.") from None
    try:
        return Town.model_validate(written)
    except ValidationError as wrong:
        lines = [f"{_place(each)}: {_in_plain_words(each)}" for each in wrong.errors()]
        raise ImproperlyConfigured(
            f"{path} cannot be used. {'; '.join(lines)}. docs/how-to/describe-your-town.md says what may stand there."
        ) from None


def _read(path: Path) -> Any:
    loader = _Loader(path.read_text(encoding="utf-8"))
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


_DAY = re.compile(r"datetime\.date\((\d+), (\d+), (\d+)\)")


def _place(error: ErrorDetails) -> str:
    """Where it stands, as one would look for it: a day as it is written, not as Python has it."""
    written = (
        _DAY.sub(lambda day: "{}-{:0>2}-{:0>2}".format(*day.groups()), str(each)) for each in error["loc"]
    )
    return ".".join(each for each in written if each != "[key]") or "the file"


def _in_plain_words(error: ErrorDetails) -> str:
    if own := error.get("ctx", {}).get("error"):
        return str(own)
    if error["type"] in ("string_pattern_mismatch", "string_too_long") and error["loc"][-1] == "[key]":
        return "a name has small letters, digits and hyphens, 60 at most"
    if error["loc"][-1:] == ("[key]",):
        return f"'{error['input']}' is no name here; put a language such as no in quotes"
    return error["msg"].lower()


@lru_cache(maxsize=1)
def the_town() -> Town:
    """This installation's town."""
    return load_town(Path(settings.CIVIUM_SERVICES))
