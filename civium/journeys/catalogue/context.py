"""What the account library's pages are told of the offer: what somebody came for who must sign in first."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve

from civium.foundation.design.showing import reading_language
from civium.foundation.kit.languages import pick_text
from civium.foundation.kit.refusals import NotFound

from .queries import get_offer


def service_wanted(request: HttpRequest) -> dict[str, Any]:
    """The title of the service that the visitor is about to apply for, when the page after this one is its start."""
    following = request.POST.get("next") or request.GET.get("next") or ""
    if "/apply/" not in following:
        return {}
    try:
        match = resolve(urlsplit(following).path)
        offer = get_offer(str(match.kwargs.get("service", "")))
    except (Resolver404, NotFound, ValueError):
        return {}
    if match.view_name != "applications:start" or offer.is_withdrawn:
        return {}
    return {"service_wanted": pick_text(offer.texts_of("title"), reading_language())}
