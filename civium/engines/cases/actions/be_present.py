"""Be seen at a case."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from civium.foundation.identity.models import Person

from ..models import Case, Presence
from ._changing import require_worker


@transaction.atomic
def be_present(case: Case, *, by: Person, at: datetime) -> None:
    """Say that the person has the page of the case open. Kept for a minute or two, and on no record."""
    require_worker(by, case)
    Presence.objects.bulk_create(
        [Presence(case=case, person=by, seen_at=at)],
        update_conflicts=True,
        unique_fields=["case", "person"],
        update_fields=["seen_at"],
    )


def leave(case: Case, *, by: Person) -> None:
    """Say that the person has closed the page."""
    Presence.objects.filter(case=case, person=by).delete()
