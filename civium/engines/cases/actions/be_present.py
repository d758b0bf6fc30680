"""Be seen at a case."""

from __future__ import annotations

from datetime import datetime, timedelta

from civium.foundation.identity.models import Person

from ..models import Case, Presence
from ..queries import find_present
from ._changing import require_worker

# A sign of life younger than this is not given again: who reloads a page writes nothing.
FRESH_FOR = timedelta(seconds=15)


def be_present(case: Case, *, by: Person, at: datetime) -> list[str]:
    """Say that the person has the page of the case open, and who else has, by name. Kept for the hour, and on no record."""
    require_worker(by, case)
    here = find_present(case, at=at)
    mine = here.pop(by.pk, None)
    if mine is None or mine[1] < at - FRESH_FOR:
        Presence.objects.bulk_create(
            [Presence(case=case, person=by, seen_at=at)],
            update_conflicts=True,
            unique_fields=["case", "person"],
            update_fields=["seen_at"],
        )
    return sorted({name for name, _seen_at in here.values() if name})


def leave(case: Case, *, by: Person) -> None:
    """Say that the person has closed the page."""
    Presence.objects.filter(case=case, person=by).delete()
