"""Erase what has been kept long enough."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db import transaction

from civium.foundation.journal.actions.record import record
from civium.foundation.privacy.actions.erase_owner import erase_owner

from ..events import RetentionCarriedOut
from ..keeping import find_over
from ..queries import find_old_exports
from .take_along import forget_export


def carry_out_retention(*, at: datetime) -> Counter[str]:
    """Erase each application whose time is over, and each copy; give how many, by service. Each in its own transaction."""
    done: Counter[str] = Counter()
    for over in find_over(at=at):
        erase_owner(over.owner, because=over.because, by=None, at=at)
        done[over.service] += 1
    for export in find_old_exports(at=at):
        forget_export(export, by=None, at=at)
        done["exports"] += 1
    with transaction.atomic():
        for holding, count in sorted(done.items()):
            record(RetentionCarriedOut(holding, count), by=None, at=at)
    return done
