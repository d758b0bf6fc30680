"""Reads: what the town offers, from memory.

Each process keeps the current offers and looks at one small row, at most once a second, to see whether they are old.
A published version never changes, so what is compiled of it is kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from threading import Lock
from time import monotonic
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.urls import reverse_lazy

from civium.engines.forms.rules import OptionList
from civium.engines.search.schema import Document
from civium.foundation.kit.refusals import NotFound
from civium.foundation.kit.town import the_town

from .carrying import open_answers
from .models import CatalogueStamp, Offering, PublishedList, PublishedVersion, ServiceFigures
from .offers import InformationPage, Listing, Offer
from .rules import is_for
from .schema import Information, InformationTexts, Service, Texts

__all__ = [
    "Figures",
    "InformationPage",
    "Listing",
    "Offer",
    "catalogue_stamp",
    "find_documents",
    "find_listed",
    "find_most_used",
    "find_offers",
    "find_offers_ever",
    "get_carried_answers",
    "get_figures",
    "get_list",
    "get_listed",
    "get_offer",
    "get_offer_version",
    "look_again",
]

LOOK_AGAIN_AFTER = 1.0  # seconds
SEARCHED_AS = "services"


@dataclass(frozen=True)
class Figures:
    """What the record says of a service: how many applied in a year, and in how many working days it was decided.

    ``median_days`` and ``most_days`` (9 of 10) are None as long as too few cases were decided.
    """

    applications: int
    decided: int
    median_days: int | None = None
    most_days: int | None = None
    since: date | None = None


@dataclass(frozen=True)
class _Snapshot:
    """The catalogue as it was at one stamp. ``versions`` fills as it is asked for."""

    stamp: str
    listed: Mapping[str, Offer | InformationPage]
    figures: Mapping[str, Figures] = field(default_factory=dict)
    versions: dict[tuple[str, int], Offer] = field(default_factory=dict)


class _Keeper:
    """Holds the snapshot of this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._looked_at = -LOOK_AGAIN_AFTER
        self._snapshot = _Snapshot("nothing yet", {})

    def snapshot(self) -> _Snapshot:
        if monotonic() - self._looked_at < LOOK_AGAIN_AFTER:
            return self._snapshot
        with self._lock:
            if monotonic() - self._looked_at >= LOOK_AGAIN_AFTER:
                stamp = CatalogueStamp.objects.values_list("value", flat=True).first() or ""
                if stamp != self._snapshot.stamp:
                    self._snapshot = _Snapshot(stamp, _current(self._snapshot.listed), _figures())
                self._looked_at = monotonic()
            return self._snapshot

    def look_again(self) -> None:
        self._looked_at = -LOOK_AGAIN_AFTER


_keeper = _Keeper()


def look_again() -> None:
    """Look at the stamp at the next read, without waiting: the offer was just changed here."""
    _keeper.look_again()


def catalogue_stamp() -> str:
    """A value that is another one after every change of the offer."""
    return _keeper.snapshot().stamp


def find_offers(
    *, topic: str | None = None, life_event: str | None = None, agency: str | None = None
) -> list[Offer]:
    """The services that can be applied for now, by name."""
    listed = find_listed(topic=topic, life_event=life_event, agency=agency)
    return [listing for listing in listed if isinstance(listing, Offer)]


def find_offers_ever() -> list[Offer]:
    """Every service that was published, by name, also those that are withdrawn: for whoever looks after the offer."""
    return [listing for listing in _keeper.snapshot().listed.values() if isinstance(listing, Offer)]


def find_listed(
    *,
    topic: str | None = None,
    life_event: str | None = None,
    agency: str | None = None,
    audience: str | None = None,
) -> list[Offer | InformationPage]:
    """Everything that people can find now, by name: services to apply for, and information pages."""
    includes = the_town().audiences[audience].includes if audience else None
    return [
        listing
        for listing in _keeper.snapshot().listed.values()
        if not listing.is_withdrawn
        and (topic is None or topic in listing.document.topics)
        and (life_event is None or life_event in listing.document.life_events)
        and (agency is None or agency == listing.document.agency)
        and (audience is None or is_for(listing.document, audience, includes))
    ]


def find_most_used(*, limit: int) -> list[Offer]:
    """The services that most people applied for in the last year, the most used first."""
    figures = _keeper.snapshot().figures
    used = [offer for offer in find_offers() if offer.name in figures and figures[offer.name].applications]
    return sorted(used, key=lambda offer: (-figures[offer.name].applications, offer.name))[:limit]


def get_listed(name: str) -> Offer | InformationPage:
    """What people find under a name now; what is withdrawn says so. Refuses a name that was never published."""
    try:
        return _keeper.snapshot().listed[name]
    except KeyError:
        raise NotFound from None


def get_offer(name: str) -> Offer:
    """The version of a service that people get now; a withdrawn one says so. Refuses a name that was never published,
    and a page that nobody can apply on."""
    listing = get_listed(name)
    if not isinstance(listing, Offer):
        raise NotFound
    return listing


def get_carried_answers(offer: Offer, word: str, *, at: datetime) -> dict[str, Any]:
    """What somebody answered to "Is this for me?" in the last day and takes along, as answers to the form; usually nothing."""
    return offer.form.usable_answers(open_answers(offer.name, word, at=at))


def get_figures(name: str) -> Figures | None:
    """What the record says of a service; None before anything was counted."""
    return _keeper.snapshot().figures.get(name)


def get_offer_version(name: str, version: int) -> Offer:
    """A version of a service, the current or an older one: what an application began with."""
    snapshot = _keeper.snapshot()
    current = snapshot.listed.get(name)
    if isinstance(current, Offer) and current.version == version:
        return current
    if (name, version) not in snapshot.versions:
        published = PublishedVersion.objects.filter(service=name, number=version).first()
        read = _read(published) if published else None
        if not isinstance(read, Offer):
            raise NotFound
        snapshot.versions[name, version] = read
    return snapshot.versions[name, version]


def find_documents() -> list[Document]:
    """The services as the search engine wants them, one document per service and language."""
    return _documents(_keeper.snapshot().listed)


def _current(known: Mapping[str, Offer | InformationPage]) -> Mapping[str, Offer | InformationPage]:
    """What is offered now. Only what this process does not know is read whole: a catalogue may have thousands of pages."""
    offerings = list(
        Offering.objects.order_by("service").values_list(
            "service", "version_id", "version__number", "version__digest", "withdrawn_at"
        )
    )
    published = _published(
        [
            version
            for name, version, number, digest, withdrawn_at in offerings
            if not _is_known(known.get(name), number, digest, withdrawn_at)
        ]
    )
    listed = {
        name: _read(published[version], is_withdrawn=withdrawn_at is not None)
        if version in published
        else known[name]
        for name, version, _number, _digest, withdrawn_at in offerings
    }
    return MappingProxyType(listed)


def _is_known(known: Listing | None, number: int, digest: str, withdrawn_at: datetime | None) -> bool:
    return known is not None and (known.version, known.digest, known.is_withdrawn) == (
        number,
        digest,
        withdrawn_at is not None,
    )


def _published(ids: list[int]) -> dict[int, PublishedVersion]:
    found: dict[int, PublishedVersion] = {}
    for at in range(0, len(ids), 500):  # a database takes only so many parameters
        found |= PublishedVersion.objects.in_bulk(ids[at : at + 500])
    return found


def _figures() -> Mapping[str, Figures]:
    return {
        row.service: Figures(row.applications, row.decided, row.median_days, row.most_days, row.since)
        for row in ServiceFigures.objects.all()
    }


def _read(published: PublishedVersion, *, is_withdrawn: bool = False) -> Offer | InformationPage:
    document, texts = json.loads(published.document), json.loads(published.texts)
    if "information" in document:
        return InformationPage(
            published.service,
            published.number,
            Information.model_validate(document),
            {language: InformationTexts.model_validate(said) for language, said in texts.items()},
            published.digest,
            published.published_at,
            is_withdrawn,
        )
    return Offer(
        published.service,
        published.number,
        Service.model_validate(document),
        {language: Texts.model_validate(said) for language, said in texts.items()},
        published.digest,
        published.published_at,
        is_withdrawn,
        lists={name: get_list(digest) for name, digest in json.loads(published.lists).items()},
    )


@lru_cache(maxsize=64)
def get_list(digest: str) -> OptionList:
    """A list that some version was published with, from memory: it never changes. Refuses what was never published."""
    content = PublishedList.objects.filter(digest=digest).values_list("content", flat=True).first()
    if content is None:
        raise NotFound
    return OptionList.from_json(content, address=reverse_lazy("catalogue:list", args=[digest]))


def _documents(listed: Mapping[str, Offer | InformationPage]) -> list[Document]:
    return [
        Document(
            id=listing.name,
            language=language,
            fields={
                "title": texts.title,
                "keywords": ", ".join(texts.keywords),
                "summary": texts.summary,
                "body": _body(texts),
            },
        )
        for listing in listed.values()
        if not listing.is_withdrawn
        for language, texts in listing.texts.items()
        if language in dict(settings.LANGUAGES)
    ]


def _body(texts: Texts | InformationTexts) -> str:
    own = (texts.agency, texts.what, texts.how) if isinstance(texts, InformationTexts) else ()
    return " ".join([*own, texts.who, *texts.need, texts.cost])
