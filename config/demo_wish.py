"""One wish of the demo town's past year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from civium.engines.cases.schema import Move
from civium.journeys.catalogue.queries import Offer
from config.demo_people import Neighbour

Fate = Literal["goes-on", "rests", "waits", "draft", "unpaid", "withdrawn", "reopened", "decided-again"]
# What the desk does with a case: moves, in order.
Way = tuple[Move, ...]


@dataclass(frozen=True)
class Wish:
    """One application: whose, for what, from when on, with which answers, and what the desk does with it.

    ``rests``: it stays where the way leads. ``again``: the moves to a second decision, of what is reopened.
    """

    number: int
    who: Neighbour
    offer: Offer
    begins: datetime
    answers: dict[str, Any]
    way: Way
    fate: Fate
    again: Way = ()

    @property
    def is_for_a_company(self) -> bool:
        """Whether only companies ask for this."""
        return self.offer.document.applicants == {"organisation"}

    @property
    def leads_to(self) -> str:
        """The step in which the way ends."""
        return self.way[-1].to if self.way else self.offer.steps.steps.first


def usual_days(offer: Offer, step: str) -> float:
    """How long the desk usually takes in a step: about half of what it promises."""
    due = offer.steps[step].due
    if due is None:
        return 1.0
    return max(0.7, 0.7 * due.amount * (20 if due.unit == "month" else 1))
