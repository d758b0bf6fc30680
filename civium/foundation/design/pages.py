"""The pages that answer when a view cannot: refusals and defects, in one shape and without asking the database."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from civium.foundation.kit.refusals import NotFound, Refusal


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal in its own words; as JSON for a script that asked for it."""
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"message": str(refusal.message)}, status=refusal.status)
    if refusal.status == NotFound.status:
        return render(request, "design/not_found.html", {"way_on": refusal.what_next}, status=404)
    return render(request, "design/refused.html", {"refusal": refusal}, status=refusal.status)


def went_wrong_page(request: HttpRequest, reference: str) -> HttpResponse:
    """The defect's page, with the reference that the log has."""
    try:
        page = render(request, "design/went_wrong.html", {"reference": reference, "calm": True}, status=500)
        page._has_been_logged = True  # type: ignore[attr-defined]  # once, with its reference, is enough
        return page
    except Exception:  # the page about a defect must not be a defect: say it without a template
        text = _(
            "Something went wrong on our side. Please try again in a few minutes. Reference: {reference}"
        )
        return HttpResponse(
            text.format(reference=reference), status=500, content_type="text/plain; charset=utf-8"
        )
