"""Who looked, for other systems: each reading of a person's data in the terms of the Data Tracker of X-Road."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from civium.engines.registries.events import RegisterTold
from civium.engines.registries.queries import register_title
from civium.foundation.journal.models import Entry
from civium.foundation.kit.languages import pick_text
from civium.foundation.privacy.events import DataRead
from civium.foundation.privacy.queries import streams_of
from civium.foundation.privacy.rules import KINDS, purpose_words

from .looking import agency_words

# What reads when it is the town itself, and no office of it.
TOWN = "town"
# A transfer to a register that did not happen is none.
_COUNTED = Q(kind=DataRead.kind) | Q(kind=RegisterTold.kind, data__contains='"result":"taken"')


@dataclass(frozen=True)
class Usage:
    """One reading. ``receiver``: the office that read or was told, by its permanent name, its name and its system."""

    at: datetime
    action: str
    receiver: str
    receiver_name: str
    receiver_system: str


def find_usages(
    owners: Collection[str],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    offset: int = 0,
    limit: int = 1000,
    language: str,
) -> tuple[int, list[Usage]]:
    """How many readings of these owners there are in the period, its ends included, and some of them, the newest first."""
    wanted = _COUNTED & Q(stream__in=[stream for owner in owners for stream in streams_of(owner)])
    if since:
        wanted &= Q(at__gte=since)
    if until:
        wanted &= Q(at__lte=until)
    found = Entry.objects.filter(wanted)
    return found.count(), [
        _usage(entry, language) for entry in found.order_by("-at", "-id")[offset : offset + limit]
    ]


def find_first_reading_at() -> datetime | None:
    """Since when readings are on the record; None while nobody has read anything."""
    found = Entry.objects.filter(kind=DataRead.kind).order_by("id")
    return found.values_list("at", flat=True).first()


def _usage(entry: Entry, language: str) -> Usage:
    event = entry.event
    if isinstance(event, RegisterTold):
        title = str(pick_text(register_title(event.register), language).words)
        return Usage(entry.at, _action("tell-register", "answers"), event.register, title, title)
    assert isinstance(event, DataRead)
    system = "Civium" if event.system == "civium" else f"Civium: {event.system}"
    name = agency_words(event.agency)
    return Usage(entry.at, _action(event.purpose, event.kinds), event.agency or TOWN, name, system)


def _action(purpose: str, kinds: str) -> str:
    read = ", ".join(str(KINDS.get(kind, kind)) for kind in kinds.split())
    return _("%(purpose)s (%(read)s)") % {"purpose": purpose_words(purpose), "read": read}
