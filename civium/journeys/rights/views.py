"""The pages of "My data"."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from civium.foundation.identity.policy import SignedInRequest, open_to, signed_in
from civium.journeys.catalogue.queries import find_offers
from civium.journeys.rights.rules import REQUEST_SERVICE


class Way(NamedTuple):
    """One thing that somebody can do about their data: a tile of the first page."""

    title: str
    text: str
    href: str
    icon: str
    tone: str


@open_to(signed_in)
@require_GET
def my_data(request: SignedInRequest) -> HttpResponse:
    """What somebody can know and do about their data, each in one line."""
    return render(request, "rights/my_data.html", {"ways": _ways()})


def _ways() -> list[Way]:
    """The pages that this town has: no line leads nowhere."""
    here = reverse("rights:my_data")
    offered = any(offer.name == REQUEST_SERVICE for offer in find_offers())
    ways = [
        Way(
            _("Who looked"),
            _("Everybody who read your data, when and why."),
            _page(f"{here}who-looked/"),
            "eye",
            "sea",
        ),
        Way(
            _("Take it with me"),
            _("Everything that we hold about you, in one file."),
            _page(f"{here}export/"),
            "download",
            "leaf",
        ),
        Way(
            _("Correct, limit or erase"),
            _("Tell us what is wrong, what we should stop, or what should go."),
            reverse("catalogue:service", args=[REQUEST_SERVICE]) if offered else "",
            "pencil",
            "sun",
        ),
        Way(
            _("What I agreed to"),
            _("Say yes or no to each thing. You can change your mind at any time."),
            _page(f"{here}consents/"),
            "check",
            "coral",
        ),
        Way(
            _("What we hold, and how long"),
            _("Every kind of data, why we have it, and when it goes."),
            _page(f"{here}held/"),
            "clock",
            "sea",
        ),
    ]
    return [way for way in ways if way.href]


def _page(address: str) -> str:
    """The address, when there is a page at it."""
    try:
        resolve(address)
    except Resolver404:
        return ""
    return address
