"""End an emergency before its hour is over."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotFound, require

from ..events import EmergencyEnded
from ..models import Emergency


@transaction.atomic
def end_emergency(emergency: Emergency, *, by: Person, at: datetime) -> None:
    """Let the case be read no longer. What is over already stays as it ended."""
    found = Emergency.objects.select_for_update(of=("self",)).select_related("case").get(pk=emergency.pk)
    require(found.opened_by_id == by.pk, NotFound)
    if found.is_open(at):
        found.ended_at = at
        found.save(update_fields=["ended_at"])
        record(EmergencyEnded(found.id, found.case.subject), by=by, at=at)
