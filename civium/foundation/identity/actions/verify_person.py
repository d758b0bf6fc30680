"""Stepping up: a person proved who they are."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.foundation.identity.actions.rename_person import rename_person
from civium.foundation.identity.events import PersonVerified
from civium.foundation.identity.models import Assurance, Person
from civium.foundation.journal.actions.record import record


@transaction.atomic
def verify_person(person: Person, *, name: str, how: str, by: Person, at: datetime) -> None:
    """Note that a check (``how``: its adapter) confirmed who this is. From now on they are called as the check has it."""
    if person.is_guest:
        raise ValueError("a guest has no account that could be verified")
    person.assurance, person.assured_at, person.assured_by = Assurance.VERIFIED, at, how
    person.save(update_fields=["assurance", "assured_at", "assured_by"])
    record(PersonVerified(person=person.id, how=how), by=by, at=at)
    if name != person.name:
        rename_person(person, name=name, by=by, at=at)
