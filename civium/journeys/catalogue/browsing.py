"""Lists of the catalogue as people leaf through them: in the order of their language, a page at a time, under letters.

Everything is in memory: a list of 2,000 is put in order once per language, whenever the offer changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from civium.foundation.kit.languages import pick_text
from civium.foundation.kit.town import Texts, the_town

from .alphabet import first_letter, letter_key, sort_key
from .queries import InformationPage, Listing, catalogue_stamp, find_listed

A_PAGE = 50


@dataclass(frozen=True)
class Leaf:
    """One page of a list. ``next``: the name after which the next page begins; empty on the last."""

    listings: Sequence[Listing]
    next: str = ""
    is_first: bool = True


@dataclass(frozen=True)
class Provider:
    """Somebody who provides services: an agency of the town, or another one that information pages name."""

    name: str
    title: Texts
    about: Texts
    phone: str = ""
    email: str = ""
    address: Texts | None = None
    opening: Texts | None = None

    @property
    def is_ours(self) -> bool:
        """Whether it is an agency of this town, which can be called and visited."""
        return bool(self.phone)


def in_order(listings: Iterable[Listing], language: str) -> list[Listing]:
    """By title, as the reader's language orders words."""
    places = _places(catalogue_stamp(), language)
    return sorted(listings, key=lambda listing: places.get(listing.name, len(places)))


def leaf_of(listings: Sequence[Listing], *, after: str = "", limit: int = A_PAGE) -> Leaf:
    """The page of a list in order that begins after a name; the first page when nothing of that name is there."""
    names = [listing.name for listing in listings]
    start = names.index(after) + 1 if after in names else 0
    shown = listings[start : start + limit]
    more = start + limit < len(listings)
    return Leaf(shown, shown[-1].name if more else "", is_first=start == 0)


def letters(language: str) -> Mapping[str, Sequence[Listing]]:
    """Everything that is listed by the letter it stands under, in the order of the alphabet."""
    return _letters(catalogue_stamp(), language)


def title_of(listing: Listing, language: str) -> str:
    """Its title in the reader's language, or the nearest there is."""
    return pick_text(listing.texts_of("title"), language).words


def find_providers(language: str) -> list[Provider]:
    """Everybody who provides something, in the order of their names."""
    names = dict.fromkeys(listing.document.agency for listing in find_listed())
    found = [provider for name in names if (provider := find_provider(name))]
    return sorted(found, key=lambda one: sort_key(pick_text(one.title, language).words, language))


def find_provider(name: str) -> Provider | None:
    """The agency of that name: of the town, or as information pages call it; None when there is none."""
    agency = the_town().agencies.get(name)
    if agency is not None:
        return Provider(
            name, agency.name, agency.about, agency.phone, agency.email, agency.address, agency.opening
        )
    title = _named_by_pages(catalogue_stamp()).get(name)
    return Provider(name, title, {}) if title else None


@lru_cache(maxsize=16)
def _places(stamp: str, language: str) -> Mapping[str, int]:
    listed = sorted(find_listed(), key=lambda listing: sort_key(title_of(listing, language), language))
    return {listing.name: place for place, listing in enumerate(listed)}


@lru_cache(maxsize=16)
def _letters(stamp: str, language: str) -> Mapping[str, Sequence[Listing]]:
    under: dict[str, list[Listing]] = {}
    for listing in in_order(find_listed(), language):
        under.setdefault(first_letter(title_of(listing, language), language), []).append(listing)
    return {letter: under[letter] for letter in sorted(under, key=lambda one: letter_key(one, language))}


@lru_cache(maxsize=2)
def _named_by_pages(stamp: str) -> Mapping[str, Texts]:
    names: dict[str, Texts] = {}
    for listing in find_listed():
        if isinstance(listing, InformationPage):
            names.setdefault(listing.document.agency, {}).update(listing.texts_of("agency"))
    return names
