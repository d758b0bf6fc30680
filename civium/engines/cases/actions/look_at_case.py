"""Look at a case."""

from __future__ import annotations

from datetime import datetime

from civium.foundation.identity.models import Person

from ..models import Case, Look
from ._changing import require_worker


def look_at_case(case: Case, *, by: Person, at: datetime) -> None:
    """Keep that a member of staff has seen the case as it is now, so that lists mark what happens from here on."""
    require_worker(by, case)
    if getattr(case, "seen", None) == case.revision:
        return
    Look.objects.bulk_create(
        [Look(case=case, person=by, revision=case.revision, looked_at=at)],
        update_conflicts=True,
        unique_fields=["case", "person"],
        update_fields=["revision", "looked_at"],
    )
