"""Remind an applicant who is asked something."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.engines.clock.queries import the_calendar
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.town import the_town

from ..events import ApplicantReminded
from ..models import Question
from ..rules import reminder_due


@transaction.atomic
def remind_applicant(question: Question, *, at: datetime) -> bool:
    """Note that the day of an open question is near, or has passed, once each, so that the applicant is told. Says whether it was."""
    if question.until is None or not question.is_open:
        return False
    wanted = reminder_due(
        question.until,
        the_town().today(at),
        the_calendar(),
        is_reminded=question.reminded_at is not None,
        is_overdue_told=question.overdue_at is not None,
    )
    if wanted is None:
        return False
    field = "overdue_at" if wanted == "late" else "reminded_at"
    still_open = Question.objects.filter(pk=question.pk, answered_at=None, dropped_at=None, **{field: None})
    if not still_open.update(**{field: at}):
        return False
    case = question.case
    record(ApplicantReminded(case.id, case.subject, question.id, wanted == "late"), by=None, at=at)
    return True
