"""Events and reactions for the tests."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.contrib.contenttypes.models import ContentType

from civium.foundation.journal.actions.react import reacts_to
from civium.foundation.journal.events import Event
from civium.foundation.journal.models import Entry

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


@dataclass(frozen=True)
class LampLit(Event):
    """Nothing follows from it."""

    lamp: UUID
    colour: str = "white"
    brightness: int = 3
    is_public: bool = True
    lit_on: dt.date = dt.date(2026, 3, 2)
    lit_at: dt.datetime = NOW
    watched_by: UUID | None = None


@dataclass(frozen=True)
class LampMoved(Event):
    """Belongs to two streams."""

    also = "subject"

    lamp: UUID
    subject: str


@dataclass(frozen=True)
class LampBroken(Event):
    """Two reactions follow."""

    lamp: UUID


# What the second reaction does in this test: raise it, if it is an error.
trouble: list[Exception] = []


@reacts_to(LampBroken)
def order_a_bulb(event: LampBroken, entry: Entry) -> None:
    ContentType.objects.create(app_label="bulb", model=f"{entry.id}")


@reacts_to(LampBroken)
def call_the_electrician(event: LampBroken, entry: Entry) -> None:
    ContentType.objects.create(app_label="electrician", model=f"{entry.id}")
    if trouble:
        raise trouble[0]
