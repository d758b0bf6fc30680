"""An account for a program that works for an agency."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.db import transaction

from civium.foundation.identity.actions.rename_person import rename_person
from civium.foundation.identity.events import PersonJoined
from civium.foundation.identity.models import PROGRAMS_END, Person
from civium.foundation.journal.actions.record import record


@transaction.atomic
def join_machine(*, name: str, at: datetime) -> Person:
    """Make an account that nobody can sign in to: what the program does is on the record under its own name."""
    id = uuid4()
    person = Person(id=id, email=f"{id.hex}{PROGRAMS_END}", joined_at=at)
    person.set_unusable_password()
    person.save(force_insert=True)
    record(PersonJoined(person=person.id), by=person, at=at)
    rename_person(person, name=name, by=person, at=at)
    return person
