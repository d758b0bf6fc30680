"""Keeping what cases are found by."""

from __future__ import annotations

from django.db import connection
from django.db.models import DateTimeField, UUIDField

from ..models import Case
from ..rules.finding import words_to_find
from ..stretches import as_value
from ..word_indexes import word_indexes


def put_words(case: Case) -> None:
    """Let a new case be found by its reference and its line for lists. Written out: twenty rows, and every sending waits for them."""
    words = word_indexes(case.agency_id, words_to_find(case.reference, case.about))
    same = as_value(UUIDField(), case.pk), case.agency_id, as_value(DateTimeField(), case.opened_at)
    rows = ", ".join(["(%s, %s, %s, %s)"] * len(words))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO cases_word (case_id, agency_id, opened_at, word_index) VALUES {rows}",  # noqa: S608 - our own words
            [value for index in words for value in (*same, index)],
        )


def put_other_words(case: Case) -> None:
    """Let the case be found by what it says now, and no more by what it said before."""
    case.words.all().delete()
    put_words(case)
