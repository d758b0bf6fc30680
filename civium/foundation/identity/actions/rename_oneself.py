"""Changing one's own name."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.actions.rename_person import clean_name, rename_person
from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import Refusal


class NameConfirmed(Refusal):
    """Who proved who they are keeps the name that was confirmed: officials and certificates rely on it."""

    message = _("Your name was confirmed when you proved who you are. You cannot change it here.")
    what_next = _("If it is wrong or not yours any more, prove again who you are, or ask us to correct it.")
    status = 422


@transaction.atomic
def rename_oneself(person: Person, *, name: str, at: datetime) -> None:
    """Change one's own name; refuses (NameConfirmed) another name than the one that was confirmed."""
    current = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if not current.is_verified:
        rename_person(person, name=name, by=person, at=at)
    elif clean_name(name) != person.name:
        raise NameConfirmed
