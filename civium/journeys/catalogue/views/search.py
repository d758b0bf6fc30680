"""The page that answers what somebody typed. From memory: no query, no session."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from civium.engines.search.schema import Reason
from civium.foundation.design.showing import reading_language
from civium.foundation.identity.policy import anyone, open_to

from ..queries import Listing, get_listed, search_offers

LONGEST_QUERY = 200


@dataclass(frozen=True)
class Result:
    """A service among the results, and the words of it that answer the query."""

    offer: Listing
    because: tuple[str, ...]


@open_to(anyone)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The services that answer what somebody typed; never a dead end."""
    query = " ".join(request.GET.get("q", "").split())[:LONGEST_QUERY]
    found = search_offers(query, language=reading_language())
    results = [Result(get_listed(hit.id), _reasons(hit.because)) for hit in found.hits]
    shown = {"query": query, "results": results, "did_you_mean": found.did_you_mean}
    return render(request, "catalogue/search.html", shown)


def _reasons(because: tuple[Reason, ...]) -> tuple[str, ...]:
    """The words that matched and that the result does not show anyway."""
    return tuple(reason.word for reason in because if reason.field == "keywords")
