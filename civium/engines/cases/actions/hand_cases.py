"""Hand many cases at once to somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotFound, Refusal, require

from ..events import CaseHandedOver
from ..models import Case
from ..rules import may_work_on, supervised_by
from ._changing import SomeoneWasFirst, change_case

# What one press of a button does; whoever has more presses again.
MOST_AT_ONCE = 100


class NobodyToTake(Refusal):
    """The colleague works on none of these cases, or has them already."""

    message = _("Choose a colleague of the same agency who can work on these cases.")
    status = 422


@transaction.atomic
def hand_cases(cases: Sequence[Case], *, to: Person | None, by: Person, at: datetime) -> int:
    """Give the cases to a colleague, or (``to`` is None) back to the team, as their supervisor; says how many were given.

    A case that changed meanwhile, is decided, or is the colleague's own application stays where it is.
    """
    given = 0
    for case in cases[:MOST_AT_ONCE]:
        require(bool(supervised_by(by, [case.agency_id])), NotFound)
        given += _hand(case, to=to, by=by, at=at)
    require(given > 0 or not cases, NobodyToTake)
    return given


def _hand(case: Case, *, to: Person | None, by: Person, at: datetime) -> bool:
    if case.is_decided or case.assigned_to_id == (to.pk if to else None) or not may_work_on(by, case):
        return False
    if to is not None and not may_work_on(to, case):
        return False
    try:
        change_case(case, revision=case.revision, by=by, assigned_to=to)
    except SomeoneWasFirst:
        return False
    record(CaseHandedOver(case.id, to.pk if to else None, None), by=by, at=at)
    return True
