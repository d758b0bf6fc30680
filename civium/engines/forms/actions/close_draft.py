"""Close a draft: its answers stay as they are."""

from __future__ import annotations

from datetime import datetime

from ..models import Draft


def close_draft(draft: Draft, *, at: datetime) -> Draft:
    """Close the draft, so that nothing is saved in it any more. Closing a closed draft changes nothing."""
    if Draft.objects.filter(pk=draft.pk, closed_at=None).update(closed_at=at):
        draft.closed_at = at
    return draft
