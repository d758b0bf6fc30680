"""Answer what the agency asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
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
from ..rules import CompiledSteps, may_answer, on_another_day
from ._changing import change_case
from ._clock import going_on
from ._words import written_words


class AnswerMissing(Refusal):
    """There is no answer."""

    message = _("Enter your answer.")
    status = 422


class NoLongerAsked(Refusal):
    """The question was answered already, or the agency went on without."""

    message = _("This question no longer needs an answer.")
    what_next = _("Your case shows what happens next.")


class NotCorrected(Refusal):
    """Answers should be corrected, and an answer in words does not do that."""

    message = _("Correct the answers that we asked about, then send them.")
    status = 422


@transaction.atomic
def answer_question(
    question: Question,
    *,
    answer: str,
    files: Sequence[UUID] = (),
    after: UUID | None = None,
    about: str | None = None,
    steps: CompiledSteps | None = None,
    chosen_on: date | None = None,
    by: Person,
    at: datetime,
) -> Case:
    """Give the answer to the agency and let the clock go on, later by the working days that it stood still.

    ``after`` names the answers as they were corrected, where some were to be; ``about`` is the line for lists that they give.
    Where they choose another day than before (``chosen_on``), what the ``steps`` tie to it is due on that one.
    """
    case = question.case
    require(may_answer(by, case), NotFound)
    require(after is not None or not question.named, NotCorrected)
    needs_words = bool(question.words) and not files
    words = written_words(answer, missing=AnswerMissing if needs_words else None)
    answered = Question.objects.filter(pk=question.pk, answered_at=None, dropped_at=None).update(
        answered_at=at,
        answer_sealed=seal(words, under=case.subject, at=question.place("answer_sealed")),
        answer_files=[str(file) for file in files],
        after=after,
    )
    if not answered:
        raise NoLongerAsked
    case.refresh_from_db()
    due = going_on(case, at)
    if steps is not None:
        today = the_town().today(at)
        due = on_another_day(due, steps.steps, case.step, today, the_calendar(), chosen_on=chosen_on)
    change_case(
        case,
        revision=case.revision,
        by=by,
        paused_at=None,
        answered=True,
        due_on=due.due_on,
        expected_on=due.expected_on,
        chosen_on=due.chosen_on,
        **({} if about is None else {"about": written_words(about)[:200]}),
    )
    question.refresh_from_db()
    answered_event = ApplicantAnswered(
        case.id, case.subject, question.id, due.due_on, due.expected_on, len(question.named)
    )
    record(answered_event, by=by, at=at)
    return case
