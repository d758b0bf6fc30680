"""The register of processing activities (GDPR 30), as rooms and service documents declare them; and what retention does and did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from civium.foundation.design.showing import bare_words
from civium.foundation.journal.models import Entry
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.queries import find_ageing, find_holdings
from civium.journeys.catalogue.queries import find_offers

from .events import RetentionCarriedOut
from .holding_words import held_rows, kept_rows
from .keeping import MOST, find_over, find_over_that_lies_still
from .rules import REQUEST_SERVICE

FORMAT: Final = "civium-register-1"
LOOKS_AHEAD: Final = timedelta(days=30)
LINES_OF_THE_PAST: Final = 60


class ToBeDone(NamedTuple):
    """What retention erases on one night. ``on`` is None for the coming one; ``because`` as in ``keeping.Over``.

    Or what goes by its age, on any of the nights to come: ``because`` is ``age``. Or what waits: ``lies-still``.
    """

    on: date | None
    service: str
    title: str
    because: str
    how_many: int


class WasDone(NamedTuple):
    """What retention erased in one night."""

    at: datetime
    title: str
    how_many: int


def register(*, language: str) -> dict[str, Any]:
    """The whole register as JSON says it: who is responsible, whom to ask, and each activity, in the reader's language."""
    town = the_town()
    codes = {each.name: each for each in find_holdings()}
    return {
        "format": FORMAT,
        "language": language,
        "controller": {
            "name": bare_words(town.name),
            "phone": town.contact.phone,
            "email": town.contact.email,
            "address": bare_words(town.contact.address),
        },
        "data_protection_officer": officer(),
        "activities": [
            {**row._asdict(), "legal_basis": codes[row.name].basis, "afterwards": codes[row.name].end}
            for row in held_rows()
        ],
        "services": [
            {**row._asdict(), "periods": [{"end": end, "kept": kept} for end, kept in row.periods]}
            for row in kept_rows(language=language)
        ],
    }


def officer() -> dict[str, str]:
    """Whom to ask about data: the agency of the service for requests; nobody where the town has none."""
    offer = next((each for each in find_offers() if each.name == REQUEST_SERVICE), None)
    document = getattr(offer, "document", None)
    if document is None:
        return {}
    agency = the_town().agencies[document.agency]
    return {"name": bare_words(agency.name), "phone": agency.phone, "email": agency.email}


def find_to_be_done(*, language: str, at: datetime) -> tuple[list[ToBeDone], bool]:
    """What will be erased in the next thirty days, by night and service; and whether there is more than one look counts."""
    today, titles = the_town().today(at), _titles(language)
    over = find_over(at=at + LOOKS_AHEAD)
    counted = Counter(
        (each.since if each.since > today else None, each.service, each.because) for each in over
    )
    # It goes in no night that anybody knows.
    counted.update(
        (None, each.service, each.because) for each in find_over_that_lies_still(at=at + LOOKS_AHEAD)
    )
    rows = [
        ToBeDone(on, service, titles.get(service, service), because, count)
        for (on, service, because), count in counted.items()
    ]
    rows += [
        ToBeDone(None, each.name, str(each.title), "age", count)
        for each in find_ageing()
        if (count := each.over(at + LOOKS_AHEAD).count())
    ]
    return sorted(rows, key=_when), len(over) >= MOST


def _when(row: ToBeDone) -> tuple[bool, date, str, str]:
    """Night by night, and at the end what goes on every one of them, and what waits."""
    return row.because in ("age", "lies-still"), row.on or date.min, row.title, row.because


def find_was_done(*, language: str) -> list[WasDone]:
    """What was erased because its time was over, by the record, the latest first."""
    entries = Entry.objects.filter(kind=RetentionCarriedOut.kind).order_by("-id")[:LINES_OF_THE_PAST]
    titles = {**_titles(language), **{each.name: str(each.title) for each in find_ageing()}}
    return [
        WasDone(entry.at, titles.get(entry.event.holding, entry.event.holding), entry.event.count)
        for entry in entries
        if isinstance(entry.event, RetentionCarriedOut)
    ]


def _titles(language: str) -> Mapping[str, str]:
    return {offer.name: str(offer.words(language).title) for offer in find_offers()}
