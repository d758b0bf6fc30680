"""Sending corrected answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.engines.cases.actions.answer_question import NoLongerAsked, answer_question
from civium.engines.cases.models import Case, Question
from civium.engines.cases.rules import chosen_day, may_answer
from civium.engines.forms.actions.close_draft import close_draft
from civium.engines.forms.actions.start_draft import start_draft
from civium.foundation.files.actions.remove_file import remove_file
from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotFound, Refusal, require

from ..corrections import draft_name, read_correction
from ..events import AnswersCorrected
from .send_answer import take_files


class CorrectionsMissing(Refusal):
    """Something that was asked about is still to be looked at, or something that follows from it to be answered."""

    message = _("Some answers still need you.")
    what_next = _("Go through the pages, then send.")
    status = 422


def send_corrections(
    question: Question, *, answer: str = "", uploads: Sequence[Any] = (), by: Person, at: datetime
) -> Case:
    """Put the corrected answers in the place of those that were sent, and let the clock go on.

    The answers before are kept. ``answer`` and ``uploads`` are for what was asked in words beside them. Refuses what is not
    complete, and leaves nothing behind then.
    """
    require(may_answer(by, question.case), NotFound)
    files = take_files(uploads, under=question.case.subject, by=by, at=at)
    try:
        return _send(question, answer=answer, files=[file.id for file in files], by=by, at=at)
    except Refusal:
        for file in files:
            remove_file(file, by=by, at=at)
        raise


@transaction.atomic
def _send(question: Question, *, answer: str, files: Sequence[Any], by: Person, at: datetime) -> Case:
    Case.objects.select_for_update().get(pk=question.case_id)
    question.refresh_from_db(fields=["answered_at", "dropped_at"])
    if not question.is_open:
        raise NoLongerAsked
    form = read_correction(question, language=question.case.language)
    if not form.is_ready:
        raise CorrectionsMissing
    application = form.application
    corrected = start_draft(
        form=f"{draft_name(question)}:sent", under=application.subject, at=at, answers=form.now.answers
    )
    close_draft(corrected, at=at)
    if form.draft is not None:
        close_draft(form.draft, at=at)
    case = answer_question(
        question,
        answer=answer,
        files=files,
        after=corrected.pk,
        about=form.offer.about(form.now.values, language=question.case.language),
        steps=form.offer.steps,
        chosen_on=chosen_day(form.offer.steps.steps, form.now.values),
        by=by,
        at=at,
    )
    application.draft = corrected
    application.save(update_fields=["draft"])
    record(AnswersCorrected(application.id, question.id), by=by, at=at)
    return case
