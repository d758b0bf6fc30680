"""Saying in which language the town writes to one."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.events import LanguageChosen
from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal


class LanguageUnknown(Refusal):
    """The town does not write in it."""

    message = _("Choose one of the languages.")
    status = 422


@transaction.atomic
def choose_language(person: Person, *, language: str, by: Person, at: datetime) -> None:
    """Write to the person in this language from now on. The one that it is already changes nothing."""
    if language not in dict(settings.LANGUAGES):
        raise LanguageUnknown
    if person.language == language:  # the form offers it with the name
        return
    person.language, person.chose_language = language, True
    person.save(update_fields=["language", "chose_language"])
    record(LanguageChosen(person=person.id, language=language), by=by, at=at)
