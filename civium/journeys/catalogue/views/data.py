"""The catalogue as data (CPSV-AP): files with stable addresses, and stable addresses of things that lead to them.

The same for everybody. A file is made when it is first asked for after a change of the offer, and kept.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from civium.foundation.design.caching import public_page
from civium.foundation.identity.policy import anyone, open_to
from civium.foundation.kit.refusals import NotFound

from ..queries import catalogue_stamp, find_listed, get_listed

if TYPE_CHECKING:
    from ..rdf import Format

# What people read about a thing, by the kind in its address.
PAGES = {
    "services": ("catalogue:service", "service"),
    "agencies": ("catalogue:agency", "agency"),
    "topics": ("catalogue:topic", "topic"),
    "life-events": ("catalogue:life_event", "event"),
    "audiences": ("catalogue:audience", "audience"),
}
TURTLE = "ttl"


@open_to(anyone)
@require_safe
@public_page(stamp=catalogue_stamp)
def catalogue_file(request: HttpRequest, suffix: str) -> HttpResponse:
    """The whole catalogue in one format."""
    form = _format(suffix)
    return _file(_whole(catalogue_stamp(), suffix), form)


@open_to(anyone)
@require_safe
@public_page(stamp=catalogue_stamp)
def service_file(request: HttpRequest, service: str, suffix: str) -> HttpResponse:
    """One service in one format."""
    from ..rdf import service_graph, written_as

    form, listing = _format(suffix), get_listed(service)
    if listing.is_withdrawn:
        raise NotFound
    return _file(written_as(service_graph(listing), form), form)


@open_to(anyone)
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Lead to the catalogue as whoever asks can read it: a page for people, a file for machines."""
    suffix = _wanted(request)
    if suffix is None:
        return _see(reverse("catalogue:services"))
    return _see(reverse("catalogue_data:file", args=[suffix]))


@open_to(anyone)
@require_safe
def thing(request: HttpRequest, kind: str, name: str = "") -> HttpResponse:
    """Lead from the address that stays of a thing to what is said about it (303, as linked data does)."""
    suffix = _wanted(request)
    if suffix is not None:
        known = kind == "services" and name
        return _see(
            reverse("catalogue_data:service", args=[get_listed(name).name, suffix])
            if known
            else reverse("catalogue_data:file", args=[suffix])
        )
    if kind not in PAGES or not name:
        return _see(reverse("catalogue:services"))
    page, argument = PAGES[kind]
    try:
        return _see(reverse(page, kwargs={argument: name}))
    except NoReverseMatch:
        raise NotFound from None


def _see(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address, headers={"Vary": "Accept", "Access-Control-Allow-Origin": "*"})
    response.status_code = 303
    return response


def _wanted(request: HttpRequest) -> str | None:
    """The suffix of the format that the visitor reads best; None for somebody who reads pages."""
    from ..rdf import FORMATS

    types = {form.media_type: form.suffix for form in FORMATS}
    best = request.get_preferred_type([*types, "text/html"])
    return TURTLE if best is None else types.get(best)


def _format(suffix: str) -> Format:
    from ..rdf import FORMATS

    for form in FORMATS:
        if form.suffix == suffix:
            return form
    raise NotFound


@lru_cache(maxsize=3)
def _whole(stamp: str, suffix: str) -> bytes:
    from ..rdf import catalogue_graph, written_as

    return written_as(catalogue_graph(find_listed()), _format(suffix))


def _file(body: bytes, form: Format) -> HttpResponse:
    return HttpResponse(
        body,
        content_type=f"{form.media_type}; charset=utf-8",
        headers={
            "Access-Control-Allow-Origin": "*",
            "Content-Language": ", ".join(code for code, _name in settings.LANGUAGES),
        },
    )
