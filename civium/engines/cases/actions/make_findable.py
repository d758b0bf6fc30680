"""Let a case be found by its words."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from civium.foundation.privacy.queries import is_kept_by_law
from civium.foundation.vault.actions.keys import KeyDestroyed, ensure_key

from ..models import Case
from ._finding import put_other_words


@transaction.atomic
def make_findable(case_id: UUID) -> None:
    """Let the case be found by its reference, its line for lists and its applicant's name. What was erased meanwhile, or locked
    away, is not.

    The case is held, so that whoever changes or erases it at this moment comes before or after.
    """
    case = Case.objects.select_for_update(of=("self",)).select_related("applicant").filter(pk=case_id).first()
    if case is None:
        return
    try:
        ensure_key(case.subject)
    except KeyDestroyed:
        return
    if not is_kept_by_law(case.subject):
        put_other_words([case])
