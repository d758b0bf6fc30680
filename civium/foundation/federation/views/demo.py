"""The demo identity's addresses: what machines ask it, and the page where one chooses whom to be. No other town has them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from civium.foundation.identity.policy import demo_town, open_to

from ..adapters import demo


@open_to(demo_town)
@require_GET
def description(request: HttpRequest) -> JsonResponse:
    """Where everything is."""
    return JsonResponse(demo.description())


@open_to(demo_town)
@require_GET
def keys(request: HttpRequest) -> JsonResponse:
    """What its signatures are checked with."""
    return JsonResponse(demo.keys())


@open_to(demo_town)
@require_http_methods(["GET", "POST"])
@never_cache
def authorize(request: HttpRequest) -> HttpResponse:
    """Choose whom to be, in the language that one came in; or go back without."""
    query = {name: str(value) for name, value in request.GET.items()}
    try:
        asked = demo.read_request(query)
    except demo.RequestWrong:
        return render(request, "federation/demo_wrong.html", status=400)
    choice = request.POST.get("who", "")
    resident = demo.find_resident(choice)
    if request.method == "POST" and (resident is not None or choice == "nobody"):
        found = (
            {"code": demo.give_code(asked, resident, at=timezone.now())}
            if resident is not None
            else {"error": "access_denied"}
        )
        return HttpResponseRedirect(f"{asked.redirect_uri}?{urlencode({**found, 'state': asked.state})}")
    language = asked.language if translation.check_for_language(asked.language) else "en"
    with translation.override(language):
        return render(
            request, "federation/demo_authorize.html", {"residents": demo.RESIDENTS, "level": asked.level}
        )


@csrf_exempt
@open_to(demo_town)
@require_POST
@never_cache
def token(request: HttpRequest) -> JsonResponse:
    """Tokens for a code."""
    form = {name: str(value) for name, value in request.POST.items()}
    tokens = demo.redeem_code(form, at=timezone.now())
    if tokens is None:
        return JsonResponse({"error": "invalid_grant"}, status=400)
    return JsonResponse(tokens)


@open_to(demo_town)
@require_GET
@never_cache
def userinfo(request: HttpRequest) -> JsonResponse:
    """What is known of whom the token is about."""
    scheme, _space, access = request.headers.get("Authorization", "").partition(" ")
    found = demo.tell_about(access) if scheme.lower() == "bearer" else None
    if found is None:
        return JsonResponse({"error": "invalid_token"}, status=401)
    return JsonResponse(found)
