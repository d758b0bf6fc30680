"""Keep cases findable by their words while the key of blind indexes is replaced."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from civium.foundation.vault.actions.rotate_index_key import Indexed

from ..models import Case, Word
from ._finding import put_other_words


def renew_words_of(applicant: UUID) -> None:
    """Let the person's cases be found by what they are called now. What is found no more stays so."""
    for case in _with_words().filter(applicant=applicant):
        put_other_words(case)


def _with_words() -> QuerySet[Case]:
    found = Case.objects.filter(Exists(Word.objects.filter(case=OuterRef("pk"))))
    return found.select_related("applicant")


def _renew(cases: Sequence[Case]) -> None:
    for case in cases:
        put_other_words(case)


WORDS = Indexed(
    "cases to be found by their words",
    fields=("cases.Word.word_index",),
    rows=_with_words,
    renew=_renew,
)
