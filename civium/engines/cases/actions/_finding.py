"""Keeping what cases are found by."""

from __future__ import annotations

from ..models import Case, Word
from ..rules.finding import words_to_find
from ..word_indexes import word_indexes


def put_words(case: Case) -> None:
    """Let a new case be found by its reference and its line for lists."""
    Word.objects.bulk_create(
        Word(case=case, agency_id=case.agency_id, word_index=index, opened_at=case.opened_at)
        for index in word_indexes(case.agency_id, words_to_find(case.reference, case.about))
    )


def put_other_words(case: Case) -> None:
    """Let the case be found by what it says now, and no more by what it said before."""
    case.words.all().delete()
    put_words(case)
