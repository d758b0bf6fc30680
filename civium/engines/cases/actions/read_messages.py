"""Read what the other side wrote."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record

from ..events import MessagesRead
from ..models import Case
from ._changing import require_worker


@transaction.atomic
def read_messages(case: Case, *, by: Person, at: datetime) -> int:
    """Mark what the other side wrote as read, and say how many messages that were. Nothing happens when all were."""
    is_applicant = by.pk == case.applicant_id
    if not is_applicant:
        require_worker(by, case)
    unread = case.messages.filter(is_from_applicant=not is_applicant, read_at=None, sent_at__lte=at)
    count = unread.update(read_at=at)
    if not count:
        return 0
    if not is_applicant:
        # No change of the case: whoever types a decision in another window is not stopped by this reading.
        Case.objects.filter(pk=case.pk).update(has_new_message=False)
        case.has_new_message = False
    record(MessagesRead(case.id, is_applicant, count), by=by, at=at)
    return count
