"""What has been kept long enough, by the service documents and by what the law locked away.

What somebody wants stored and not used is not erased either, for as long as they want that (GDPR 4(2), 18(2)): it ``lies-still``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, Final, NamedTuple

from django.db.models import QuerySet

from civium.engines.cases.models import Case
from civium.engines.clock.queries import the_calendar
from civium.engines.clock.rules import last_day
from civium.engines.clock.schema import Duration
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.queries import (
    find_asked_to_lie,
    find_kept_too_long,
    is_kept_by_law,
    lies_still,
)
from civium.journeys.applications.models import Application, State
from civium.journeys.catalogue.queries import get_offer_version

# At one go.
MOST: Final = 1000
_CHUNK: Final = 500
_SHORTEST_DAYS: Final = {"working day": 1, "day": 1, "week": 7, "month": 28, "year": 365}


class Over(NamedTuple):
    """One application whose time is over. ``because`` is a code: ``locked-away``, ``keep`` or ``lies-still``."""

    owner: str
    service: str
    because: str
    since: date


def find_over(*, at: datetime) -> list[Over]:
    """Everything whose time is over on this day, the longest over first."""
    today = the_town().today(at)
    locked = [
        Over(each.owner, _service_of(each.owner), "locked-away", each.until or today)
        for each in find_kept_too_long(on=today)[:MOST]
    ]
    known = {each.owner for each in locked}
    kept = [over for over in _decided(today, at, still=False) if over.owner not in known]
    return sorted([*locked, *kept], key=lambda over: over.since)[:MOST]


def is_still_over(over: Over, *, at: datetime) -> bool:
    """Whether its time is over now as well. The case is held until the transaction ends: whoever reopens it, or has it lie still, comes
    before, and is seen, or after."""
    case = Case.objects.select_for_update().filter(subject=over.owner).first()
    if over.because == "locked-away":
        return is_kept_by_law(over.owner)
    if case is None or case.closed_at is None or lies_still(over.owner):
        return False
    period = _period(case.service, case.version, case.step)
    return period is not None and _ends(case.closed_at, period) <= the_town().today(at)


def find_over_that_lies_still(*, at: datetime) -> list[Over]:
    """What would be erased on this day if its owner let it be used again."""
    return [over._replace(because="lies-still") for over in _decided(the_town().today(at), at, still=True)]


def _service_of(owner: str) -> str:
    found = Application.objects.filter(pk=owner.partition(":")[2]).values_list("service", flat=True).first()
    return found or ""


def _decided(today: date, at: datetime, *, still: bool) -> list[Over]:
    found: list[Over] = []
    closed = Case.objects.filter(closed_at__isnull=False)
    for service, version, step in closed.values_list("service", "version", "step").distinct():
        period = _period(service, version, step)
        if period is None:
            continue
        at_least = timedelta(days=period.amount * _SHORTEST_DAYS[period.unit])
        old = closed.filter(service=service, version=version, step=step, closed_at__lt=at - at_least)
        over = (
            Over(subject, service, "keep", until)
            for subject, closed_at in _not_erased(
                old.order_by("closed_at").values_list("subject", "closed_at"), still=still
            )
            if (until := _ends(closed_at or at, period)) <= today
        )
        found += islice(over, MOST)
    return found


def _not_erased(
    cases: QuerySet[Any, tuple[str, datetime | None]], *, still: bool
) -> Iterator[tuple[str, datetime | None]]:
    """Those of these cases whose application is not erased yet, and lies still or does not, however many are."""
    rows = cases.iterator(chunk_size=_CHUNK)
    while chunk := list(islice(rows, _CHUNK)):
        numbers = [subject.partition(":")[2] for subject, _closed_at in chunk]
        erased = Application.objects.filter(pk__in=numbers, state=State.DROPPED).values_list("pk", flat=True)
        gone = {f"application:{number}" for number in erased}
        lying = find_asked_to_lie([subject for subject, _closed_at in chunk])
        yield from (row for row in chunk if row[0] not in gone and (row[0] in lying) is still)


def _ends(closed_at: datetime, period: Duration) -> date:
    return last_day(the_town().today(closed_at), period, the_calendar())


def _period(service: str, version: int, step: str) -> Duration | None:
    """How long a case is kept that ended in this step; one that was withdrawn on the way, as long as the longest of its ends."""
    keep = get_offer_version(service, version).document.keep
    return keep.get(step) or max(
        keep.values(), key=lambda each: each.amount * _SHORTEST_DAYS[each.unit], default=None
    )
