"""Take a case."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record

from ..events import CaseClaimed
from ..models import Case
from ._changing import CaseIsClosed, change_case, require_worker, who_was_first


@transaction.atomic
def claim_case(case: Case, *, by: Person, at: datetime, revision: int | None = None) -> Case:
    """Take the case for oneself. A case that is one's own already stays so; a colleague's is refused, saying whose it is.

    ``revision``: that of the case the person saw, where they saw one.
    """
    require_worker(by, case)
    if case.is_decided:
        raise CaseIsClosed
    if case.assigned_to_id == by.pk:
        return case
    if case.assigned_to_id:
        raise who_was_first(case, asked_by=by)
    change_case(
        case, revision=case.revision if revision is None else revision, by=by, assigned_to=by, answered=False
    )
    record(CaseClaimed(case.id), by=by, at=at)
    return case
