"""Keep what somebody said of a search, for those who write the services."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import F

from ..models import Answer
from ..queries import search
from ..rules import without_what_may_tell_who

KEPT_FOR = timedelta(days=365)
MOST_A_DAY = 2000


@transaction.atomic
def keep_answer(query: str, *, language: str, was_it: bool, today: date) -> None:
    """Count one more who found what they needed with a query, or did not.

    Nothing is kept of who it was; of the query nothing that may tell. No more than two thousand different ones a day: nobody
    reads more, and nobody fills the table.
    """
    kept = without_what_may_tell_who(query)
    if not kept:
        return
    counted = Answer.objects.filter(day=today, language=language, query=kept)
    if not counted.exists():
        if Answer.objects.filter(day=today).count() >= MOST_A_DAY:
            return
        Answer.objects.filter(day__lt=today - KEPT_FOR).delete()
        is_known = not search(kept, language=language, limit=1).unknown
        Answer.objects.get_or_create(
            day=today, language=language, query=kept, defaults={"is_known": is_known}
        )
    counted.update(**{"found": F("found") + 1} if was_it else {"missed": F("missed") + 1})
