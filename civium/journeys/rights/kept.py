"""What somebody asked to erase and the law keeps: until when, why, and who opened it since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from civium.engines.cases.models import Case
from civium.engines.cases.queries import find_case, find_cases_of_streams
from civium.engines.cases.rules import relations_to
from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import find_shown_names
from civium.foundation.identity.rules import may
from civium.foundation.journal.models import Entry
from civium.foundation.journal.queries import get_detail
from civium.foundation.kit.refusals import NotFound, require
from civium.foundation.privacy.actions.declare_reading import declare_reading
from civium.foundation.privacy.models import Restriction
from civium.foundation.privacy.queries import find_locked_away
from civium.foundation.privacy.rules import LEGAL_BASES
from civium.journeys.catalogue.queries import get_offer_version

from .events import KeptOpened

# How long it can be read after somebody said why.
OPEN_FOR: Final = timedelta(hours=1)
# Why the law lets one open it (GDPR 17(3)).
OCCASIONS: Final[dict[str, Any]] = {
    "claim": _("A legal claim, or a court asks for it"),
    "audit": _("An audit, or an authority that may see it"),
    "owner": _("The person whose data it was asks for it"),
}


@dataclass(frozen=True)
class Kept:
    """One case that the law keeps. ``basis``: what obliges the town, in words."""

    case: Case
    title: str
    until: date | None
    since: datetime
    basis: str


@dataclass(frozen=True)
class Opening:
    """Somebody opened it: when, who, on which occasion, in which words."""

    at: datetime
    who: str
    occasion: str
    words: str


def find_kept(person: Person, *, language: str) -> list[Kept]:
    """Everything that the law keeps and the person may open, what goes first first. Nobody's data is in it."""
    locked = find_locked_away()
    cases = {case.subject: case for case in find_cases_of_streams([each.owner for each in locked])}
    return [
        _kept(each, cases[each.owner], language)
        for each in locked
        if each.owner in cases and _may_open(person, cases[each.owner])
    ]


def get_kept(reference: str, *, for_: Person, language: str) -> Kept:
    """One of them; refuses NotFound whatever is not kept, or not theirs to open."""
    case = find_case(reference)
    require(case is not None and _may_open(for_, case), NotFound)
    assert case is not None
    locked = next(iter(find_locked_away(owner=case.subject)), None)
    if locked is None:
        raise NotFound
    return _kept(locked, case, language)


def is_open_to(kept: Kept, person: Person, *, at: datetime) -> bool:
    """Whether the person said why within the last hour: the record itself says so."""
    mine = _openings(kept).filter(by_id=person.pk, at__gt=at - OPEN_FOR, at__lte=at)
    return mine.exists()


def read_kept(kept: Kept, *, by: Person) -> None:
    """Let the person open it from now on, which is a reading on the record."""
    declare_reading(
        of=kept.case.subject,
        subject=kept.case.subject,
        purpose="kept-by-law",
        by=by,
        agency=kept.case.agency_id,
        role="data-protection-officer",
        service=kept.case.service,
    )


def find_openings(kept: Kept) -> list[Opening]:
    """Who opened it since it is kept, the newest first. Whoever reads it has said why."""
    entries = list(_openings(kept).order_by("-id")[:100])
    names = find_shown_names({entry.by_id for entry in entries if entry.by_id})
    return [_opening(entry, names) for entry in entries]


def _opening(entry: Entry, names: dict[UUID, str]) -> Opening:
    event = entry.event
    assert isinstance(event, KeptOpened)
    return Opening(
        at=entry.at,
        who=names.get(entry.by_id, "") if entry.by_id else "",
        occasion=str(OCCASIONS.get(event.occasion, event.occasion)),
        words=str((get_detail(entry) or {}).get("reason", "")),
    )


def _openings(kept: Kept) -> Any:
    return Entry.objects.filter(stream=kept.case.subject, kind=KeptOpened.kind)


def _may_open(person: Person, case: Case) -> bool:
    return may("open", "case kept by law", relations_to(case, person))


def _kept(locked: Restriction, case: Case, language: str) -> Kept:
    offer = get_offer_version(case.service, case.version)
    return Kept(
        case=case,
        title=str(offer.words(language).title),
        until=locked.until,
        since=locked.since,
        basis=str(LEGAL_BASES[offer.document.basis]),
    )
