"""How the site is doing, read from what each room knows of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count

from civium.engines.cases.models import Case
from civium.engines.notices.models import Notice
from civium.engines.notices.models import State as NoticeState
from civium.foundation.files.models import State as FileState
from civium.foundation.files.models import StoredFile
from civium.foundation.jobs.queries import count_dead_jobs, count_waiting, find_stuck, find_workers
from civium.foundation.journal.queries import (
    count_dead_reactions,
    find_head,
    find_last_checkpoint,
    is_being_signed,
)
from civium.foundation.privacy.queries import find_unreplayed
from civium.foundation.vault.queries import find_key_problems

LONGEST_WAIT: Final = timedelta(minutes=15)


class Part(NamedTuple):
    """Something the site needs for its work, and what is wrong with it: a code, empty when it is well."""

    name: str
    wrong: str


class Measure(NamedTuple):
    """A number with a name, one meaning, and labels that say nothing of anybody."""

    name: str
    help: str
    values: dict[tuple[tuple[str, str], ...], float]


def find_parts(*, at: datetime) -> Iterator[Part]:
    """Everything that must be well for the site to take work. What cannot even be asked is not well."""
    for name, look in (
        ("database", _database),
        ("tables", _tables),
        ("keys", _keys),
        ("record", lambda: _record(at)),
        ("queue", lambda: _queue(at)),
        ("erasures", _erasures),
    ):
        yield Part(name, _guarded(look))


def _guarded(look: Callable[[], str]) -> str:
    try:
        return look()
    except Exception as problem:  # whatever the driver raises: this page reports it, the supervisor acts
        return type(problem).__name__


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _tables() -> str:
    return "" if _are_up_to_date() else "migrations-are-pending"


def _are_up_to_date() -> bool:
    """Asked of the database until it is so, and then no more: a process serves one version of the tables."""
    global _up_to_date
    if not _up_to_date:
        executor = MigrationExecutor(connection)
        _up_to_date = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _up_to_date


_up_to_date = False


def _keys() -> str:
    return "see-civium-check" if find_key_problems() else ""


def _record(at: datetime) -> str:
    return "" if is_being_signed(at=at) else "not-signed"


def _queue(at: datetime) -> str:
    return "stands-still" if find_stuck(at=at, longer_than=LONGEST_WAIT, limit=1) else ""


def _erasures() -> str:
    return "not-followed" if find_unreplayed() else ""


def find_measures(*, at: datetime) -> Iterator[Measure]:
    """What a chart is drawn of."""
    parts = list(find_parts(at=at))
    yield Measure(
        "civium_ready",
        "1 when the part is well.",
        {(("part", part.name),): float(not part.wrong) for part in parts},
    )
    last = find_last_checkpoint()
    head = find_head()
    stuck = find_stuck(at=at, longer_than=timedelta(), limit=1)
    waits = max(((at - job.enqueued_at).total_seconds() for job in stuck), default=0.0)
    yield _one("civium_jobs_waiting", "Jobs that are due and not started.", count_waiting(at=at))
    yield _one(
        "civium_jobs_oldest_seconds", "How long the oldest job that is due has waited.", max(0.0, waits)
    )
    yield _one("civium_jobs_dead", "Jobs that failed for good.", count_dead_jobs())
    yield _one(
        "civium_reactions_dead", "Reactions to the record that failed for good.", count_dead_reactions()
    )
    yield _one("civium_workers", "Workers that are alive.", len(find_workers()))
    yield _one(
        "civium_record_entries", "Entries that have their place in the tree.", head.size if head else 0
    )
    if last:
        age = (at - last.at).total_seconds()
        yield _one(
            "civium_record_checkpoint_age_seconds", "Age of the last signed checkpoint.", max(0.0, age)
        )
    open_cases = Case.objects.filter(closed_at=None).values_list("agency_id").annotate(Count("id")).order_by()
    yield Measure(
        "civium_cases_open",
        "Cases that are not decided.",
        {(("agency", name),): count for name, count in open_cases},
    )
    mail = Notice.objects.exclude(state__in=[NoticeState.SENT, NoticeState.ON_PAGE]).count()
    yield _one("civium_notices_not_out", "Messages that are not out.", mail)
    files = StoredFile.objects.filter(state=FileState.QUARANTINED).count()
    yield _one("civium_files_being_checked", "Files in quarantine.", files)


def _one(name: str, help: str, value: float) -> Measure:
    return Measure(name, help, {(): value})
