"""Pure decisions of the portal: what a person should do next, and how soon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Urgency = Literal["normal", "soon", "late"]
SOON = timedelta(days=3)


@dataclass(frozen=True)
class NextStep:
    """One thing a person should do: what, why, by when, and where. It is gone when the thing is done, however it was done."""

    title: str
    why: str
    action: str
    href: str
    urgency: Urgency = "normal"
    by: str = ""


def urgency(until: date | None, today: date) -> Urgency:
    """How pressing a date is: late when it has passed, soon within three days."""
    if until is None:
        return "normal"
    if until < today:
        return "late"
    return "soon" if until - today <= SOON else "normal"
