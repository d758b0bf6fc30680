"""Answer what the agency asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.engines.clock.queries import the_calendar
from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotFound, Refusal, require
from civium.foundation.kit.town import the_town
from civium.foundation.vault.actions.sealing import seal

from ..events import ApplicantAnswered
from ..models import Case, Question
from ..rules import Deadlines
from ._changing import change_case
from ._words import written_words


class AnswerMissing(Refusal):
    """There is no answer."""

    message = _("Enter your answer.")
    status = 422


class NoLongerAsked(Refusal):
    """The question was answered already, or the agency went on without."""

    message = _("This question no longer needs an answer.")
    what_next = _("Your case shows what happens next.")


@transaction.atomic
def answer_question(
    question: Question, *, answer: str, files: Sequence[UUID] = (), by: Person, at: datetime
) -> Case:
    """Give the answer to the agency and let the clock go on, later by the working days that it stood still."""
    case = question.case
    require(by.pk == case.applicant_id, NotFound)
    words = written_words(answer, missing=None if files else AnswerMissing)
    answered = Question.objects.filter(pk=question.pk, answered_at=None, dropped_at=None).update(
        answered_at=at,
        answer_sealed=seal(words, under=case.subject, at=question.place("answer_sealed")),
        answer_files=[str(file) for file in files],
    )
    if not answered:
        raise NoLongerAsked
    case.refresh_from_db()
    town = the_town()
    due = Deadlines(case.due_on, case.expected_on).after_pause(
        town.today(case.paused_at or at), town.today(at), the_calendar()
    )
    change_case(
        case,
        revision=case.revision,
        by=by,
        paused_at=None,
        answered=True,
        due_on=due.due_on,
        expected_on=due.expected_on,
    )
    question.refresh_from_db()
    answered_event = ApplicantAnswered(case.id, case.subject, question.id, due.due_on, due.expected_on)
    record(answered_event, by=by, at=at)
    return case
