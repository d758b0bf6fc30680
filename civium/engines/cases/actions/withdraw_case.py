"""Withdraw a case: the applicant does not want a decision any more."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotFound, Refusal, require

from ..events import CaseWithdrawn
from ..models import WITHDRAWN, Case
from ..rules import may_withdraw
from ._changing import change_case


class AlreadyDecided(Refusal):
    """There is nothing left to withdraw."""

    message = _("This case is closed already, so it cannot be withdrawn.")
    what_next = _("Look at your case to see how it ended.")


@transaction.atomic
def withdraw_case(case: Case, *, by: Person, at: datetime) -> Case:
    """Close the applicant's own case without a decision. Whoever had taken it sees that it is gone from their list.

    What is asked of the applicant is dropped. A case that was decided meanwhile stays decided.
    """
    current = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    require(may_withdraw(by, current), NotFound)
    if current.is_withdrawn:
        return current
    if current.is_decided:
        raise AlreadyDecided
    current.questions.filter(answered_at=None, dropped_at=None).update(dropped_at=at)
    change_case(
        current,
        revision=current.revision,
        by=by,
        closed_at=at,
        outcome=WITHDRAWN,
        status=WITHDRAWN,
        paused_at=None,
    )
    record(CaseWithdrawn(current.id, current.subject), by=by, at=at)
    return current
