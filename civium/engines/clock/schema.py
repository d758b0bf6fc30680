"""The grammar of a period in a service document: ``5 working days``, ``30 days``, ``3 years``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal, cast

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

Unit = Literal["working day", "day", "week", "month", "year"]

# About a hundred years of each: enough for any record that is kept, and no date runs past the calendar's end.
LONGEST: dict[Unit, int] = {"working day": 25_000, "day": 36_500, "week": 5_200, "month": 1_200, "year": 100}
_PATTERN = r"^\s*(\d{1,6})\s+(working\s+day|day|week|month|year)s?\s*$"
_WRITTEN = re.compile(_PATTERN, re.ASCII)


@dataclass(frozen=True, slots=True)
class Duration:
    """A period: a whole number of working days, days, weeks, months or years. In a document it is its own text."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}" + ("" if self.amount == 1 else "s")

    @classmethod
    def parse(cls, written: object) -> Duration:
        """The period that somebody wrote. Refuses anything else, saying what to write."""
        if isinstance(written, Duration):
            return written
        match = _WRITTEN.match(written) if isinstance(written, str) else None
        if not match:
            raise PydanticCustomError(
                "duration",
                "“{written}” is not a period. Write a number and a unit, for example “5 working days”, “30 days”, "
                "“2 weeks”, “6 months” or “3 years”",
                {"written": str(written)[:40]},
            )
        amount, unit = int(match[1]), cast(Unit, " ".join(match[2].split()))
        if not 1 <= amount <= LONGEST[unit]:
            raise PydanticCustomError(
                "duration", "a period is from 1 to {most} {unit}s", {"most": LONGEST[unit], "unit": unit}
            )
        return cls(amount, unit)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.parse,
            json_schema_input_schema=core_schema.str_schema(pattern=_PATTERN),
            serialization=core_schema.to_string_ser_schema(),
        )
