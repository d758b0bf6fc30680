"""Withdraw what was asked of the applicant."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record

from ..events import QuestionWithdrawn
from ..models import Case, Question
from ._changing import change_case, require_seen, require_worker
from ._clock import going_on
from .answer_question import NoLongerAsked


@transaction.atomic
def withdraw_question(question: Question, *, by: Person, at: datetime, revision: int) -> Case:
    """Do without the answer and let the clock go on, later by the working days that it stood still. The applicant is told.

    ``revision`` is that of the case the person saw.
    """
    case = question.case
    require_worker(by, case)
    require_seen(case, revision, by=by)
    dropped = Question.objects.filter(pk=question.pk, answered_at=None, dropped_at=None)
    if not dropped.update(dropped_at=at):
        raise NoLongerAsked
    due = going_on(case, at)
    change_case(
        case, revision=revision, by=by, paused_at=None, due_on=due.due_on, expected_on=due.expected_on
    )
    question.refresh_from_db()
    record(QuestionWithdrawn(case.id, case.subject, question.id, due.due_on, due.expected_on), by=by, at=at)
    return case
