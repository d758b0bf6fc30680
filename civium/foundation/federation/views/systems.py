"""Sister systems: asking the person, what they agreed to, and the administrator's list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from civium.foundation.identity.policy import (
    SignedInRequest,
    freshly_signed_in,
    open_to,
    signed_in,
    staff,
)
from civium.foundation.kit.refusals import NotFound

from ..actions.consent import end_consent
from ..actions.register_system import AddressNotGood, SystemNameMissing, register_system, remove_system
from ..models import SystemConsent
from ..queries import find_consents_of, find_systems, get_consent, get_system
from ..rules import SCOPES

# Any site may lead here, also with a form. None of it waits for a sign-in to be sent afterwards: the page asks anew.
_ASKED_ANEW = replace(signed_in, turned_away=lambda request: None)


@csrf_exempt
@open_to(_ASKED_ANEW)
@never_cache
def asking(request: SignedInRequest) -> HttpResponseBase:
    """A system asks to sign somebody in. The library's protocol is imported when one does."""
    from .asking import Asking

    answer: HttpResponseBase = Asking.as_view()(request)
    return answer


def token(request: HttpRequest) -> HttpResponseBase:
    """The library's answer to a system that brings a code; without the second token, which would renew the first and never may."""
    from .asking import Redeeming

    answer: HttpResponseBase = Redeeming.as_view()(request)
    return answer


def learns(scopes: Any) -> list[Any]:
    """What a system learns with these scopes, in words."""
    return [words for scope, words in SCOPES.items() if scope in scopes]


@open_to(signed_in)
@require_GET
def consents(request: SignedInRequest) -> HttpResponse:
    """The systems that may sign one in, and what each learns."""
    rows = [{"it": each, "learns": learns(each.scope_names)} for each in find_consents_of(request.user)]
    return render(request, "federation/consents.html", {"consents": rows})


@open_to(signed_in)
@require_http_methods(["GET", "POST"])
def end(request: SignedInRequest, id: UUID) -> HttpResponse:
    """End one, after a question."""
    consent = get_consent(id, for_=request.user)
    if request.method == "GET":
        return render(request, "federation/end_consent.html", {"system": consent.system})
    end_consent(consent, by=request.user, at=timezone.now())
    messages.success(request, _("%(name)s cannot sign you in any more.") % {"name": consent.system.name})
    return redirect("federation:consents")


_administrator = staff("administrator")


@open_to(freshly_signed_in(_administrator))
@require_http_methods(["GET", "POST"])
@never_cache
def systems(request: SignedInRequest) -> HttpResponse:
    """The administrator's list; register another. Its secret is shown once, on the page that answers."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            system, secret = register_system(
                name=request.POST.get("name", ""),
                addresses=request.POST.get("addresses", "").splitlines(),
                scopes=request.POST.getlist("scopes"),
                by=request.user,
                at=timezone.now(),
            )
        except (SystemNameMissing, AddressNotGood) as refusal:
            errors = {"name" if isinstance(refusal, SystemNameMissing) else "addresses": str(refusal.message)}
        else:
            return render(
                request,
                "federation/system_made.html",
                {"system": system, "secret": secret, "origin": settings.CIVIUM_ORIGIN},
            )
    return render(
        request,
        "federation/systems.html",
        {
            "systems": [
                {
                    "it": each,
                    "learns": learns(each.get_scopes()),
                    "addresses": each.get_redirect_uris(),
                    "people": SystemConsent.objects.filter(system=each, ended_at=None).count(),
                }
                for each in find_systems()
            ],
            "scopes_items": [{"value": scope, "text": words} for scope, words in SCOPES.items()],
            "errors": errors,
            "typed": {
                "name": request.POST.get("name", ""),
                "addresses": request.POST.get("addresses", ""),
                "scopes": request.POST.getlist("scopes"),
            },
        },
        status=422 if errors else 200,
    )


@open_to(freshly_signed_in(_administrator))
@require_http_methods(["GET", "POST"])
def remove(request: SignedInRequest, id: str) -> HttpResponse:
    """Remove a system, after a question."""
    system = get_system(id)
    if request.method == "GET":
        return render(request, "federation/remove_system.html", {"system": system})
    name = system.name
    remove_system(system, by=request.user, at=timezone.now())
    messages.success(request, _("%(name)s signs nobody in any more.") % {"name": name})
    return redirect("federation:systems")


@open_to(signed_in)
def not_offered(request: HttpRequest, **_words: str) -> HttpResponse:
    """What the library could do and this town does not."""
    raise NotFound
