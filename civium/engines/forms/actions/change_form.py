"""Put a draft on another version of its form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from civium.foundation.vault.actions.sealing import seal

from ..models import Draft
from .save_answers import DraftClosed


@transaction.atomic
def change_form(draft: Draft, *, form: str, answers: Mapping[str, Any], at: datetime) -> Draft:
    """Replace the form and all its answers at once. What was typed and not saved belongs to pages of the old form: it goes."""
    current = Draft.objects.select_for_update().get(pk=draft.pk)
    if current.is_closed:
        raise DraftClosed
    current.form, current.updated_at = form, at
    current.answers_sealed = seal(dict(answers), under=current.under, at=current.answers_place)
    current.typed_sealed = None
    current.revision += 1
    current.save()
    return current
