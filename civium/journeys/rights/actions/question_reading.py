"""Ask the data-protection officer about one reading of one's data."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.engines.cases.actions.keep_from import keep_from
from civium.engines.cases.models import Case
from civium.engines.cases.queries import get_case_of_subject
from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.journal.models import Entry
from civium.foundation.kit.refusals import NotFound, Refusal, require
from civium.foundation.privacy.queries import get_reading
from civium.journeys.applications.actions.apply_at_once import apply_at_once
from civium.journeys.applications.models import Application
from civium.journeys.catalogue.queries import get_offer

from ..events import ReadingQuestioned
from ..looking import ALSO
from ..queries import wish_of
from ..rules import REQUEST_SERVICE
from .tell_administrators import tell_administrators

LONGEST = 2_000
LONGEST_NUMBER = 18


class QuestionMissing(Refusal):
    """Nothing was asked."""

    message = _("Write what you want to know")
    status = 422


class QuestionTooLong(Refusal):
    """The words are more than anybody reads; none are cut off."""

    message = _("Shorten the text to 2,000 characters or fewer.")
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
    asked = words.replace("\r\n", "\n").strip()
    require(bool(asked), QuestionMissing)
    require(len(asked) <= LONGEST, QuestionTooLong)
    Person.objects.select_for_update(of=("self",)).get(pk=by.pk)  # one question after the other
    if _is_asked(reading, by.vault_key):
        raise AskedAlready
    answers = {"wish": "question", "reading": str(reading.pk), "asked": asked}
    application = apply_at_once(get_offer(REQUEST_SERVICE), answers=answers, by=by, language=language, at=at)
    case = get_case_of_subject(application.subject)
    if case is not None:
        _link(case, reading, at=at)
    return application


@transaction.atomic
def link_question(case: Case, *, at: datetime) -> None:
    """Link a question that was sent by the form to the reading whose number was typed, as if it had been asked beside it.

    A number that is none of theirs, or of a reading that was asked about already, stays a word in an answer.
    """
    if Entry.objects.filter(kind=ReadingQuestioned.kind, also=case.subject).exists():
        return
    wish, owner = wish_of(case), case.applicant.vault_key
    if wish.what != "question" or not wish.reading.isdecimal() or len(wish.reading) > LONGEST_NUMBER:
        return
    with suppress(NotFound):
        reading = get_reading(owner, int(wish.reading), also=ALSO)
        if not _is_asked(reading, owner):
            _link(case, reading, at=at)


def _link(case: Case, reading: Entry, *, at: datetime) -> None:
    """Whoever read it has no part in the answer, nor has whoever let in the program that did."""
    by = case.applicant
    reader = Person.objects.filter(pk=reading.by_id, works_here=True).first() if reading.by_id else None
    if reader is not None:
        keep_from(case, Person.objects.get(pk=reader.let_in_by or reader.pk))
        tell_administrators(case, at=at)
    record(ReadingQuestioned(of=by.vault_key, subject=case.subject, entry=reading.pk), by=by, at=at)


def _is_asked(reading: Entry, owner: str) -> bool:
    asked = Entry.objects.filter(stream=owner, kind=ReadingQuestioned.kind)
    return asked.filter(data__contains=f'"entry":{reading.pk},').exists()
