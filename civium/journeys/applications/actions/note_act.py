"""Putting on the record what somebody did for the applicant that leaves no other trace."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.db import transaction

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record

from ..events import ActedForApplicant
from ..models import Application


@transaction.atomic
def note_act(
    application: Application, *, what: Literal["fill", "pay", "ready"], by: Person, at: datetime
) -> None:
    """Record it with both names. What applicants do with their own hands needs no such note."""
    if by.hands is not None:
        record(ActedForApplicant(application.id, what), by=by, at=at)
