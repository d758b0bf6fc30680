"""A sister system asks for somebody's sign-in, and brings the code that it got: the library checks and answers, we ask the person."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.idp.oidc.internal.oauthlib.server import get_server
from allauth.idp.oidc.internal.oauthlib.utils import convert_response, extract_params
from allauth.idp.oidc.models import Client
from allauth.idp.oidc.views import AuthorizationView, TokenView
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from ..actions.consent import sign_in_to_system
from ..queries import get_system, has_consented
from .systems import learns


class Asking(AuthorizationView):  # type: ignore[misc]
    """The library checks the request and answers it; whether the person agrees is asked, and kept, here."""

    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.GET.get("code_challenge_method") != "S256" or not request.GET.get("code_challenge"):
            return render(request, "federation/system_wrong.html", status=400)
        # To the letter (RFC 9700, 2.1): the library lets parameters be added.
        system, back = (
            Client.objects.filter(id=request.GET.get("client_id", "")).first(),
            request.GET.get("redirect_uri"),
        )
        if system is not None and back and back not in system.get_redirect_uris():
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
                "learns": learns(self._scopes),
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


class Redeeming(TokenView):  # type: ignore[misc]
    """The library's answer to a system that brings a code, without the token that would renew the other: nobody here may."""

    def _create_token_response(self, request: HttpRequest, **_of_devices: Any) -> HttpResponseBase:
        server = get_server()
        for grant in (server.auth_grant, server.openid_connect_auth):
            grant.refresh_token = False
        answer: HttpResponseBase = convert_response(*server.create_token_response(*extract_params(request)))
        return answer
