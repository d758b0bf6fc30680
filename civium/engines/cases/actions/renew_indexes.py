"""Keep cases findable by their words while the key of blind indexes is replaced."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from civium.foundation.vault.actions.rotate_index_key import Indexed

from ..models import Case, Word
from ..rules.finding import beginnings, fold
from ..word_indexes import possible_word_indexes
from ._finding import name_of_applicant, put_other_words

OLDEST = 3


@transaction.atomic
def renew_words_of(applicant: UUID) -> None:
    """Let the person's cases be found by what they are called now. What is found no more stays so.

    The cases are held, in the order of their numbers, so that whoever changes or erases one at this moment comes before or after.
    """
    _renew(Case.objects.select_for_update().filter(applicant=applicant).order_by("pk"))


def _renew(held: Iterable[Case]) -> None:
    """Read once more when they are held: what was erased or locked away while this waited has no words, and gets none."""
    put_other_words(list(_with_words().filter(pk__in=[case.pk for case in held])))


def _with_words() -> QuerySet[Case]:
    found = Case.objects.filter(Exists(Word.objects.filter(case=OuterRef("pk"))))
    return found.select_related("applicant")


def are_old_cases_found_by_name() -> bool:
    """Whether the oldest cases are found by what their applicants are called, as new ones are; those from before names were kept
    are so only once all indexes are written anew."""
    oldest = (
        (case, fold(name_of_applicant(case))) for case in _with_words().order_by("opened_at", "id")[:OLDEST]
    )
    return all(_is_found_by(case, beginnings(words[0])[-1]) for case, words in oldest if words)


def _is_found_by(case: Case, word: str) -> bool:
    possible = possible_word_indexes([case.agency_id], [word])[case.agency_id]
    return case.words.filter(word_index__in=possible[word]).exists()


WORDS = Indexed(
    "cases to be found by their words",
    fields=("cases.Word.word_index",),
    rows=_with_words,
    renew=_renew,
)
