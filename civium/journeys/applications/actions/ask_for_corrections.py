"""Asking the applicant to correct some of their answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from civium.engines.cases.actions.move_case import MoveNotOffered
from civium.engines.cases.models import Case
from civium.engines.cases.rules import available_moves
from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import Refusal
from civium.journeys.catalogue.queries import get_offer_version

from ..queries import get_values
from .move_the_case import move_the_case


class NothingToCorrect(Refusal):
    """No answer was named."""

    message = _("Choose at least one answer to correct.")
    status = 422


def ask_for_corrections(
    case: Case,
    *,
    reasons: Mapping[str, str],
    words: str = "",
    until: date | None = None,
    revision: int,
    by: Person,
    at: datetime,
) -> Case:
    """Reopen these answers, and no other, for the applicant; each with its reason. The clock stands still until they are sent.

    ``reasons``: by the answer's name (``chip_number``, ``neighbours/<row>/<question>``, ``neighbours`` for a whole list).
    It happens by the first move of the step that asks the applicant; where the document has none, it is refused.
    """
    if not reasons:
        raise NothingToCorrect
    offer = get_offer_version(case.service, case.version)
    moves = available_moves(case, offer.steps, by, get_values(case, offer=offer))
    move = next((move.name for move in moves if move.asks_applicant), None)
    if move is None:
        raise MoveNotOffered
    return move_the_case(
        case, move=move, question=words, corrections=reasons, until=until, revision=revision, by=by, at=at
    )
