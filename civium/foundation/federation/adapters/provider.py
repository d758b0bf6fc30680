"""The account library's OpenID provider, as this town is one: few claims, one name of a person per system, keys from the key folder."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client, PrivateKey
from django.conf import settings
from django.core.exceptions import ValidationError

from civium.foundation.identity.models import Person
from civium.foundation.privacy.actions.declare_reading import declare_reading, note_shown
from civium.foundation.vault.actions.make_token_key import make_token_key
from civium.foundation.vault.queries import find_token_keys

from ..models import SystemConsent
from ..rules import ACR, SCOPES

KEY: Final = "sign-in-key"
# What the library could do and this town does not.
_NOT_OFFERED: Final = ("device_authorization_endpoint", "end_session_endpoint", "registration_endpoint")


class TownAsProvider(DefaultOIDCAdapter):  # type: ignore[misc]
    """What sister systems are told, and of whom."""

    def get_issuer(self) -> str:
        return str(settings.CIVIUM_ORIGIN)

    def list_private_keys(self, *, did_activate: Any = None, is_active: Any = None) -> list[PrivateKey]:
        """The signing key, then earlier ones that still vouch; made when there is none."""
        make_token_key(KEY)
        return [PrivateKey(pem=pem) for pem in find_token_keys(KEY)]

    def get_signing_key(self) -> PrivateKey:
        return self.list_private_keys()[0]

    def get_user_sub(self, client: Client, user: Person) -> str:
        """What this system calls the person; nobody without a consent has a name there."""
        return str(SystemConsent.objects.get(system=client, person=user).subject)

    def get_user_by_sub(self, client: Client, sub: str) -> Person | None:
        """The person whom the system calls so, as long as they let it."""
        try:
            consent = SystemConsent.objects.select_related("person").filter(
                system=client, subject=sub, ended_at=None
            )
            found = consent.first()
        except (ValueError, TypeError, ValidationError):
            return None
        return found.person if found is not None and found.person.is_active else None

    def get_claims(
        self,
        purpose: str,
        user: Person,
        client: Client,
        scopes: Iterable[str],
        email: str | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """The least that the scopes name: a name as one word, the confirmed address, how sure we are."""
        claims: dict[str, Any] = {"sub": self.get_user_sub(client, user)}
        declare_reading(of=user.pk, purpose="sign-in-elsewhere", by=None, channel="api")
        if "profile" in scopes:
            claims["name"] = user.name
        if "email" in scopes:
            address = EmailAddress.objects.filter(user=user, primary=True, verified=True).first()
            if address:
                note_shown({"contact"}, of=user.pk)
                claims |= {"email": address.email, "email_verified": True}
        if "assurance" in scopes:
            claims["acr"] = ACR[user.assurance]
        return claims

    def populate_server_metadata(self, data: dict[str, Any]) -> None:
        """Only what is offered here, on the site's own origin."""
        for name in _NOT_OFFERED:
            data.pop(name, None)
        for name, value in data.items():
            if name.endswith("_endpoint") or name == "jwks_uri":
                data[name] = settings.CIVIUM_ORIGIN + urlsplit(str(value)).path
        data |= {
            "scopes_supported": ["openid", *SCOPES],
            "grant_types_supported": ["authorization_code"],
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "acr_values_supported": list(ACR.values()),
        }
