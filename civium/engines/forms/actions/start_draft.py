"""Begin a draft."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from civium.foundation.kit.prepared import insert
from civium.foundation.vault.actions.sealing import seal

from ..models import Draft


@transaction.atomic(savepoint=False)
def start_draft(
    *,
    form: str,
    under: str,
    at: datetime,
    answers: Mapping[str, Any] | None = None,
    expires_at: datetime | None = None,
) -> Draft:
    """Begin a draft of a form (its name and version), sealed under the owner's key, with answers that are known already."""
    draft = Draft(
        id=uuid.uuid4(), form=form, under=under, created_at=at, updated_at=at, expires_at=expires_at
    )
    draft.answers_sealed = seal(dict(answers or {}), under=under, at=draft.answers_place)
    insert(draft)
    return draft
