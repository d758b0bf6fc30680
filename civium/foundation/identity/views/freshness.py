"""Proving once more who one is, before what must be safe."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from civium.foundation.identity.freshness import (
    fields_of,
    find_waiting,
    forget_waiting,
    keep_waiting,
    written_in,
)
from civium.foundation.identity.policy import (
    SignedInRequest,
    freshly_signed_in,
    is_freshly_signed_in,
    open_to,
    signed_in,
)
from civium.foundation.kit.paths import is_of_this_site


@open_to(signed_in)
@require_http_methods(["GET", "POST"])
def confirm(request: SignedInRequest) -> HttpResponse:
    """Lead to the best way this person has to show that it is still them. Whoever has none here signs in anew."""
    there = _onward(request)
    if is_freshly_signed_in(request):
        return redirect(there)
    ways = get_adapter().get_reauthentication_methods(request.user)
    if ways:
        return redirect(f"{ways[0]['url']}?{urlencode({'next': there})}")
    if request.method == "POST":
        waiting = find_waiting(request)
        logout(request)
        if waiting is not None:
            keep_waiting(request, waiting)
        return redirect(f"{reverse('account_login')}?{urlencode({'next': there})}")
    return render(request, "identity/sign_in_anew.html", {"onward": there})


@open_to(freshly_signed_in(to_read_too=True))
@require_GET
def onward(request: SignedInRequest) -> HttpResponse:
    """What was being sent when we asked who this is, to be sent now. The page itself changes nothing."""
    waiting = find_waiting(request)
    forget_waiting(request)
    if waiting is None:
        return redirect("portal:my_page")
    return render(
        request,
        "identity/onward.html",
        {
            "address": waiting["address"],
            "typed": fields_of(waiting),
            "written": written_in(waiting),
            "files": waiting["files"],
            "back": waiting["came_from"],
        },
    )


def _onward(request: HttpRequest) -> str:
    """Where to go on: a place of this site, or one's own page."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    return wanted if is_of_this_site(wanted) else resolve_url("portal:my_page")
