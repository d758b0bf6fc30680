"""Count, from the cases of the last year, how much each service is used and how long its decisions really took."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db import transaction
from django.db.models import Count

from civium.engines.cases.models import Case, Decision
from civium.engines.clock.queries import the_calendar
from civium.engines.clock.rules import working_days_between
from civium.foundation.kit.town import the_town

from ..models import ServiceFigures
from ..rules import ENOUGH_DECISIONS, days_for_share
from ._stamping import stamp_catalogue

A_YEAR = timedelta(days=365)


def count_figures(*, at: datetime) -> bool:
    """Count anew, and keep what is different; whether anything is. Pages are made again only then."""
    counted = {figures.service: figures for figures in _counted(at)}
    fields = [field.attname for field in ServiceFigures._meta.concrete_fields]
    before = {row["service"]: row for row in ServiceFigures.objects.values(*fields)}
    now = {name: {field: getattr(row, field) for field in fields} for name, row in counted.items()}
    if before == now:
        return False
    with transaction.atomic():
        ServiceFigures.objects.all().delete()
        ServiceFigures.objects.bulk_create(counted.values())
        stamp_catalogue()
    return True


def _counted(at: datetime) -> list[ServiceFigures]:
    since = at - A_YEAR
    opened = Case.objects.filter(opened_at__gte=since, opened_at__lte=at)
    applications = dict(opened.values_list("service").annotate(Count("pk")))
    days, first = _days_of_decisions(since, at)
    return [
        _figures(name, applications.get(name, 0), days[name], first.get(name))
        for name in sorted({*applications, *first})
    ]


def _days_of_decisions(since: datetime, at: datetime) -> tuple[dict[str, Counter[int]], dict[str, date]]:
    """For each service, how many decisions took how many working days; and the day of the first."""
    town, calendar = the_town(), the_calendar()

    @lru_cache(maxsize=100_000)
    def worked(opened: date, decided: date) -> int:
        return max(0, working_days_between(opened, decided, calendar))

    days: dict[str, Counter[int]] = defaultdict(Counter)
    first: dict[str, date] = {}
    decisions = Decision.objects.filter(set_aside_at__isnull=True, decided_at__gte=since, decided_at__lte=at)
    rows = decisions.values_list("case__service", "case__opened_at", "decided_at")
    for service, opened_at, decided_at in rows.iterator(chunk_size=5000):
        decided_on = town.today(decided_at)
        days[service][worked(town.today(opened_at), decided_on)] += 1
        first[service] = min(first.get(service, decided_on), decided_on)
    return days, first


def _figures(name: str, applications: int, days: Counter[int], first: date | None) -> ServiceFigures:
    is_enough = days.total() >= ENOUGH_DECISIONS
    return ServiceFigures(
        service=name,
        applications=applications,
        decided=days.total(),
        median_days=days_for_share(days, 50) if is_enough else None,
        most_days=days_for_share(days, 90) if is_enough else None,
        since=first,
    )
