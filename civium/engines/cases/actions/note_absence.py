"""Note that somebody is away."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotFound, Refusal, require
from civium.foundation.kit.town import the_town

from ..events import AbsenceNoted
from ..models import Absence
from ..rules import may_note_absence

# Who is away for longer has left.
LONGEST = timedelta(days=366)


class UnusableDays(Refusal):
    """The days are the wrong way round, over, or too many."""

    message = _("Choose a last day that is not before the first, not over, and at most a year away.")
    status = 422


@transaction.atomic
def note_absence(person: Person, *, first_on: date, last_on: date, by: Person, at: datetime) -> Absence:
    """Let colleagues see that the person is away on these days, both included. One for oneself, a supervisor for the team."""
    require(may_note_absence(by, person), NotFound)
    today = the_town().today(at)
    require(first_on <= last_on and last_on >= today and last_on - today <= LONGEST, UnusableDays)
    absence = Absence.objects.create(
        id=uuid.uuid4(), person=person, first_on=first_on, last_on=last_on, noted_by=by, noted_at=at
    )
    record(AbsenceNoted(absence.id, person.pk, first_on, last_on), by=by, at=at)
    return absence
