"""Letting a person act for an organisation."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.foundation.identity.events import RepresentationGranted
from civium.foundation.identity.models import Organisation, Person, Representation
from civium.foundation.journal.actions.record import record


@transaction.atomic
def represent(person: Person, *, organisation: Organisation, by: Person, at: datetime) -> Representation:
    """Let the person act for the organisation; doing so twice changes nothing."""
    representation, is_new = Representation.objects.get_or_create(
        person=person, organisation=organisation, defaults={"since": at}
    )
    if is_new:
        record(RepresentationGranted(person=person.id, organisation=organisation.id), by=by, at=at)
    return representation
