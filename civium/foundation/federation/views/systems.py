"""Sister systems: asking the person, what they agreed to, and the administrator's list."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from allauth.idp.oidc.models import Client
from allauth.idp.oidc.views import AuthorizationView
from django.conf import settings
from django.contrib import messages
from django.db import transaction
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

from ..actions.consent import end_consent, sign_in_to_system
from ..actions.register_system import AddressNotGood, SystemNameMissing, register_system, remove_system
from ..models import SystemConsent
from ..queries import find_consents_of, find_systems, get_consent, get_system, has_consented
from ..rules import SCOPES


class _Asking(AuthorizationView):  # type: ignore[misc]
    """The library checks the request and answers it; whether the person agrees is asked, and kept, here."""

    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.GET.get("code_challenge_method") != "S256" or not request.GET.get("code_challenge"):
            return render(request, "federation/system_wrong.html", status=400)
        return self._worded(super().get(request, *args, **kwargs))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self._worded(super().post(request, *args, **kwargs))

    def _worded(self, answer: HttpResponseBase) -> HttpResponseBase:
        """The library's own page about a request that is not right, in our words: nobody is sent on from it."""
        is_sent_on = answer.status_code == 302 or getattr(answer, "is_ours", False)
        if is_sent_on or answer.status_code >= 400:
            return answer
        return render(self.request, "federation/system_wrong.html", status=400)

    def render_to_response(self, context: dict[str, Any], **response_kwargs: Any) -> HttpResponseBase:
        person, system = self.request.user, Client.objects.get(id=self._request_info["client_id"])
        may_be_known = self.request.method == "GET" and "consent" not in (
            self._request_info.get("prompt") or ()
        )
        if may_be_known and has_consented(person, system=system.id, scopes=self._scopes):
            form = self.form_class(
                **{**self.get_form_kwargs(), "data": {"scopes": self._scopes, "request": "agreed"}}
            )
            form.full_clean()
            answer: HttpResponseBase = self.form_valid(form)
            return answer
        back = urlsplit(self._request_info["redirect_uri"])
        page = render(
            self.request,
            "federation/consent.html",
            {
                "system": system,
                "place": back.netloc,
                "learns": _learns(self._scopes),
                "scopes": self._scopes,
                "signed": context["form"].initial.get("request"),
            },
        )
        # Browsers hold the redirect that answers a form to form-action too: this page alone may lead to this one place.
        page._csp_update = {"form-action": [f"{back.scheme}://{back.netloc}"]}  # type: ignore[attr-defined]
        page.is_ours = True  # type: ignore[attr-defined]
        return page

    def form_valid(self, form: Any) -> HttpResponseBase:
        scopes = sorted({"openid", *form.cleaned_data["scopes"]} & set(self._scopes))
        form.cleaned_data["scopes"] = scopes
        system = get_system(self._request_info["client_id"])
        with transaction.atomic():
            sign_in_to_system(
                self.request.user, system=system, scopes=scopes, by=self.request.user, at=timezone.now()
            )
            answer: HttpResponseBase = super().form_valid(form)
        return answer


asking = csrf_exempt(open_to(signed_in)(never_cache(_Asking.as_view())))
asking.__module__ = __name__


def _learns(scopes: Any) -> list[Any]:
    return [words for scope, words in SCOPES.items() if scope in scopes]


@open_to(signed_in)
@require_GET
def consents(request: SignedInRequest) -> HttpResponse:
    """The systems that may sign one in, and what each learns."""
    rows = [{"it": each, "learns": _learns(each.scope_names)} for each in find_consents_of(request.user)]
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
                    "learns": _learns(each.get_scopes()),
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
