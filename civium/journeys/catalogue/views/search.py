"""The page that answers what somebody typed, what it suggests meanwhile, and whether it was this."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from django.contrib.messages import success
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from civium.engines.search.actions.keep_answer import keep_answer
from civium.engines.search.queries import in_language, suggest
from civium.engines.search.queries import search as search_everything
from civium.engines.search.rules import Piece, mark
from civium.engines.search.schema import HELP, LONGEST_QUERY, Hit, How, Reason
from civium.foundation.design.showing import reading_language
from civium.foundation.identity.policy import anyone, open_to
from civium.foundation.kit.languages import direction
from civium.foundation.kit.town import the_town

from ..queries import SEARCHED_AS, find_most_used

NEAREST = 3
_MOST_REASONS = 3
SHOWN = ("title", "summary")


class Result(NamedTuple):
    """Something that was found: its words with those marked that answer, and what else led to it.

    ``language`` is empty when it is the page's own.
    """

    href: str
    title: Sequence[Piece]
    summary: Sequence[Piece]
    language: str
    direction: str
    called: str
    because: Sequence[Reason]
    is_help: bool


def _query(request: HttpRequest) -> str:
    return " ".join(request.GET.get("q", "")[: LONGEST_QUERY * 4].split())[:LONGEST_QUERY]


@open_to(anyone)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What answers what somebody typed; never a dead end."""
    query, language = _query(request), reading_language()
    found = search_everything(query, language=language)
    shown = {
        "query": query,
        "results": [_result(hit, language) for hit in found.hits],
        "did_you_mean": found.did_you_mean,
        "near_words": found.near_words,
        "nearest": () if found.hits else find_most_used(limit=NEAREST),
        "asks": bool(query) and request.GET.get("said") is None,
        "said_no": request.GET.get("said") == "no",
    }
    return render(request, "catalogue/search.html", shown)


def _result(hit: Hit, language: str) -> Result:
    words, hit = {reason.word for reason in hit.because}, in_language(hit, language)
    is_foreign = hit.language != language
    return Result(
        href=_address(hit, language),
        title=mark(hit.title, words, hit.language),
        summary=mark(hit.summary, words, hit.language),
        language=hit.language if is_foreign else "",
        direction=direction(hit.language) if is_foreign else "",
        called=" · ".join(
            reason.word for reason in hit.because if reason.how is How.SAME and reason.field not in SHOWN
        ),
        because=[reason for reason in hit.because if reason.how is not How.SAME][:_MOST_REASONS],
        is_help=hit.source == HELP,
    )


def _address(hit: Hit, language: str) -> str:
    if hit.source == SEARCHED_AS:
        return reverse("catalogue:service", args=[hit.id])
    return f"/{language}{hit.address}"


@open_to(anyone)
@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """What somebody may be about to ask for, while they type."""
    language = reading_language()
    found = suggest(_query(request), language=language)
    return JsonResponse(
        {
            "options": [
                {
                    "name": hit.title,
                    "href": _address(hit, language),
                    "language": hit.language,
                    "direction": direction(hit.language),
                }
                for hit in (in_language(each, language) for each in found.hits)
            ]
        }
    )


@open_to(anyone)
@require_POST
def search_answer(request: HttpRequest) -> HttpResponse:
    """Somebody says whether a search found what they need."""
    query = " ".join(request.POST.get("q", "")[: LONGEST_QUERY * 4].split())[:LONGEST_QUERY]
    was_it = request.POST.get("was_it") == "yes"
    today = the_town().today(timezone.now())
    keep_answer(query, language=reading_language(), was_it=was_it, today=today)
    if was_it:
        success(request, _("Thank you. That helps us."))
    else:
        success(
            request,
            _("Thank you. The people who write these pages will see it. Below are other ways to go on."),
        )
    return redirect(
        f"{reverse('catalogue:search')}?{urlencode({'q': query, 'said': 'yes' if was_it else 'no'})}"
    )
