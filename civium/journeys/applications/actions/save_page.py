"""Saving one page of answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import get_language

from civium.engines.cases.queries import is_own_case
from civium.engines.forms.actions.keep_typed import forget_typed
from civium.engines.forms.actions.save_answers import save_answers
from civium.engines.forms.actions.take_page_files import take_page_files
from civium.engines.forms.queries import open_answers
from civium.engines.forms.rules import PageReading, Wrong
from civium.foundation.identity.models import Person
from civium.journeys.catalogue.queries import get_offer_version

from ..models import Application, State
from ._changing import NotOpenAnyMore, locked
from .keep_what_counts import remove_files_left
from .look_up import look_up_page
from .note_act import note_act
from .start_application import kept_until


def save_page(application: Application, reading: PageReading, *, by: Person, at: datetime) -> PageReading:
    """Store the page's files, then its answers; give the reading back with what was refused as errors of its fields.

    Files are kept even when another answer of the page is wrong. Other pages, saved meanwhile in another tab, stay as
    they are. A file that this save took out of the answers is removed.
    """
    stored = take_page_files(reading, under=application.subject, by=by, at=at)
    stored = refuse_others_cases(application, look_up_page(application, stored, at=at))
    with transaction.atomic():
        current = locked(application.pk, for_=by)
        if current.state != State.DRAFT:
            raise NotOpenAnyMore
        before = open_answers(current.draft)
        saved = save_answers(current.draft, stored.values, at=at, expires_at=kept_until(current, at=at))
        if stored.is_fine:
            forget_typed(saved, page=reading.page)
        note_act(current, what="fill", by=by, at=at)
        remove_files_left(current, before=before, after=open_answers(saved), by=by, at=at)
    return stored


def refuse_others_cases(application: Application, reading: PageReading) -> PageReading:
    """The reading with an error where a case was named that is not the applicant's, or none of those that the question is about:
    not theirs and not there look the same."""
    form = get_offer_version(application.service, application.version).form
    named: dict[str, Any] = {
        ready.name: ready
        for page, ready in form.questions()
        if page.name == reading.page and ready.question.type == "own-case" and reading.values.get(ready.name)
    }
    if not named:
        return reading
    values, errors = dict(reading.values), dict(reading.errors)
    for name, ready in named.items():
        if not is_own_case(values[name], application.applicant, **ready.question.narrowed_to):
            language = get_language() or application.language
            errors[ready.first_field] = ready.question.message(Wrong("not_yours"), ready.words, language)
            values[name] = None
    return replace(reading, values=values, errors=errors)
