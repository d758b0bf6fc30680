"""Keep a case from the member of staff whom it asks about."""

from __future__ import annotations

from civium.foundation.identity.models import Person

from ..models import Case


def keep_from(case: Case, person: Person) -> None:
    """From now on the case is not there for this member of staff. For the action that opened it, which records that."""
    Case.objects.filter(pk=case.pk).update(concerns=person)
    case.concerns = person
