"""Keeping what cases are found by."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.db.models import DateTimeField, UUIDField

from civium.foundation.privacy.queries import LiesStill
from civium.foundation.vault.actions.sealing import KeyDestroyed, fetch_keys

from ..models import Case, Word
from ..rules.finding import words_to_find
from ..stretches import as_value
from ..word_indexes import word_indexes


def put_words(case: Case) -> None:
    """Let a case be found by its reference, its line for lists and its applicant's name. Written out, because it is thirty rows."""
    words = word_indexes(case.agency_id, words_to_find(case.reference, case.about, name_of_applicant(case)))
    same = as_value(UUIDField(), case.pk), case.agency_id, as_value(DateTimeField(), case.opened_at)
    rows = ", ".join(["(%s, %s, %s, %s)"] * len(words))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO cases_word (case_id, agency_id, opened_at, word_index) VALUES {rows}",  # noqa: S608 - our own words
            [value for index in words for value in (*same, index)],
        )


def name_of_applicant(case: Case) -> str:
    """What the applicant is called; empty when that was erased, or may not be used."""
    try:
        return case.applicant.name
    except (KeyDestroyed, LiesStill):
        return ""


def put_other_words(cases: Sequence[Case]) -> None:
    """Let the cases be found by what they say now, and no more by what they said before."""
    Word.objects.filter(case__in=cases).delete()
    fetch_keys(owner for case in cases for owner in (case.subject, case.applicant.vault_key))
    for case in cases:
        put_words(case)
