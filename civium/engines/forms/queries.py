"""Reading drafts."""

from __future__ import annotations

from typing import Any

from civium.foundation.vault.actions.sealing import open_sealed

from .models import Draft


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
