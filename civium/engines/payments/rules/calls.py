"""What a provider's genuine call is worth, compared with what we asked. Anything that does not agree is quarantined."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol

from .states import RECEIVED, may_become


@dataclass(frozen=True, slots=True)
class Heard:
    """What a provider says, from a signed call or in answer to our question. Amounts are in the smallest unit.

    ``reference`` is ours, ``provider_reference`` the provider's; ``payee`` is whose account the money goes to.
    """

    event_id: str
    kind: Literal["paid", "declined", "pending", "unreadable"]
    reference: str = ""
    provider_reference: str = ""
    minor: int = 0
    currency: str = ""
    payee: str = ""
    happened_at: datetime | None = None


class Verdict(StrEnum):
    """What became of a call."""

    SETTLED = "settled"
    DECLINED = "declined"
    NOTED = "noted"
    DUPLICATE = "duplicate"
    OVERTAKEN = "overtaken"
    QUARANTINED = "quarantined"


class Asked(Protocol):
    """What we asked for."""

    provider: str
    provider_reference: str
    minor: int
    currency: str
    state: str


def weigh(heard: Heard, asked: Asked | None, *, provider: str, payee: str) -> tuple[Verdict, str]:
    """The verdict on a call and, when it is quarantined, the code of the reason."""
    if reason := _disagreement(heard, asked, provider=provider, payee=payee):
        return Verdict.QUARANTINED, reason
    assert asked is not None
    if heard.kind == "paid":
        return (Verdict.DUPLICATE if asked.state in RECEIVED else Verdict.SETTLED), ""
    if heard.kind == asked.state:
        return Verdict.DUPLICATE, ""
    if not may_become(asked.state, heard.kind):
        return Verdict.OVERTAKEN, ""
    return (Verdict.DECLINED if heard.kind == "declined" else Verdict.NOTED), ""


def _disagreement(heard: Heard, asked: Asked | None, *, provider: str, payee: str) -> str:
    if heard.kind == "unreadable":
        return "unreadable"
    if asked is None:
        return "unknown-reference"
    compared = {
        "other-checkout": (heard.provider_reference, provider) == (asked.provider_reference, asked.provider),
        "other-payee": heard.payee == payee,
        "other-currency": heard.currency == asked.currency,
        "other-amount": heard.minor == asked.minor,
    }
    return next((reason for reason, agrees in compared.items() if not agrees), "")
