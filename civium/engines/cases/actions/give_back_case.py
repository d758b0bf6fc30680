"""Give a case back to the team."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotAllowed, require

from ..events import CaseGivenBack
from ..models import Case
from ..rules import may_give_back
from ._changing import CaseIsClosed, change_case, require_worker


class NotYoursToGiveBack(NotAllowed):
    """Only whoever has the case, or a supervisor, gives it back."""

    message = _("A colleague has this case. Only they or a supervisor can give it back to the team.")


@transaction.atomic
def give_back_case(case: Case, *, by: Person, at: datetime, revision: int | None = None) -> Case:
    """Put the case back among those that nobody has. Nothing happens when nobody has it.

    ``revision``: that of the case the person saw, where they saw one.
    """
    require_worker(by, case)
    if case.is_decided:
        raise CaseIsClosed
    if case.assigned_to_id is None:
        return case
    require(may_give_back(by, case), NotYoursToGiveBack)
    change_case(case, revision=case.revision if revision is None else revision, by=by, assigned_to=None)
    record(CaseGivenBack(case.id), by=by, at=at)
    return case
