"""Ask the data-protection officer about one reading of one's data."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.journal.models import Entry
from civium.foundation.kit.refusals import Refusal
from civium.foundation.privacy.queries import get_reading
from civium.journeys.applications.actions.apply_at_once import apply_at_once
from civium.journeys.applications.models import Application
from civium.journeys.catalogue.queries import get_offer

from ..events import ReadingQuestioned
from ..looking import ALSO
from ..rules import REQUEST_SERVICE

LONGEST = 2_000


class QuestionMissing(Refusal):
    """Nothing was asked."""

    message = _("Write what you want to know")
    status = 422


class AskedAlready(Refusal):
    """There is a case about this reading."""

    message = _("You asked about this already.")
    what_next = _("You find our answer in the case, on your page.")
    status = 409


@transaction.atomic
def question_reading(number: int, *, words: str, language: str, by: Person, at: datetime) -> Application:
    """Open a case about a reading of the person's own data, with the clock that such requests have. Once for each reading."""
    reading = get_reading(by.vault_key, number, also=ALSO)
    asked = words.strip()[:LONGEST]
    if not asked:
        raise QuestionMissing
    if _is_asked(reading, by.vault_key):
        raise AskedAlready
    answers = {"wish": "question", "reading": str(reading.pk), "asked": asked}
    application = apply_at_once(get_offer(REQUEST_SERVICE), answers=answers, by=by, language=language, at=at)
    record(ReadingQuestioned(of=by.vault_key, subject=application.subject, entry=reading.pk), by=by, at=at)
    return application


def _is_asked(reading: Entry, owner: str) -> bool:
    asked = Entry.objects.filter(stream=owner, kind=ReadingQuestioned.kind)
    return asked.filter(data__contains=f'"entry":{reading.pk},').exists()
