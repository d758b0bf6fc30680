"""Moving a case by its own document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from civium.engines.cases.actions.move_case import move_case
from civium.engines.cases.models import Case
from civium.engines.cases.rules import Corrections, may_move
from civium.engines.forms.rules import find_answer_names
from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import Refusal

from ..case_file import read_case_file
from .refuse_own_hands import refuse_own_hands


class UnknownAnswer(Refusal):
    """The case has no answer of that name."""

    message = _("This case has no such answer. Open the page again and choose from the answers there.")
    status = 422


def move_the_case(
    case: Case,
    *,
    move: str,
    reason: str = "",
    question: str = "",
    corrections: Mapping[str, str] | None = None,
    until: date | None = None,
    revision: int,
    by: Person,
    at: datetime,
) -> Case:
    """Move the case by the steps of the version it began with, over its own answers. What follows, follows by reaction.

    Whoever helped the applicant at the counter, or acts for them, does not decide (NeedsOtherEyes).

    ``corrections``, for a move that asks the applicant: why each of these answers should be corrected, by its name.
    """
    case.require_usable()
    file = read_case_file(case, language=case.language, is_staff=True)
    if corrections and not corrections.keys() <= set(find_answer_names(file.journey)):
        raise UnknownAnswer
    chosen = next((each for each in file.moves_for(by) if each.name == move), None)
    if chosen is not None and file.offer.steps.decides(chosen):
        refuse_own_hands(case, able=lambda each: may_move(each, case, chosen), by=by, at=at)
    return move_case(
        case,
        steps=file.offer.steps,
        move=move,
        values=file.values,
        reason=reason,
        question=question,
        corrections=Corrections(corrections, file.application.draft_id) if corrections else None,
        until=until,
        revision=revision,
        by=by,
        at=at,
    )
