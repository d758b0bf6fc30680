"""Pages to leaf through: A to Z, topics, life events, who one is, agencies, most used.

The same for everybody, from memory: no query, no session. The first page of each list is kept ready to send.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from civium.foundation.design.caching import public_page
from civium.foundation.design.showing import reading_language
from civium.foundation.identity.policy import anyone, open_to
from civium.foundation.kit.refusals import NotFound
from civium.foundation.kit.town import the_town

from ..browsing import A_PAGE, find_provider, find_providers, in_order, leaf_of, letters
from ..queries import Listing, catalogue_stamp, find_listed, find_most_used

MOST_USED = 20


def _show(request: HttpRequest, template: str, listings: Sequence[Listing], **more: Any) -> HttpResponse:
    leaf = leaf_of(listings, after=request.GET.get("after", ""))
    return render(request, f"catalogue/{template}", {"leaf": leaf, "count": len(listings), **more})


@open_to(anyone)
@require_safe
@public_page(stamp=catalogue_stamp)
def services(request: HttpRequest) -> HttpResponse:
    """Everything the town offers, from A to Z."""
    by_letter, language = letters(reading_language()), reading_language()
    everything = in_order(find_listed(), language)
    alphabet = list(by_letter) if len(everything) > A_PAGE else []
    return _show(
        request, "services.html", everything, alphabet=alphabet, has_most_used=bool(find_most_used(limit=1))
    )


@open_to(anyone)
@require_safe
@public_page(stamp=catalogue_stamp)
def letter(request: HttpRequest, letter: str) -> HttpResponse:
    """Everything that stands under one letter of the reader's alphabet."""
    by_letter = letters(reading_language())
    if letter not in by_letter:
        raise NotFound
    return _show(request, "letter.html", by_letter[letter], letter=letter, alphabet=list(by_letter))


@open_to(anyone)
@require_safe
@public_page(stamp=catalogue_stamp)
def topic(request: HttpRequest, topic: str) -> HttpResponse:
    """The services of one topic."""
    shelf = the_town().topics.get(topic)
    if shelf is None:
        raise NotFound
    return _show(request, "shelf.html", in_order(find_listed(topic=topic), reading_language()), shelf=shelf)


@open_to(anyone)
@require_safe
@public_page(stamp=catalogue_stamp)
def life_event(request: HttpRequest, event: str) -> HttpResponse:
    """The services that somebody needs when this happens in their life."""
    shelf = the_town().life_events.get(event)
    if shelf is None:
        raise NotFound
    return _show(
        request, "shelf.html", in_order(find_listed(life_event=event), reading_language()), shelf=shelf
    )


@open_to(anyone)
@require_safe
@public_page(stamp=catalogue_stamp)
def audience(request: HttpRequest, audience: str) -> HttpResponse:
    """The services for people who are this: residents, businesses, newcomers."""
    shelf = the_town().audiences.get(audience)
    if shelf is None:
        raise NotFound
    return _show(
        request, "shelf.html", in_order(find_listed(audience=audience), reading_language()), shelf=shelf
    )


@open_to(anyone)
@require_safe
@public_page(stamp=catalogue_stamp)
def most_used(request: HttpRequest) -> HttpResponse:
    """What most people applied for in the last year, counted without knowing who they are."""
    return _show(request, "most_used.html", find_most_used(limit=MOST_USED))


@open_to(anyone)
@require_safe
@public_page(stamp=catalogue_stamp)
def agencies(request: HttpRequest) -> HttpResponse:
    """Who provides what: every agency."""
    return render(request, "catalogue/agencies.html", {"agencies": find_providers(reading_language())})


@open_to(anyone)
@require_safe
@public_page(stamp=catalogue_stamp)
def agency(request: HttpRequest, agency: str) -> HttpResponse:
    """One agency: what it does, how to reach it, its services."""
    provider = find_provider(agency)
    if provider is None:
        raise NotFound
    listings = in_order(find_listed(agency=agency), reading_language())
    return _show(request, "agency.html", listings, agency=provider)
