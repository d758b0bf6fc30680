"""Read what the other side wrote."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record

from ..events import MessagesRead
from ..models import Case
from ._changing import require_worker
from ._notes import see_new_message


@transaction.atomic
def read_messages(case: Case, *, by: Person, at: datetime) -> int:
    """Mark what the other side wrote as read, and say how many messages that were.

    The case stays among those with new messages until it is closed, or whoever has it reads them: a colleague who only
    looks in takes nothing from anybody's list.
    """
    is_applicant = by.pk == case.applicant_id
    if not is_applicant:
        require_worker(by, case)
    unread = case.messages.filter(is_from_applicant=not is_applicant, read_at=None, sent_at__lte=at)
    count = unread.update(read_at=at)
    if not is_applicant and case.has_message_to_see(by):
        see_new_message(case)
    if not count:
        return 0
    record(MessagesRead(case.id, is_applicant, count), by=by, at=at)
    return count
