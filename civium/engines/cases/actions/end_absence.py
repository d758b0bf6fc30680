"""Note that somebody is back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotFound, require

from ..events import AbsenceEnded
from ..models import Absence
from ..rules import may_note_absence


@transaction.atomic
def end_absence(absence: Absence, *, by: Person, at: datetime) -> None:
    """Let colleagues see that the person is there again, or will not be away after all. Done once."""
    require(may_note_absence(by, absence.person), NotFound)
    if Absence.objects.filter(pk=absence.pk, ended_at=None).update(ended_at=at):
        record(AbsenceEnded(absence.id, absence.person_id), by=by, at=at)
