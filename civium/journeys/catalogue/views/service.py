"""The start page of a service, and the page about one that is got elsewhere. The same for everybody, from memory."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe
from markupsafe import Markup

from civium.foundation.design.caching import public_page
from civium.foundation.design.showing import reading_language
from civium.foundation.identity.policy import anyone, open_to
from civium.foundation.kit.town import the_town

from ..browsing import find_provider, in_order
from ..queries import Listing, Offer, catalogue_stamp, find_listed, get_figures, get_listed

MOST_OTHERS = 5


@open_to(anyone)
@require_safe
@public_page(stamp=catalogue_stamp)
def service(request: HttpRequest, service: str) -> HttpResponse:
    """A service's start page: who it is for, what one needs, what it costs, how long it takes, what happens next, other ways."""
    listing, language = get_listed(service), reading_language()
    about = _about(catalogue_stamp(), listing.name, language)
    shown = {"name": listing.name, "said": listing.words(language), "about": about}
    return render(request, "catalogue/service.html", shown)


@lru_cache(maxsize=512)
def _about(stamp: object, name: str, language: str) -> Markup:
    """What the page says, made once: it is the same for everybody until the offer changes (``stamp``)."""
    listing, town = get_listed(name), the_town()
    document = listing.document
    shown = {
        "offer": listing,
        "said": listing.words(language),
        "agency": find_provider(document.agency),
        "topics": [(topic, town.topics[topic]) for topic in document.topics if topic in town.topics],
        "others": _others(listing, language),
        "figures": get_figures(name),
    }
    template = "_service.html" if isinstance(listing, Offer) else "_information.html"
    return Markup(render_to_string(f"catalogue/{template}", shown, using="jinja2"))  # noqa: S704 - our own template


def _others(listing: Listing, language: str) -> list[Listing]:
    """A few of the same topic; without a topic, of the same agency."""
    document = listing.document
    by_topic = {"topic": document.topics[0]} if document.topics else {"agency": document.agency}
    near = find_listed(**by_topic)
    others = [other for other in in_order(near, language) if other.name != listing.name]
    return list(others[:MOST_OTHERS])
