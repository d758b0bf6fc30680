""" "Is this for me?": the pages of a form that decide it, asked of anybody, before anything is begun. Nothing is kept."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from civium.engines.forms.rules import Form, Journey, PageReading, merge_answers
from civium.foundation.design.showing import reading_language
from civium.foundation.identity.policy import anyone, open_to
from civium.foundation.kit.refusals import NotFound
from civium.foundation.kit.town import the_town

from ..carrying import open_answers, seal_answers
from ..queries import Offer, find_listed, get_offer

SO_FAR = "so-far"


@open_to(anyone)
@require_safe
def check(request: HttpRequest, service: str) -> HttpResponse:
    """Where the check begins, and what came of it."""
    offer = get_offer(service)
    journey = _journey(request, offer)
    if journey.next_page is not None:
        return redirect(
            _address(offer, journey.next_page, request.GET.get(SO_FAR, "") if journey.answers else "")
        )
    shown = {
        "name": service,
        "said": offer.words(reading_language()),
        "answers": offer.eligibility.summary(
            journey.answers, language=reading_language(), today=journey.today
        )
        if offer.eligibility
        else [],
        "back": _address(offer, journey.page_names[-1], request.GET[SO_FAR]),
        "start": f"{reverse('applications:start', args=[service])}?{urlencode({'carry': request.GET[SO_FAR]})}",
    }
    return render(request, "catalogue/for_you.html", shown)


@open_to(anyone)
@require_http_methods(["GET", "POST"])
def check_page(request: HttpRequest, service: str, page: str) -> HttpResponse:
    """One page of the check. What was answered before is in the address, sealed."""
    offer = get_offer(service)
    journey = _journey(request, offer)
    form = _form(offer)
    if not journey.can_visit(page):
        return redirect("catalogue:check", service=service)
    if request.method == "GET" or journey.state(page).page.stops:
        return _show(request, offer, journey, page)
    reading = form.read_page(page, journey, request.POST, language=reading_language())
    if not reading.is_fine:
        return _show(request, offer, journey, page, reading)
    after = form.journey(merge_answers(journey.answers, reading.values), today=journey.today)
    so_far = seal_answers(service, after.answers, at=timezone.now())
    following = after.after(page)
    return redirect(_address(offer, following, so_far))


def _form(offer: Offer) -> Form:
    if offer.eligibility is None or offer.is_withdrawn:
        raise NotFound
    return offer.eligibility


def _journey(request: HttpRequest, offer: Offer) -> Journey:
    now = timezone.now()
    answers = open_answers(offer.name, request.GET.get(SO_FAR, ""), at=now)
    return _form(offer).journey(answers, today=the_town().today(now))


def _address(offer: Offer, page: str | None, so_far: str) -> str:
    """A page of the check, or where it ends, with the answers so far."""
    at = (
        reverse("catalogue:check_page", args=[offer.name, page])
        if page
        else reverse("catalogue:check", args=[offer.name])
    )
    return f"{at}?{urlencode({SO_FAR: so_far})}" if so_far else at


def _show(
    request: HttpRequest, offer: Offer, journey: Journey, page: str, reading: PageReading | None = None
) -> HttpResponse:
    language = reading_language()
    template, shown = _form(offer).show_page(page, journey, language=language, reading=reading)
    before = journey.before(page)
    so_far = request.GET.get(SO_FAR, "")
    context: dict[str, Any] = {
        **shown,
        "service_title": offer.words(language).title,
        "back": _address(offer, before, so_far)
        if before
        else reverse("catalogue:service", args=[offer.name]),
    }
    if journey.state(page).page.stops:
        template = "catalogue/not_for_you.html"
        context["instead"] = _instead(offer, page)
    status = 422 if reading is not None and reading.errors else 200
    response = render(request, template, context, status=status)
    # What the page shows may come from sealed answers: only this visitor's own browser may come back to it.
    response["Cache-Control"] = "private, no-cache"
    return response


def _instead(offer: Offer, page: str) -> list[Any]:
    """The services that the document names for whoever is stopped at this page, as far as they are there."""
    chosen = offer.document.eligibility
    names = chosen.instead.get(page, ()) if chosen else ()
    listed = {listing.name: listing for listing in find_listed()}
    return [listed[name] for name in names if name in listed]
