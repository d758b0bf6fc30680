"""Reading drafts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from civium.foundation.kit.refusals import NotFound
from civium.foundation.vault.actions.sealing import open_sealed

from .models import Draft


def get_draft(id: UUID) -> Draft:
    """The draft; refuses (NotFound) when there is none."""
    draft = Draft.objects.filter(pk=id).first()
    if draft is None:
        raise NotFound
    return draft


def open_answers(draft: Draft) -> dict[str, Any]:
    """The answers as they were last saved, by question name. Refuses (KeyDestroyed) when their owner was forgotten."""
    opened: dict[str, Any] = open_sealed(draft.answers_sealed, under=draft.under, at=draft.answers_place)
    return opened


def open_typed(draft: Draft) -> dict[str, Any]:
    """What was typed on pages and not saved yet, by page and turn: ``{"at", "boxes"}`` each."""
    if draft.typed_sealed is None:
        return {}
    opened: dict[str, Any] = open_sealed(draft.typed_sealed, under=draft.under, at=draft.typed_place)
    return opened


def find_expired_drafts(*, at: datetime, limit: int = 100) -> Sequence[Draft]:
    """Open drafts whose time is over, the oldest first."""
    return list(Draft.objects.filter(closed_at=None, expires_at__lte=at).order_by("expires_at")[:limit])
