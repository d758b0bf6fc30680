"""Reads: what rooms declare, what stands agreed or restricted, and what this database has not followed yet."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache, reduce
from importlib import import_module
from importlib.util import find_spec
from operator import or_
from uuid import UUID

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from civium.foundation.journal.models import Entry
from civium.foundation.kit.refusals import NotFound, Refusal
from civium.foundation.vault.actions.indexing import blind_index

from .events import DataRead
from .ledger import LedgerBroken, Line, read_lines
from .ledger import foresee_line as foresee_line
from .models import Consent, FollowedErasure, Restriction, Why
from .schema import Ageing, Holding

__all__ = ["LedgerBroken"]


class LiesStill(Refusal):
    """Its owner wants the data stored and not used."""

    message = _("This data may not be used at the moment.")
    what_next = _("Its owner asked the town to stop using it. It can be used again when they say so.")
    status = 403


class OnlyKept(LiesStill):
    """It was to be erased, and only the law keeps it."""

    message = _("Only the law keeps this data. Nobody works with it.")
    what_next = _(
        "Its owner asked the town to erase it. If a court, an auditor or the law needs it, ask the data-protection officer."
    )


@lru_cache(maxsize=1)
def find_holdings() -> tuple[Holding, ...]:
    """What rooms declare in their ``personal_data.py`` as ``HOLDINGS``, from the ground floor up."""
    rooms = [app.name for app in apps.get_app_configs() if app.name.startswith("civium.")]
    modules = [import_module(f"{room}.personal_data") for room in rooms if find_spec(f"{room}.personal_data")]
    return tuple(holding for module in modules for holding in getattr(module, "HOLDINGS", ()))


def find_ageing() -> tuple[Ageing, ...]:
    """What goes by its age, of every holding."""
    return tuple(ageing for holding in find_holdings() for ageing in holding.ages)


def find_former_owners(owner: str) -> list[str]:
    """Whose it was before, of everything that is the owner's now."""
    return sorted(
        {
            former
            for holding in find_holdings()
            if holding.formerly is not None
            for former in holding.formerly(owner)
        }
    )


def streams_of(owner: str) -> list[str]:
    """Where the record tells what was read of the owner: under their own name, and under those by which they were known before."""
    return [owner, *find_former_owners(owner)]


def find_unreplayed() -> list[Line]:
    """Lines of the erasure ledger that this database has not followed. Raises LedgerBroken, also for a ledger that lost lines."""
    followed = dict(FollowedErasure.objects.values_list("number", "digest"))
    lines = read_lines()
    digests = {line.number: line.digest for line in lines}
    strange = sorted(number for number, digest in followed.items() if digests.get(number) != digest)
    if strange:
        raise LedgerBroken(
            f"The erasure ledger is not the one that this database followed: line {strange[0]} is missing or another. "
            "Put the ledger back from its copy."
        )
    return [line for line in lines if line.number not in followed]


def find_consents(owner: str) -> list[Consent]:
    """Every consent that the owner ever gave, the newest first."""
    return list(Consent.objects.filter(owner=owner).order_by("-given_at"))


def has_consented(owner: str, purpose: str) -> bool:
    """Whether the owner agrees to the purpose now."""
    return Consent.objects.filter(owner=owner, purpose=purpose, withdrawn_at=None).exists()


def find_restrictions(owners: Collection[str]) -> list[Restriction]:
    """What of these owners lies still now, the oldest first."""
    return list(Restriction.objects.filter(owner__in=owners, ended_at=None).order_by("since"))


def lies_still(*owners: str) -> bool:
    """Whether nobody may use the data of any of these owners now."""
    return Restriction.objects.filter(owner__in=owners, ended_at=None).exists()


def refusal_of_use(owner: str) -> type[LiesStill] | None:
    """Why nobody may use the owner's data now; None when it may be used."""
    standing = next(iter(find_restrictions([owner])), None)
    return refusal_because(standing.because) if standing else None


def refusal_because(because: str) -> type[LiesStill]:
    """What whoever wants to use it is told."""
    return OnlyKept if because == Why.KEPT_BY_LAW else LiesStill


def is_kept_by_law(owner: str) -> bool:
    """Whether the owner was to be erased, and only the law keeps them."""
    return Restriction.objects.filter(owner=owner, because=Why.KEPT_BY_LAW, ended_at=None).exists()


def find_kept_by_law(owners: Collection[str]) -> set[str]:
    """Those of these owners who were to be erased, and whom only the law keeps."""
    kept = Restriction.objects.filter(owner__in=owners, because=Why.KEPT_BY_LAW, ended_at=None)
    return set(kept.values_list("owner", flat=True))


def find_asked_to_lie(owners: Collection[str]) -> set[str]:
    """Those of these owners whose data is to be stored and not used, by their own wish. That forbids erasing it, too (GDPR 18(2))."""
    still = Restriction.objects.filter(owner__in=owners, ended_at=None).exclude(because=Why.KEPT_BY_LAW)
    return set(still.values_list("owner", flat=True))


def owners_asking_to_lie() -> QuerySet[Restriction, str]:
    """All of them, for a query about what is theirs."""
    still = Restriction.objects.filter(ended_at=None).exclude(because=Why.KEPT_BY_LAW)
    return still.values_list("owner", flat=True)


def find_people_asking_to_lie() -> list[UUID]:
    """The people all of whose data is to be stored and not used, by their own wish."""
    still = Restriction.objects.filter(owner__startswith="person:", ended_at=None)
    owners = still.exclude(because=Why.KEPT_BY_LAW).values_list("owner", flat=True)
    return [UUID(owner.partition(":")[2]) for owner in owners]


def owners_kept_by_law() -> QuerySet[Restriction, str]:
    """All that only the law keeps, for a query that leaves them out."""
    return Restriction.objects.filter(because=Why.KEPT_BY_LAW, ended_at=None).values_list("owner", flat=True)


def find_locked_away(*, owner: str = "", limit: int = 500) -> list[Restriction]:
    """What only the law keeps (of this owner, when one is named), what goes first first."""
    locked = Restriction.objects.filter(because=Why.KEPT_BY_LAW, ended_at=None)
    return list((locked.filter(owner=owner) if owner else locked).order_by("until", "id")[:limit])


def find_kept_too_long(*, on: date) -> list[Restriction]:
    """What the law kept until a day that has come."""
    return list(
        Restriction.objects.filter(because=Why.KEPT_BY_LAW, until__lte=on, ended_at=None).order_by("until")
    )


@dataclass(frozen=True)
class Looked:
    """Which readings are wanted. ``who``: ``people``, ``system`` or both; ``subject`` as the entries have it."""

    who: str = ""
    agency: str = ""
    purpose: str = ""
    subject: str = ""
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True)
class ReadingPage:
    """Some readings, the newest first; ``after`` is the mark of the page that follows, empty when there is none."""

    entries: Sequence[Entry]
    after: str = ""


@dataclass(frozen=True)
class Checked:
    """Which readings of everybody somebody checks. ``agencies``: those of these offices only; None for all, and for none at all.

    ``of`` is whose data; ``by`` who read. ``is_urgent``: only those in an emergency, or only the others.
    """

    agencies: frozenset[str] | None = None
    of: UUID | None = None
    by: UUID | None = None
    agency: str = ""
    purpose: str = ""
    channel: str = ""
    is_urgent: bool | None = None
    since: datetime | None = None
    before: datetime | None = None


URGENT = "break-glass"
_CODE = re.compile(r"[A-Za-z0-9:._-]{1,120}")
_MARK = re.compile(r"([0-9]{1,16})-([0-9]{1,18})")


def find_readings(
    owner: str, *, looked: Looked = Looked(), also: Collection[str] = (), after: str = "", limit: int = 20
) -> ReadingPage:
    """What others read of the owner, the newest first. ``also``: further kinds of entries that tell of a reading. A mark or a
    code that cannot be one finds nothing."""
    wanted = _readings(owner, looked, also)
    if after:
        wanted &= _after(after)
    found = list(Entry.objects.filter(wanted).order_by("-at", "-id")[: limit + 1])
    shown = found[:limit]
    return ReadingPage(shown, _mark(shown[-1]) if len(found) > limit else "")


def find_readings_to_check(checked: Checked, *, after: str = "", limit: int = 25) -> ReadingPage:
    """Readings of everybody, the newest first. A mark or a code that cannot be one finds nothing."""
    wanted = _checked(checked)
    if after:
        wanted &= _after(after)
    found = list(Entry.objects.filter(wanted).order_by("-at", "-id")[: limit + 1])
    shown = found[:limit]
    return ReadingPage(shown, _mark(shown[-1]) if len(found) > limit else "")


def find_facts_to_check(
    checked: Checked, *, limit: int
) -> Iterator[tuple[UUID, str, datetime, dict[str, str]]]:
    """Of the newest readings by people: who read, whose data, when, and what the entry says. For counting."""
    found = Entry.objects.filter(_checked(checked), by_id__isnull=False).order_by("-at", "-id")
    rows = found.values_list("by_id", "stream", "at", "data")[:limit]
    return ((by, of, at, json.loads(data)) for by, of, at, data in rows.iterator(2_000) if by)


def _checked(checked: Checked) -> Q:
    wanted = Q(kind=DataRead.kind)
    if checked.agencies is not None:
        ways = [Q(data__contains=f'"agency":"{name}"') for name in sorted(checked.agencies)]
        wanted &= reduce(or_, ways, Q(pk__in=[]))
    if checked.of:
        wanted &= Q(stream__in=streams_of(f"person:{checked.of}"))
    if checked.by:
        wanted &= Q(by_id=checked.by)
    for name in ("agency", "purpose", "channel"):
        wanted &= _has_code(name, getattr(checked, name))
    if checked.is_urgent is not None:
        urgent = _has_code("purpose", URGENT) | _has_code("channel", URGENT)
        wanted &= urgent if checked.is_urgent else ~urgent
    if checked.since:
        wanted &= Q(at__gte=checked.since)
    if checked.before:
        wanted &= Q(at__lt=checked.before)
    return wanted


def _has_code(name: str, code: str) -> Q:
    """The fields are JSON without spaces, and a code holds no quotation mark."""
    if not code:
        return Q()
    return Q(data__contains=f'"{name}":"{code}"') if _CODE.fullmatch(code) else Q(pk__in=[])


def _after(mark: str) -> Q:
    found = _MARK.fullmatch(mark)
    if found is None:
        return Q(pk__in=[])
    at, number = datetime.fromtimestamp(int(found[1]) / 1_000_000, UTC), int(found[2])
    return Q(at__lt=at) | Q(at=at, id__lt=number)


def get_reading(owner: str, number: int, *, also: Collection[str] = ()) -> Entry:
    """The reading of the owner's data with this number; refuses NotFound any other entry."""
    found = Entry.objects.filter(_readings(owner, Looked(), also), pk=number).first()
    if found is None:
        raise NotFound
    return found


def find_what_was_read(owner: str, *, limit: int = 5_000) -> list[DataRead]:
    """The owner's latest readings, for what a list of them can be narrowed to."""
    found = Entry.objects.filter(stream__in=streams_of(owner), kind=DataRead.kind).order_by("-id")[:limit]
    return [entry.event for entry in found if isinstance(entry.event, DataRead)]


def pseudonym(person: UUID) -> str:
    """Four letters and digits that stand for a member of staff in every office and role, and lead to nobody without our keys."""
    index = blind_index(str(person), purpose="privacy:reader")
    return base64.b32encode(index[:5]).decode("ascii")[:4]


def _readings(owner: str, looked: Looked, also: Collection[str]) -> Q:
    wanted = Q(stream__in=streams_of(owner), kind__in=[DataRead.kind, *also])
    if looked.who == "system":
        wanted &= Q(data__contains='"channel":"job"')
    elif looked.who == "people":
        wanted &= ~Q(data__contains='"channel":"job"')
    for name in ("agency", "purpose", "subject"):
        wanted &= _has_code(name, getattr(looked, name))
    if looked.since:
        wanted &= Q(at__gte=looked.since)
    if looked.before:
        wanted &= Q(at__lt=looked.before)
    return wanted


def _mark(entry: Entry) -> str:
    return f"{round(entry.at.timestamp() * 1_000_000)}-{entry.pk}"
