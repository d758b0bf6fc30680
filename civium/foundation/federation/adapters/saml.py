"""SAML 2.0 towards the identities of the file: the account library's protocol, with nothing unsigned believed."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from django.conf import settings
from django.http import HttpRequest

from civium.foundation.vault.queries import read_secret

from ..queries import get_identity
from ..rules import LONGEST_SUBJECT
from ..schema import SamlIdentity

PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"


def app_of(identity: SamlIdentity) -> SocialApp:
    """The identity as the account library knows it; never saved."""
    own = (
        {"private_key": read_secret(identity.key), "x509cert": read_secret(identity.own_certificate)}
        if identity.key and identity.own_certificate
        else {}
    )
    return SocialApp(
        provider="saml",
        provider_id=identity.name,
        name=identity.name,
        client_id=identity.name,
        settings={
            "idp": {
                "entity_id": identity.entity,
                "sso_url": identity.sign_in_at,
                "x509cert": read_secret(identity.certificate),
            },
            "advanced": {
                **own,
                "authn_request_signed": bool(own),
                "metadata_signed": bool(own),
                "want_assertion_signed": True,
                "want_name_id": not identity.subject,
                "name_id_format": PERSISTENT,
                "reject_idp_initiated_sso": True,
                "reject_deprecated_algorithm": True,
                # A town that is tried on one's own machine has a name without a dot.
                "allow_single_label_domains": settings.CIVIUM_DEMO,
            },
        },
    )


def describe_us(request: HttpRequest, identity: SamlIdentity) -> str:
    """What the provider is told of this site. The library would add an address for single logout, which we do not offer."""
    from allauth.socialaccount.providers.saml.utils import build_saml_config
    from onelogin.saml2.settings import OneLogin_Saml2_Settings

    said = build_saml_config(request, app_of(identity).settings, identity.name)
    del said["sp"]["singleLogoutService"]
    found = OneLogin_Saml2_Settings(settings=said, sp_validation_only=True).get_sp_metadata()
    return found.decode() if isinstance(found, bytes) else str(found)


class StrictSamlProvider(SAMLProvider):  # type: ignore[misc]
    """One identity of the file, as the account library's provider. What the assertion says goes to ``extra_data``, in memory."""

    # Where the library finds the addresses, which it builds for whichever provider is known first.
    package = "allauth.socialaccount.providers.saml"

    def extract_uid(self, data: Any) -> str:
        """Nothing is stored under this: the identity is found by its blind index."""
        return "-"

    def extract_extra_data(self, data: Any) -> dict[str, Any]:
        identity = get_identity(self.app.provider_id)
        assert isinstance(identity, SamlIdentity)
        said = {name: values[0] for name, values in data.get_attributes().items() if values}
        levels = data.get_last_authn_contexts()
        subject = said.get(identity.subject) if identity.subject else data.get_nameid()
        fits = isinstance(subject, str) and 0 < len(subject) <= LONGEST_SUBJECT
        # A name that is another one at each sign-in is nobody's.
        is_lasting = bool(identity.subject) or data.get_nameid_format() == PERSISTENT
        return {
            "saml": said,
            "subject": subject if fits and is_lasting else "",
            "level": levels[0] if len(levels) == 1 else None,
        }

    def extract_common_fields(self, data: Any) -> dict[str, Any]:
        return {}
