"""Keep cases findable by their words while the key of blind indexes is replaced."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef

from civium.foundation.vault.actions.rotate_index_key import Indexed

from ..models import Case, Word
from ._finding import put_other_words


def _renew(cases: Sequence[Case]) -> None:
    for case in cases:
        put_other_words(case)


WORDS = Indexed(
    "cases to be found by their words",
    fields=("cases.Word.word_index",),
    rows=lambda: Case.objects.filter(Exists(Word.objects.filter(case=OuterRef("pk")))),
    renew=_renew,
)
