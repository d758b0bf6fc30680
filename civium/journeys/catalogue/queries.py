"""Reads: what the town offers, from memory.

Each process keeps the current offers and looks at one small row, at most once a second, to see whether they are old.
A published version never changes, so what is compiled of it is kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from types import MappingProxyType

from django.conf import settings

from civium.engines.search.rules import Index
from civium.engines.search.schema import Document, Found
from civium.foundation.kit.refusals import NotFound

from .models import CatalogueStamp, Offering, PublishedVersion
from .offers import Offer
from .schema import Service, Texts

__all__ = [
    "Offer",
    "catalogue_stamp",
    "find_documents",
    "find_offers",
    "get_offer",
    "get_offer_version",
    "look_again",
    "search_offers",
]

LOOK_AGAIN_AFTER = 1.0  # seconds


@dataclass(frozen=True)
class _Snapshot:
    """The offer as it was at one stamp. ``versions`` and ``index`` fill as they are asked for."""

    stamp: str
    offers: Mapping[str, Offer]
    versions: dict[tuple[str, int], Offer] = field(default_factory=dict)
    index: list[Index] = field(default_factory=list)


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
                    self._snapshot = _Snapshot(stamp, _current_offers(self._snapshot.offers))
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
    return [
        offer
        for offer in _keeper.snapshot().offers.values()
        if not offer.is_withdrawn
        and (topic is None or topic in offer.document.topics)
        and (life_event is None or life_event in offer.document.life_events)
        and (agency is None or agency == offer.document.agency)
    ]


def get_offer(name: str) -> Offer:
    """The version of a service that people get now; a withdrawn one says so. Refuses a name that was never published."""
    try:
        return _keeper.snapshot().offers[name]
    except KeyError:
        raise NotFound from None


def get_offer_version(name: str, version: int) -> Offer:
    """A version of a service, the current or an older one: what an application began with."""
    snapshot = _keeper.snapshot()
    current = snapshot.offers.get(name)
    if current is not None and current.version == version:
        return current
    if (name, version) not in snapshot.versions:
        published = PublishedVersion.objects.filter(service=name, number=version).first()
        if published is None:
            raise NotFound
        snapshot.versions[name, version] = _read(published)
    return snapshot.versions[name, version]


def search_offers(query: str, *, language: str, limit: int = 20) -> Found:
    """The services that answer a query, best first; each hit's id is a service's name."""
    snapshot = _keeper.snapshot()
    if not snapshot.index:
        index = Index()
        for document in _documents(snapshot.offers):
            index.add(document)
        snapshot.index.append(index)
    return snapshot.index[0].find(query, language, limit)


def find_documents() -> list[Document]:
    """The services as the search engine wants them, one document per service and language."""
    return _documents(_keeper.snapshot().offers)


def _current_offers(known: Mapping[str, Offer]) -> Mapping[str, Offer]:
    offerings = Offering.objects.select_related("version").order_by("service")
    offers = {
        offering.service: _kept_or_read(offering, known.get(offering.service)) for offering in offerings
    }
    return MappingProxyType(offers)


def _kept_or_read(offering: Offering, known: Offer | None) -> Offer:
    is_withdrawn = offering.withdrawn_at is not None
    published = offering.version
    if known and (known.version, known.digest, known.is_withdrawn) == (
        published.number,
        published.digest,
        is_withdrawn,
    ):
        return known
    return _read(published, is_withdrawn=is_withdrawn)


def _read(published: PublishedVersion, *, is_withdrawn: bool = False) -> Offer:
    return Offer(
        name=published.service,
        version=published.number,
        document=Service.model_validate(json.loads(published.document)),
        texts={
            language: Texts.model_validate(said) for language, said in json.loads(published.texts).items()
        },
        digest=published.digest,
        published_at=published.published_at,
        is_withdrawn=is_withdrawn,
    )


def _documents(offers: Mapping[str, Offer]) -> list[Document]:
    return [
        Document(
            id=offer.name,
            language=language,
            fields={
                "title": texts.title,
                "keywords": ", ".join(texts.keywords),
                "summary": texts.summary,
                "body": " ".join([texts.who, *texts.need, texts.cost]),
            },
        )
        for offer in offers.values()
        if not offer.is_withdrawn
        for language, texts in offer.texts.items()
        if language in dict(settings.LANGUAGES)
    ]
