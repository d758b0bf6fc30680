"""Forget the answers that were kept for requests sent twice."""

from __future__ import annotations

from datetime import datetime

from ..models import KeptAnswer
from ..rules import KEPT_FOR


def forget_answers(*, at: datetime) -> int:
    """Delete answers that are older than they are useful, and give their number."""
    return KeptAnswer.objects.filter(at__lt=at - KEPT_FOR).delete()[0]
