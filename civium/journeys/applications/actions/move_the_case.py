"""Moving a case by its own document."""

from __future__ import annotations

from datetime import datetime

from civium.engines.cases.actions.move_case import move_case
from civium.engines.cases.models import Case
from civium.foundation.identity.models import Person
from civium.journeys.catalogue.queries import get_offer_version

from ..queries import get_values


def move_the_case(
    case: Case,
    *,
    move: str,
    reason: str = "",
    question: str = "",
    revision: int,
    by: Person,
    at: datetime,
) -> Case:
    """Move the case by the steps of the version it began with, over its own answers. What follows, follows by reaction."""
    offer = get_offer_version(case.service, case.version)
    return move_case(
        case,
        steps=offer.steps,
        move=move,
        values=get_values(case, offer=offer),
        reason=reason,
        question=question,
        revision=revision,
        by=by,
        at=at,
    )
