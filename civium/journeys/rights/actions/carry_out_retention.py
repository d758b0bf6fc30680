"""Erase what has been kept long enough."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db import transaction

from civium.foundation.journal.actions.record import record
from civium.foundation.privacy.actions.erase_owner import erase_owner
from civium.foundation.privacy.actions.forget_aged import forget_aged
from civium.foundation.privacy.queries import find_ageing, find_asked_to_lie

from ..events import RetentionCarriedOut
from ..keeping import find_over


def carry_out_retention(*, at: datetime) -> Counter[str]:
    """Erase each application whose time is over, and let go what is old enough; give how many, by service or by what it was.

    Each in its own transaction.
    """
    done: Counter[str] = Counter()
    tried: set[str] = set()
    while over := [each for each in find_over(at=at) if each.owner not in tried]:
        for each in over:
            tried.add(each.owner)
            if find_asked_to_lie([each.owner]):
                continue  # since this night began
            erase_owner(each.owner, because=each.because, by=None, at=at)
            done[each.service] += 1
    for ageing in find_ageing():
        done[ageing.name] += forget_aged(ageing, at=at)
    with transaction.atomic():
        for what, count in sorted(done.items()):
            if count:
                record(RetentionCarriedOut(what, count), by=None, at=at)
    return +done
