"""Answering in one go what the agency asked, as programs do: every corrected answer at once, files among them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from civium.engines.cases.actions.answer_question import answer_question
from civium.engines.cases.models import Case, Question
from civium.engines.cases.rules import may_answer
from civium.engines.forms.actions.save_answers import save_answers
from civium.engines.forms.rules import Journey, find_short_pages
from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import NotFound, Refusal, require

from ..corrections import SEEN, CorrectionForm, asked_names, put_answers, read_correction
from .apply_at_once import TakesFiles, WrongAnswers
from .look_up import look_up_answers
from .save_correction import draft_of
from .send_corrections import send_corrections


class WrongCorrections(WrongAnswers):
    """Some corrected answers are wrong, missing, or were not asked for. ``details["errors"]`` says so of each, by its name."""

    what_next = _("Correct them and send everything again. Your answers are as they were.")


def answer_at_once(
    question: Question, *, answers: Mapping[str, Any], words: str, language: str, by: Person, at: datetime
) -> Case:
    """Correct the named answers, answer what was asked in words, and let the clock go on.

    Every named answer is given, also one that stays as it is; beside them only what follows from them: questions that a new
    answer shows, answers that it makes wrong. A file is given as in an application. Refuses everything wrong together, and
    changes nothing then.
    """
    require(may_answer(by, question.case), NotFound)
    if not question.named:
        if answers:
            raise WrongCorrections(errors={name: _now("Nobody asked for this answer") for name in answers})
        return answer_question(question, answer=words, by=by, at=at)
    form = read_correction(question, language=language)
    taking = TakesFiles(form.application, form.offer, by=by, at=at)
    try:
        return _correct(form, taking, answers, words, by=by, at=at)
    except Refusal:
        taking.put_back()
        raise


def _correct(
    form: CorrectionForm,
    taking: TakesFiles,
    answers: Mapping[str, Any],
    words: str,
    *,
    by: Person,
    at: datetime,
) -> Case:
    question = form.question
    given = {name: _taken(taking, name, value) for name, value in answers.items()}
    errors = {name: _now("This answer is missing") for name in question.named if name not in given}
    errors |= {
        name: _now("Nobody asked for this answer") for name in given if name not in _justified(form, given)
    }
    put = put_answers(form.before.answers, given)
    if _names_a_thing(form, given):
        put = look_up_answers(form.offer, put, asked_by=by, at=at)
    journey, wrong = form.offer.form.validate_answers(put, today=form.today, language=form.language)
    if errors := wrong | errors | taking.errors:
        raise WrongCorrections(errors=errors)
    pages = find_short_pages(form.before, journey, question.named)
    with transaction.atomic():
        draft = draft_of(question, form, at=at)
        save_answers(draft, {**journey.answers, SEEN: sorted(page.key for page in pages)}, at=at)
        return send_corrections(question, answer=words, by=by, at=at)


def _taken(taking: TakesFiles, name: str, value: Any) -> Any:
    return None if value is None else taking.take(name.rpartition("/")[2], value, path=name)


def _journey(form: CorrectionForm, answers: Mapping[str, Any]) -> Journey:
    return form.offer.form.journey(answers, today=form.today)


def _justified(form: CorrectionForm, given: Mapping[str, Any]) -> set[str]:
    """Those of the given answers that were asked for, or follow from those before them."""
    good = {name for name in given if name in form.question.named}
    while True:
        journey = _journey(
            form, put_answers(form.before.answers, {name: given[name] for name in given if name in good})
        )
        pages = find_short_pages(form.before, journey, form.question.named)
        more = (asked_names(pages, journey) & given.keys()) - good
        if not more:
            return good
        good |= more


def _names_a_thing(form: CorrectionForm, given: Mapping[str, Any]) -> bool:
    found = {ready.name for _page, ready in form.offer.form.questions() if ready.question.type == "found"}
    return not found.isdisjoint(name.rpartition("/")[2] for name in given)
