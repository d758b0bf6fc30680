"""Keeping the words by which a case is found."""

from __future__ import annotations

from ..models import Case, Word
from ..rules.finding import words_to_find


def put_words(case: Case) -> None:
    """Let a new case be found by its reference and its line for lists."""
    Word.objects.bulk_create(
        Word(case=case, agency_id=case.agency_id, word=word, opened_at=case.opened_at)
        for word in words_to_find(case.reference, case.about)
    )


def put_other_words(case: Case) -> None:
    """Let the case be found by what it says now, and no more by what it said before."""
    case.words.all().delete()
    put_words(case)
