"""Reopen a decided case."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.engines.clock.queries import the_calendar
from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotAllowed, Refusal, require
from civium.foundation.kit.town import the_town
from civium.foundation.vault.actions.sealing import seal

from ..events import CaseReopened
from ..models import Case, Decision
from ..rules import CompiledSteps, deadlines, may_move, may_reopen
from ._changing import change_case, require_seen, require_worker
from ._words import written_words


class NotReopened(Refusal):
    """The case is open, or its document lets nobody open it again."""

    message = _("This case cannot be reopened.")
    what_next = _("Look at the case again to see what can be done.")


class NotYoursToReopen(NotAllowed):
    """The person works on this case, and reopening is for other roles."""

    message = _("Reopening this case is for colleagues in another role.")


class ReopeningReasonMissing(Refusal):
    """Whoever had a decision is told why it no longer stands."""

    message = _("Enter why the case is reopened. The applicant will read it.")
    status = 422


@transaction.atomic
def reopen_case(
    case: Case, *, steps: CompiledSteps, reason: str, by: Person, at: datetime, revision: int
) -> Case:
    """Set the decision aside and go on where the document says, with deadlines begun anew. The decision is kept.

    ``revision`` is that of the case the person saw.
    """
    require_worker(by, case)
    require_seen(case, revision, by=by)
    end = case.step
    reopening = steps[end].reopen if case.is_decided and end in steps.steps else None
    if reopening is None:
        raise NotReopened
    require(may_reopen(by, case, reopening), NotYoursToReopen)
    words = written_words(reason, missing=ReopeningReasonMissing)
    decision = Decision.objects.get(case=case, set_aside_at=None)
    today = the_town().today(at)
    still_to_come = case.chosen_on if case.chosen_on and case.chosen_on >= today else None
    due = deadlines(steps.steps, reopening.to, today, the_calendar(), chosen_on=still_to_come)
    keeps = any(may_move(by, case, move) for move in steps[reopening.to].moves)
    change_case(
        case,
        revision=revision,
        by=by,
        step=reopening.to,
        entered_at=at,
        waits_for=steps.steps.waits_for(reopening.to),
        status=steps.steps.status_of(reopening.to),
        assigned_to=by if keeps else None,
        answered=False,
        closed_at=None,
        outcome="",
        due_on=due.due_on,
        expected_on=due.expected_on,
        chosen_on=due.chosen_on,
    )
    decision.set_aside_at, decision.set_aside_by = at, by
    decision.set_aside_sealed = seal(words, under=case.subject, at=decision.place("set_aside_sealed"))
    decision.save(update_fields=["set_aside_at", "set_aside_by", "set_aside_sealed"])
    record(
        CaseReopened(case.id, case.subject, decision.id, end, case.step, due.due_on, due.expected_on),
        by=by,
        at=at,
    )
    return case
