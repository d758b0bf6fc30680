"""Where the account library's protocols end: what a provider said goes to our own pages, and nothing into the library's tables."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthError
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from civium.foundation.kit.refusals import NotFound

from ..queries import get_identity, the_identities
from ..rules import Proof, proof_of
from ..schema import OpenIdIdentity, SamlIdentity
from .saml import StrictSamlProvider
from .saml import app_of as saml_app_of

if TYPE_CHECKING:
    import requests

log = logging.getLogger(__name__)
# Where the session keeps what a provider said until the person has decided what to do with it.
ARRIVED = "federation_arrived"
WENT_WRONG = "federation_went_wrong"


class Identities(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Providers come from the file of identities; whoever comes from one is led to our own page."""

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        try:
            identity = get_identity(provider if client_id is None or provider != "saml" else client_id)
        except NotFound:
            raise SocialApp.DoesNotExist from None
        if isinstance(identity, OpenIdIdentity):
            from .openid_connect import StrictOpenIdProvider, app_of

            return StrictOpenIdProvider(request, app=app_of(identity))
        return StrictSamlProvider(request, app=saml_app_of(identity))

    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> SocialApp:
        """What the library's SAML addresses ask for."""
        known = [
            each for each in the_identities() if isinstance(each, SamlIdentity) and each.name == client_id
        ]
        if provider != "saml" or not known:
            raise SocialApp.DoesNotExist
        return saml_app_of(known[0])

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """None of the library's own: its pages about them are not ours."""
        return []

    def get_requests_session(self) -> requests.Session:
        """The one way out: only to the providers' own hosts, without following them elsewhere, and not for long."""
        from .asking import provider_session

        return provider_session()

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> NoReturn:
        """Keep what the provider said and go to our page. The library's own flows (and its tables) are not used."""
        state = sociallogin.state
        proof = self._proof(sociallogin)
        request.session[ARRIVED] = {
            "proof": proof.as_words(),
            "next": state.get("next") or "",
            "level": state.get("level", "account"),
        }
        raise ImmediateHttpResponse(_to("federation:arrived", state))

    def _proof(self, sociallogin: Any) -> Proof:
        identity = get_identity(sociallogin.provider.app.provider_id)
        if isinstance(identity, SamlIdentity):
            return _said_by_saml(identity, sociallogin.account.extra_data)
        said: Mapping[str, Any] = sociallogin.account.extra_data["id_token"]
        expected = sociallogin.state.get("nonce")
        if not expected or said.get("nonce") != expected:
            raise PermissionDenied
        return proof_of(
            identity,
            said,
            issuer=getattr(identity, "formerly", "") or str(said["iss"]),
            subject=str(said["sub"]),
            level=said.get(identity.claims.level),
            now=timezone.now(),
        )

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> NoReturn:
        """To our page that says what happened. The log gets the kind of error and no word of what the provider said."""
        state = (extra_context or {}).get("state") or {}
        if error == AuthError.CANCELLED:
            what = "cancelled"
        elif not state:
            what = "unknown"
        elif isinstance(exception, OSError):  # among them whatever requests raises
            what = "unreachable"
        else:
            what = "refused"
        if what in ("unreachable", "refused"):
            kind = type(exception).__name__ if exception else "the provider's own error"
            log.warning("sign-in with %s failed: %s", provider.app.provider_id, kind)
        request.session[WENT_WRONG] = {
            "what": what,
            "next": state.get("next") or "",
            "level": state.get("level", "account"),
        }
        raise ImmediateHttpResponse(_to("federation:went_wrong", state))


def _said_by_saml(identity: SamlIdentity, found: Mapping[str, Any]) -> Proof:
    """What the assertion says. Without a lasting name of the person it says nothing."""
    if not found["subject"]:
        raise PermissionDenied
    return proof_of(
        identity,
        found["saml"],
        issuer=identity.entity,
        subject=found["subject"],
        level=found["level"],
        now=timezone.now(),
    )


def _to(name: str, state: Mapping[str, Any]) -> Any:
    """To one of our pages, in the language in which the person left."""
    language = state.get("language")
    if language not in dict(settings.LANGUAGES):
        return redirect(name)
    with override(language):
        return redirect(reverse(name))
