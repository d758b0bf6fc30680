"""Be seen at a case."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from civium.foundation.identity.models import Person

from ..models import Case, Presence
from ..queries import find_present
from ._changing import require_worker

# A sign of life younger than this is not given again: who reloads a page writes nothing.
FRESH_FOR = timedelta(seconds=15)


class Here(NamedTuple):
    """Who else has the page open, by name; and what the people are called who were asked for."""

    others: list[str]
    names: dict[UUID, str]


def be_present(case: Case, *, by: Person, at: datetime) -> list[str]:
    """Say that the person has the page of the case open, and who else has, by name. Kept for the hour, and on no record."""
    return be_present_among(case, people=(), by=by, at=at).others


def be_present_among(case: Case, *, people: Collection[UUID], by: Person, at: datetime) -> Here:
    """The same, and what these ``people`` are called, who did something with the case: read together."""
    require_worker(by, case)
    known = find_present(case, at=at, also=people)
    mine = known.get(by.pk)
    if mine is None or mine.seen_at is None or mine.seen_at < at - FRESH_FOR:
        Presence.objects.bulk_create(
            [Presence(case=case, person=by, seen_at=at)],
            update_conflicts=True,
            unique_fields=["case", "person"],
            update_fields=["seen_at"],
        )
    others = {each.name for id, each in known.items() if each.seen_at and id != by.pk and each.name}
    return Here(sorted(others), {id: each.name for id, each in known.items()})


def leave(case: Case, *, by: Person) -> None:
    """Say that the person has closed the page."""
    Presence.objects.filter(case=case, person=by).delete()
