"""The typed grammar of the ``fee`` part of a service document, and of the words that go with it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel
from pydantic_core import PydanticCustomError

from civium.foundation.kit.codes import CURRENCIES


def _known_currency(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise PydanticCustomError("currency", "say which currency the fee is in, for example: currency: EUR")
    if value not in CURRENCIES:
        meant = value.upper() if value.upper() in CURRENCIES else ""
        hint = f'; write "{meant}"' if meant else "; write three letters, such as EUR"
        raise PydanticCustomError(
            "currency", "'{value}' is not a currency code of ISO 4217{hint}", {"value": value, "hint": hint}
        )
    return value


def _exact_amount(value: Any) -> str:
    """A decimal written as text, or an expression; a YAML float has already lost its exactness."""
    if isinstance(value, float):
        raise PydanticCustomError("amount", 'write the amount in quotes, for example: amount: "25.00"')
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise PydanticCustomError(
            "amount", 'give an amount in quotes, for example "25.00", or an expression that computes one'
        )
    return value.strip()


def _condition(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise PydanticCustomError("condition", "give a condition over the answers, for example: neutered")
    return value.strip()


Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Condition = Annotated[str, BeforeValidator(_condition), Field(max_length=1000)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FeeLine(_Part):
    """One line of the fee. ``amount``: a decimal in quotes or an expression; ``when``: the line counts only if this holds."""

    name: Name
    amount: Annotated[str, BeforeValidator(_exact_amount), Field(max_length=1000)]
    when: Condition | None = None


class Fee(_Part):
    """What a service costs. ``waive``: nothing is to be paid when this holds."""

    currency: Annotated[str, BeforeValidator(_known_currency), Field(validate_default=True)] = ""
    lines: tuple[FeeLine, ...] = Field(min_length=1, max_length=30)
    waive: Condition | None = None


class FeeTexts(RootModel[dict[Name, Annotated[str, Field(min_length=1, max_length=200)]]]):
    """The words of the fee in one language: one per line, by the line's name."""
