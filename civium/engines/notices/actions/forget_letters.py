"""Forget the system's old letters."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..models import Letter

KEPT_FOR = timedelta(days=30)


def forget_letters(*, at: datetime) -> int:
    """Delete the letters that are older than they are useful: codes in them have long expired. Gives their number."""
    return Letter.objects.filter(created_at__lt=at - KEPT_FOR).delete()[0]
