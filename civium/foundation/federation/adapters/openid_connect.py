"""OpenID Connect towards the identities of the file: the account library's protocol, with every check of the standard.

The library trusts a token that came straight from the token endpoint; here its signature, issuer, audience, time and nonce
are checked all the same (OpenID Connect Core 1.0, 3.1.3.7), and how sure the provider is (``acr``) is part of the answer.
"""

from __future__ import annotations

from typing import Any, Final

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from civium.foundation.vault.queries import read_secret

from ..rules import LONGEST_SUBJECT
from ..schema import OpenIdIdentity

# Signatures that only the provider can make. Never "none", nor one that shares a secret.
SIGNED_WITH: Final = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
]
CLOCKS_DIFFER_BY: Final = 60


def app_of(identity: OpenIdIdentity) -> SocialApp:
    """The identity as the account library knows it; never saved."""
    return SocialApp(
        provider="openid_connect",
        provider_id=identity.name,
        name=identity.name,
        client_id=identity.client,
        secret=read_secret(identity.secret) if identity.secret else "",
        settings={
            "server_url": identity.issuer,
            "issuer": identity.issuer,
            "oauth_pkce_enabled": True,
            "scope": list(identity.scopes),
            "fetch_userinfo": identity.ask_user_info,
            **({} if identity.secret else {"token_auth_method": "none"}),
        },
    )


class StrictOpenIdAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Talks to the provider's endpoints and believes only what is signed for us."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """The provider's own description, whose issuer must be the one that we were told (OpenID Connect Discovery 1.0, 4.3)."""
        if not hasattr(self, "_openid_config"):
            self._openid_config = self._fetch_description()
        return self._openid_config

    def _fetch_description(self) -> dict[str, Any]:
        provider = self.get_provider()
        found = _ask(provider.server_url)
        if not isinstance(found, dict) or found.get("issuer") != provider.app.settings["issuer"]:
            raise OAuth2Error("the provider describes another issuer")
        missing = {"authorization_endpoint", "token_endpoint", "jwks_uri"} - found.keys()
        if missing:
            raise OAuth2Error("the provider's description lacks an endpoint")
        return found

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """One address for all languages, for the provider to know beforehand; on the site's own origin whatever the request says."""
        return settings.CIVIUM_ORIGIN + reverse("federation_machine:back", args=[self.provider_id])

    def parse_token(self, data: dict[str, Any]) -> Any:
        if not isinstance(data.get("access_token"), str) or not isinstance(data.get("id_token"), str):
            raise OAuth2Error("no tokens")
        return super().parse_token({"access_token": data["access_token"]})

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> Any:
        """What the provider says of the person: the signed token, and what it tells about the same subject beside it."""
        claims = self._decode_id_token(app, kwargs["response"]["id_token"])
        said = dict(claims)
        if app.settings["fetch_userinfo"]:
            more = self._fetch_user_info(token.token)
            if not isinstance(more, dict) or more.get("sub") != claims["sub"]:
                raise OAuth2Error("the provider told us about somebody else")
            said = {**more, **claims}
        return self.get_provider().sociallogin_from_response(request, {"id_token": said})

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        published = _ask(self.openid_config["jwks_uri"])
        try:
            claims = jwt.decode(
                id_token,
                key=_key_for(id_token, published),
                algorithms=SIGNED_WITH,
                audience=app.client_id,
                issuer=app.settings["issuer"],
                leeway=CLOCKS_DIFFER_BY,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except (jwt.PyJWTError, TypeError, ValueError, KeyError, AttributeError) as error:
            raise OAuth2Error("the token is not good") from error
        meant_for_others = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", app.client_id if not meant_for_others else None) != app.client_id:
            raise OAuth2Error("the token was made for another client")
        if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= LONGEST_SUBJECT:
            raise OAuth2Error("the token names nobody")
        return dict(claims)


def _ask(url: str) -> Any:
    with get_adapter().get_requests_session() as session:
        answer = session.get(url)
        answer.raise_for_status()
        return answer.json()


def _key_for(token: str, published: Any) -> jwt.PyJWK:
    """The published key that the token says it was signed with; the only one where the token does not say."""
    keys = [key for key in jwt.PyJWKSet.from_dict(published).keys if key.public_key_use in (None, "sig")]
    kid = jwt.get_unverified_header(token).get("kid")
    fitting = [key for key in keys if key.key_id == kid] if kid else keys
    if len(fitting) != 1:
        raise OAuth2Error("the token's key is not published")
    return fitting[0]


class StrictOpenIdProvider(OpenIDConnectProvider):  # type: ignore[misc]
    """One identity of the file, as the account library's provider."""

    oauth2_adapter_class = StrictOpenIdAdapter

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Nothing is stored under this: the identity is found by its blind index."""
        return "-"

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        """None: an address that somebody else claims for a person opens nothing here."""
        return []

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}
