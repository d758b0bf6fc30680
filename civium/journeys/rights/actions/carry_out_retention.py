"""Erase what has been kept long enough."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.db import transaction

from civium.foundation.journal.actions.record import record
from civium.foundation.privacy.actions.erase_owner import erase_owner
from civium.foundation.privacy.actions.forget_aged import forget_aged
from civium.foundation.privacy.queries import find_ageing
from civium.journeys.applications.queries import fates_of, find_guests_left

from ..events import RetentionCarriedOut
from ..keeping import Over, find_over, is_still_over
from .tell_recipients import tell_recipients


def carry_out_retention(*, at: datetime) -> Counter[str]:
    """Erase each application whose time is over, and let go what is old enough; give how many, by service or by what it was.

    Each in its own transaction. One that cannot be erased holds up none of the others: it is raised at the end, and tried again.
    """
    done: Counter[str] = Counter()
    problems: list[Exception] = []
    tried: set[str] = set()
    while over := [each for each in find_over(at=at) if each.owner not in tried]:
        for each in over:
            tried.add(each.owner)
            try:
                done[each.service] += _erase(each, at=at)
            except Exception as problem:
                problems.append(problem)
    for ageing in find_ageing():
        done[ageing.name] += forget_aged(ageing, at=at)
    with transaction.atomic():
        for what, count in sorted(done.items()):
            if count:
                record(RetentionCarriedOut(what, count), by=None, at=at)
    if problems:
        raise problems[0]
    return +done


@transaction.atomic
def _erase(over: Over, *, at: datetime) -> bool:
    """Whether it was erased: the list is from before, and what was reopened or lies still since stays.

    What its owner asked to have erased is only erased now: whoever heard of it hears of that, too. A guest goes with the last.
    """
    if not is_still_over(over, at=at):
        return False
    if over.because == "locked-away":
        for fate in fates_of(over.owner, at=at):
            tell_recipients(fate.application, fate.reference, at=at)
    erase_owner(over.owner, because=over.because, by=None, at=at)
    for guest in find_guests_left().filter(applications=UUID(over.owner.partition(":")[2])):
        erase_owner(guest.vault_key, because=over.because, by=None, at=at)
    return True
