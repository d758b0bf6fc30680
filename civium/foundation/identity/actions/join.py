"""Joining: an account for a person."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.actions.rename_person import rename_person
from civium.foundation.identity.events import PersonJoined
from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal


class AddressTaken(Refusal):
    message = _("There is already an account with this e-mail address.")


def join(email: str, *, name: str, password: str | None, language: str, at: datetime) -> Person:
    """Make an account whose address counts as confirmed. For set-up and the counter; citizens sign up for themselves."""
    person = Person(email=email.lower(), language=language, joined_at=at)
    person.set_password(password)  # slow work: nobody waits for it
    with transaction.atomic():
        if Person.objects.filter(email__iexact=email).exists():
            raise AddressTaken
        person.save()
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        record(PersonJoined(person=person.id), by=person, at=at)
        rename_person(person, name=name, by=person, at=at)
    return person
