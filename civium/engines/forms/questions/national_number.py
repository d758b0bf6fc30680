"""National number: the number by which a state knows a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from civium.engines.forms.official_numbers import OF_PERSONS, OfficialNumber


class NationalNumber(OfficialNumber):
    """A person's identity, tax or social security number, with its check digits. Without ``kinds`` any of the country's."""

    type: Literal["national-number"]

    table: ClassVar[Mapping[str, tuple[str, ...]]] = OF_PERSONS
