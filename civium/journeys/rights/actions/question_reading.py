"""Ask the data-protection officer about one reading of one's data."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.engines.cases.actions.keep_from import keep_from
from civium.engines.cases.queries import get_case_of_subject
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
from .tell_administrators import tell_administrators

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
    """Open a case about a reading of the person's own data, with the clock that such requests have. Once for each reading.

    Whoever read it has no part in the answer: the case is not there for them. Where that leaves nobody, administrators are told.
    """
    reading = get_reading(by.vault_key, number, also=ALSO)
    asked = words.strip()[:LONGEST]
    if not asked:
        raise QuestionMissing
    Person.objects.select_for_update(of=("self",)).get(pk=by.pk)  # one question after the other
    if _is_asked(reading, by.vault_key):
        raise AskedAlready
    answers = {"wish": "question", "reading": str(reading.pk), "asked": asked}
    application = apply_at_once(get_offer(REQUEST_SERVICE), answers=answers, by=by, language=language, at=at)
    _keep_from_its_reader(application, reading, at=at)
    record(ReadingQuestioned(of=by.vault_key, subject=application.subject, entry=reading.pk), by=by, at=at)
    return application


def _keep_from_its_reader(application: Application, reading: Entry, *, at: datetime) -> None:
    case = get_case_of_subject(application.subject)
    reader = Person.objects.filter(pk=reading.by_id, works_here=True).first() if reading.by_id else None
    if case is not None and reader is not None:
        keep_from(case, reader)
        tell_administrators(case, at=at)


def _is_asked(reading: Entry, owner: str) -> bool:
    asked = Entry.objects.filter(stream=owner, kind=ReadingQuestioned.kind)
    return asked.filter(data__contains=f'"entry":{reading.pk},').exists()
