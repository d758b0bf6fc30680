"""The pages where people find a service and read about it. The same for everybody, from memory: no query, no session."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from markupsafe import Markup

from civium.engines.search.rules import fold
from civium.engines.search.schema import Reason
from civium.foundation.design.caching import public_page
from civium.foundation.identity.policy import anyone, open_to
from civium.foundation.kit.refusals import NotFound
from civium.foundation.kit.town import the_town

from .offers import Offer
from .queries import catalogue_stamp, find_offers, get_offer, search_offers

LONGEST_QUERY = 200


@dataclass(frozen=True)
class Result:
    """A service among the results, and the words of it that answer the query."""

    offer: Offer
    because: tuple[str, ...]


def _language() -> str:
    return get_language() or "en"


def _in_order(offers: list[Offer]) -> list[Offer]:
    """By title, as the reader's language spells it."""
    return sorted(offers, key=lambda offer: fold(offer.words(_language()).title))


@open_to(anyone)
@require_safe
@public_page(stamp=catalogue_stamp)
def services(request: HttpRequest) -> HttpResponse:
    """Everything the town offers, from A to Z."""
    return render(request, "catalogue/services.html", {"offers": _in_order(find_offers())})


@open_to(anyone)
@require_safe
@public_page(stamp=catalogue_stamp)
def service(request: HttpRequest, service: str) -> HttpResponse:
    """A service's start page: who it is for, what one needs, what it costs, how long it takes, what happens next, other ways."""
    offer, language = get_offer(service), _language()
    about = _about(catalogue_stamp(), offer.name, language)
    return render(request, "catalogue/service.html", {"said": offer.words(language), "about": about})


@lru_cache(maxsize=512)
def _about(stamp: object, name: str, language: str) -> Markup:
    """What a start page says, made once: it is the same for everybody until the offer changes (``stamp``)."""
    offer, town = get_offer(name), the_town()
    document = offer.document
    others = [other for other in find_offers(topic=document.topics[0]) if other.name != offer.name]
    shown = {
        "offer": offer,
        "said": offer.words(language),
        "agency": town.agencies.get(document.agency),
        "topics": [(topic, town.topics[topic]) for topic in document.topics if topic in town.topics],
        "others": _in_order(others),
    }
    return Markup(render_to_string("catalogue/_service.html", shown, using="jinja2"))  # noqa: S704 - our own template


@open_to(anyone)
@require_safe
@public_page(stamp=catalogue_stamp)
def topic(request: HttpRequest, topic: str) -> HttpResponse:
    """The services of one topic."""
    shelf = the_town().topics.get(topic)
    if shelf is None:
        raise NotFound
    return render(
        request, "catalogue/shelf.html", {"shelf": shelf, "offers": _in_order(find_offers(topic=topic))}
    )


@open_to(anyone)
@require_safe
@public_page(stamp=catalogue_stamp)
def life_event(request: HttpRequest, event: str) -> HttpResponse:
    """The services that somebody needs when this happens in their life."""
    shelf = the_town().life_events.get(event)
    if shelf is None:
        raise NotFound
    offers = _in_order(find_offers(life_event=event))
    return render(request, "catalogue/shelf.html", {"shelf": shelf, "offers": offers})


@open_to(anyone)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The services that answer what somebody typed; never a dead end."""
    query = " ".join(request.GET.get("q", "").split())[:LONGEST_QUERY]
    found = search_offers(query, language=_language())
    results = [Result(get_offer(hit.id), _reasons(hit.because)) for hit in found.hits]
    shown = {"query": query, "results": results, "did_you_mean": found.did_you_mean}
    return render(request, "catalogue/search.html", shown)


def _reasons(because: tuple[Reason, ...]) -> tuple[str, ...]:
    """The words that matched and that the result does not show anyway."""
    return tuple(reason.word for reason in because if reason.field == "keywords")
