"""Take a case out of lists and searches: part of an erasure, which is on the record."""

from __future__ import annotations

from django.db import transaction

from ..models import Case, Look, Presence, Word


@transaction.atomic
def erase_from_lists(subject: str) -> None:
    """Delete the line that lists show, the words it is found by, that a message waits, and who had it open. The rest is sealed."""
    cases = Case.objects.filter(subject=subject)
    # First, because it holds them: whoever writes their words at this moment comes before what follows.
    cases.update(about_sealed=None, has_new_message=False)
    for table in (Word, Presence, Look):
        table._default_manager.filter(case__in=cases).delete()
