"""Reads: what answers a query among everything that rooms declare searchable.

Few documents (`Searchable.stored` is false) are one index in this process, made when first asked and anew when a room's stamp
changes: what one room has a word for is no typing error in another. Many are in tables, of which only what a query touches is
read. A page asks both at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from threading import Lock
from time import monotonic

from django.conf import settings
from django.db.models import Case, F, Max, Q, Sum, When

from .models import Answer, Edition, StoredLanguage
from .rules import Index, find_among
from .schema import Found, Hit, Searchable
from .shelves import Shelf
from .stored import StoredShelf

LOOK_AGAIN_AFTER = 1.0  # seconds
TOLD_OFTEN = 3
_FOR_CHOOSING = 5  # so many times as many are looked at when only some rooms are asked
_Stamps = tuple[tuple[str, str], ...]
_AS_NUMBER = Case(When(is_known=True, then=1), default=0)


@dataclass(frozen=True)
class Told:
    """A search, how often people said that it found what they needed or did not, and when last."""

    query: str
    language: str
    found: int
    missed: int
    last: date


def search(query: str, *, language: str, limit: int = 20, sources: Collection[str] | None = None) -> Found:
    """What answers a query, best first, the reader's language first. ``sources``: names of declarations; None: all of them."""
    return _find(query, language, limit, sources, as_typed=False)


def suggest(
    beginning: str, *, language: str, limit: int = 8, sources: Collection[str] | None = None
) -> Found:
    """What somebody may be about to ask for, who is still typing."""
    return _find(beginning, language, limit, sources, as_typed=True)


def in_language(hit: Hit, language: str) -> Hit:
    """What was found as it reads in another language, where this process keeps it in that; as it is otherwise."""
    return hit if hit.language == language else _memory.current().in_language(hit, language)


def find_searchables() -> tuple[Searchable, ...]:
    """What rooms declare in their ``searchable.py``, as ``SEARCHABLE``."""
    return _declared()


def find_told(*, since: date, limit: int = 100) -> list[Told]:
    """What people said of their searches since a day, those that found least first.

    Words that stand nowhere may be somebody's name: they are shown when three people have searched for the same.
    """
    told = (
        Answer.objects.filter(day__gte=since)
        .values("language", "query")
        .annotate(all_found=Sum("found"), all_missed=Sum("missed"), last=Max("day"), known=Max(_AS_NUMBER))
        .filter(Q(known=1) | Q(all_missed__gte=TOLD_OFTEN - F("all_found")))
        .order_by("-all_missed", "all_found", "query")[:limit]
    )
    return [
        Told(each["query"], each["language"], each["all_found"], each["all_missed"], each["last"])
        for each in told
    ]


def _find(query: str, language: str, limit: int, sources: Collection[str] | None, *, as_typed: bool) -> Found:
    if not query.strip():
        return Found()
    collections = [_memory.current().shelves]
    if sources is None or _is_stored(sources):
        collections.append(_editions.shelves())
    wanted = limit if sources is None else limit * _FOR_CHOOSING
    found = find_among(collections, query, language, wanted, as_typed=as_typed)
    hits = [hit for hit in found.hits if sources is None or hit.source in sources]
    return replace(found, hits=tuple(hits[:limit]))


def _is_stored(sources: Collection[str]) -> bool:
    return any(each.stored and each.name in sources for each in find_searchables())


@lru_cache(maxsize=1)
def _declared() -> tuple[Searchable, ...]:
    names = [f"{app}.searchable" for app in settings.INSTALLED_APPS if app.startswith("civium.")]
    declared = [import_module(name).SEARCHABLE for name in names if find_spec(name)]
    return tuple(searchable for each in declared for searchable in each)


class _Memory:
    """The index of this process, and what the rooms' documents were when it was made."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._made: tuple[_Stamps, Index] = ((), Index())

    def current(self) -> Index:
        searchables = [each for each in find_searchables() if not each.stored]
        stamps = tuple((each.name, each.stamp()) for each in searchables)
        if self._made[0] != stamps:
            with self._lock:
                if self._made[0] != stamps:
                    self._made = (stamps, _indexed(searchables))
        return self._made[1]


def _indexed(searchables: Iterable[Searchable]) -> Index:
    index = Index()
    for searchable in searchables:
        for document in searchable.documents():
            index.add(document, source=searchable.name)
    return index


class _Editions:
    """Which edition is current, as of a second ago."""

    def __init__(self) -> None:
        self._looked_at = -LOOK_AGAIN_AFTER
        self._shelves: Mapping[str, Shelf] = {}

    def shelves(self) -> Mapping[str, Shelf]:
        if monotonic() - self._looked_at >= LOOK_AGAIN_AFTER:
            current = Edition.objects.filter(current_since__isnull=False).order_by("-pk").values("pk")[:1]
            languages = StoredLanguage.objects.filter(edition__in=current, documents__gt=0)
            self._shelves = {
                each.language: StoredShelf(each.edition_id, each.language, each.documents)
                for each in languages
            }
            self._looked_at = monotonic()
        return self._shelves

    def look_again(self) -> None:
        self._looked_at = -LOOK_AGAIN_AFTER


_memory = _Memory()
_editions = _Editions()


def look_again() -> None:
    """See at the next query what was just put into the tables, without waiting."""
    _editions.look_again()
