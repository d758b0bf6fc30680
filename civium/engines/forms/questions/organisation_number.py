"""Organisation number: the number by which a state knows a company or an association."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from civium.engines.forms.official_numbers import OF_ORGANISATIONS, OfficialNumber


class OrganisationNumber(OfficialNumber):
    """An organisation's register, tax or VAT number, with its check digits. Without ``kinds`` any of the country's."""

    type: Literal["organisation-number"]

    table: ClassVar[Mapping[str, tuple[str, ...]]] = OF_ORGANISATIONS
