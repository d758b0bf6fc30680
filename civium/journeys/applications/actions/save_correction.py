"""Saving one page of the answers that are to be corrected."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.engines.cases.actions.answer_question import NoLongerAsked
from civium.engines.cases.models import Case, Question
from civium.engines.cases.rules import may_answer
from civium.engines.forms.actions.save_answers import save_answers
from civium.engines.forms.actions.start_draft import start_draft
from civium.engines.forms.actions.take_page_files import take_page_files
from civium.engines.forms.models import Draft
from civium.engines.forms.queries import open_answers
from civium.engines.forms.rules import PageReading, ShortPage, whole_rows
from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import NotFound, require

from ..corrections import SEEN, CorrectionForm, draft_name
from .save_page import refuse_others_cases


def save_correction(
    form: CorrectionForm, page: ShortPage, reading: PageReading, *, by: Person, at: datetime
) -> PageReading:
    """Keep what was typed on a page of the short form; give the reading back with what was refused as errors of its fields.

    The answers of the case stay as they are until everything is sent.
    """
    question = form.question
    require(may_answer(by, question.case), NotFound)
    stored = whole_rows(take_page_files(reading, under=question.case.subject, by=by, at=at), form.now)
    stored = refuse_others_cases(form.application, stored)
    with transaction.atomic():
        draft = draft_of(question, form, at=at)
        was_on = open_answers(draft).get(SEEN) or []
        is_done = stored.is_fine and stored.then is None and not stored.for_later
        seen = {SEEN: sorted({*was_on, page.key})} if is_done else {}
        save_answers(draft, {**stored.values, **seen}, at=at)
    return stored


def draft_of(question: Question, form: CorrectionForm, *, at: datetime) -> Draft:
    """The draft of the correction; begun from the answers as they were sent when this is its first page."""
    Case.objects.select_for_update().get(pk=question.case_id)
    if not Question.objects.filter(pk=question.pk, answered_at=None, dropped_at=None).exists():
        raise NoLongerAsked
    name, under = draft_name(question), question.case.subject
    standing = Draft.objects.filter(under=under, form=name, closed_at=None).first()
    return standing or start_draft(form=name, under=under, at=at, answers=form.before.answers)
