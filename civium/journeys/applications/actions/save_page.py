"""Saving one page of answers."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.engines.forms.actions.save_answers import save_answers
from civium.engines.forms.actions.take_page_files import take_page_files
from civium.engines.forms.rules import PageReading
from civium.foundation.identity.models import Person

from ..models import Application, State
from ._changing import NotOpenAnyMore, locked
from .start_application import KEPT_FOR


def save_page(application: Application, reading: PageReading, *, by: Person, at: datetime) -> PageReading:
    """Store the page's files, then its answers; give the reading back with what was refused as errors of its fields.

    Files are kept even when another answer of the page is wrong. Other pages, saved meanwhile in another tab, stay as
    they are.
    """
    stored = take_page_files(reading, under=application.subject, by=by, at=at)
    with transaction.atomic():
        current = locked(application.pk, for_=by)
        if current.state != State.DRAFT:
            raise NotOpenAnyMore
        save_answers(current.draft, stored.values, at=at, expires_at=at + KEPT_FOR)
    return stored
