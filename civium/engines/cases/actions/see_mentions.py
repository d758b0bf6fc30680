"""See where one is named."""

from __future__ import annotations

from datetime import datetime

from civium.foundation.identity.models import Person

from ..models import Case, Mention


def see_mentions(case: Case, *, by: Person, at: datetime) -> int:
    """Note that the person has seen the notes of the case that name them; with how many there were."""
    return Mention.objects.filter(note__case=case, person=by, seen_at=None).update(seen_at=at)
