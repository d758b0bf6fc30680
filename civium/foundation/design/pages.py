"""The pages that answer when a view cannot: refusals and defects, in one shape and without asking the database."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from civium.foundation.kit.refusals import NotFound, Refusal

# Seconds after which to ask again when the database could not answer.
RETRY_AFTER: Final = 30
# In a session: its person came back to the visit of theirs that ended in this browser (identity.freshness notes it).
CAME_BACK: Final = "came_back"


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


def try_again_page(request: HttpRequest, reference: str, *, may_resend: bool) -> HttpResponse:
    """The database was locked, full or gone: nothing was done, and one press does it. What was typed waits in the page's button.

    Passwords and files do not: those are asked for again. ``may_resend`` is for when surely nothing was done.
    """
    headers = {"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"}
    if request.headers.get("Accept", "").startswith("application/json"):
        words = str(_("This did not work just now"))
        page: HttpResponse = JsonResponse({"message": words}, status=503, headers=headers)
    else:
        typed = _typed(request) if may_resend else []
        address = request.get_full_path() if typed else _page_before(request)
        shown = {"reference": reference, "calm": True, "typed": typed, "address": address}
        try:
            page = render(request, "design/try_again.html", shown, status=503)
        except Exception:  # the layout may need what is gone: say it without a template
            page = HttpResponse(
                _("This did not work just now"),
                status=503,
                content_type="text/plain; charset=utf-8",
            )
        for name, value in headers.items():
            page[name] = value
    page._has_been_logged = True  # type: ignore[attr-defined]
    return page


def send_once_more_page(request: HttpRequest) -> HttpResponse | None:
    """What was sent from a page of ours that was older than its sender's sign-in, to be sent by one press; None for anything else.

    The browser itself says that the page was ours: no other site can have made this request.
    """
    is_ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    is_page = request.headers.get("Sec-Fetch-Mode") == "navigate"
    typed = [(name, value) for name, value in _fields(request) if name != "csrfmiddlewaretoken"]
    # The page was of whoever is signed in now: the visit that ended in this browser was theirs.
    if not (is_ours and is_page and typed and request.session.get(CAME_BACK)):
        return None
    files = [(name, len(each) > 1) for name, each in request.FILES.lists()]
    shown = {"typed": typed, "files": files, "address": request.get_full_path()}
    page = render(request, "design/send_once_more.html", shown, status=403)
    page["Cache-Control"] = "no-store"
    return page


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """The form as it was sent, to be sent once more; nothing when a part of it must not, or cannot, stand in a page."""
    return [] if request.FILES else _fields(request)


def _fields(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a form in order; none when a password is among them."""
    if any("password" in name for name in request.POST):
        return []
    return [(name, value) for name, values in request.POST.lists() for value in values]


def _page_before(request: HttpRequest) -> str:
    """Where the form that was sent stands, as far as the browser says so; of a page that was asked for, the page itself."""
    before = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        before, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return before if request.method == "POST" and is_ours else request.get_full_path()
