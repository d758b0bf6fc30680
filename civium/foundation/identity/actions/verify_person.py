"""Stepping up: a person proved who they are."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.foundation.identity.actions.rename_person import NameUnusable, clean_name, rename_person
from civium.foundation.identity.events import PersonVerified
from civium.foundation.identity.models import Assurance, Person
from civium.foundation.journal.actions.record import record


@transaction.atomic
def verify_person(
    person: Person, *, name: str, how: str, by: Person, at: datetime, level: str = Assurance.VERIFIED
) -> None:
    """Note that somebody (``how``: who) confirmed who this is, and how surely. From now on they are called as was confirmed."""
    if person.is_guest:
        raise ValueError("a guest has no account that could be verified")
    person.assurance, person.assured_at, person.assured_by = Assurance(level), at, how
    person.save(update_fields=["assurance", "assured_at", "assured_by"])
    record(PersonVerified(person=person.id, how=how), by=by, at=at)
    if _usable(name) and _usable(name) != person.name:
        rename_person(person, name=name, by=by, at=at)


def _usable(name: str) -> str:
    """The name as we would keep it; empty when it is none, and the person keeps theirs."""
    try:
        return clean_name(name)
    except NameUnusable:
        return ""
