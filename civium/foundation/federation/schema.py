"""The grammar of the file that names the identities people may sign in with. It holds no secret: it says which file does."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    IPvAnyNetwork,
    StringConstraints,
    field_validator,
    model_validator,
)

from civium.foundation.kit.outgoing import Allowed
from civium.foundation.kit.town import Texts

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
SecretName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{0,79}$")]
HostName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$")]
LOOPBACK: Final = ("127.0.0.0/8", "::1/128")
Level = Literal["account", "verified", "high"]

EIDAS: Final = "http://eidas.europa.eu/LoA/"
# Commission Implementing Regulation (EU) 2015/1502: "low" says little about who somebody is.
EIDAS_LEVELS: Final[dict[str, Level]] = {
    f"{EIDAS}low": "account",
    f"{EIDAS}substantial": "verified",
    f"{EIDAS}high": "high",
}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Claims(_Part):
    """What the provider calls the things that we use."""

    name: str = "name"
    given_name: str = "given_name"
    family_name: str = "family_name"
    born_on: str = "birthdate"
    number: str = ""
    email: str = "email"
    level: str = "acr"


class _Identity(_Part):
    """One identity that people may sign in with. ``levels`` maps the provider's levels of assurance to ours."""

    name: Name
    title: Texts
    levels: dict[str, Level] = Field(default_factory=lambda: dict(EIDAS_LEVELS))
    claims: Claims = Claims()

    def level_of(self, claimed: object) -> Level:
        """How sure we are of somebody of whom the provider says this. What we were not told to trust proves nothing."""
        known = self.levels.get(claimed) if isinstance(claimed, str) else None
        return known or "account"

    def reaches(self, wanted: str) -> bool:
        """Whether this identity can make us as sure as that at all."""
        return any(RANK[level] >= RANK[wanted] for level in self.levels.values())

    def asks_for(self, wanted: str) -> list[str]:
        """The provider's names of the levels that are enough, the weakest first: nobody is asked for more than is needed."""
        enough = [
            (RANK[level], claimed) for claimed, level in self.levels.items() if RANK[level] >= RANK[wanted]
        ]
        return [claimed for _rank, claimed in sorted(enough)]


RANK: Final[dict[str, int]] = {"none": 0, "account": 0, "verified": 1, "high": 2}


def _is_secure(url: str) -> bool:
    parts = urlsplit(url)
    at_home = parts.hostname in ("localhost", "127.0.0.1")
    return bool(parts.netloc) and (parts.scheme == "https" or (parts.scheme == "http" and at_home))


class OpenIdIdentity(_Identity):
    """An identity by OpenID Connect. ``secret`` is the name of a file in the key folder; none: PKCE alone.

    ``formerly``: the issuer under which people became known here, when the provider has moved since. The site asks nobody but the
    issuer's host and ``hosts``, others of the provider such as ``keys.example.org``; ``networks``: where they may lie although that
    is not the open internet, such as ``10.4.0.0/16``.
    """

    protocol: Literal["openid-connect"]
    issuer: str
    client: str
    secret: SecretName | None = None
    scopes: tuple[str, ...] = ("openid", "profile")
    ask_user_info: bool = True
    formerly: str = ""
    hosts: tuple[HostName, ...] = ()
    networks: tuple[IPvAnyNetwork, ...] = ()

    @field_validator("issuer")
    @classmethod
    def _issuer_is_secure(cls, issuer: str) -> str:
        if not _is_secure(issuer):
            raise ValueError("an issuer is an https address")
        return issuer.rstrip("/")

    @property
    def places(self) -> list[Allowed]:
        """Where the site may ask on this identity's account. On this very machine there is no need to encrypt."""
        issuer = urlsplit(self.issuer)
        is_encrypted = issuer.scheme == "https"
        host, port = issuer.hostname or "", issuer.port or (443 if is_encrypted else 80)
        networks = tuple(str(network) for network in self.networks)
        if not is_encrypted:
            networks += LOOPBACK
        own = Allowed(host, port, networks, encrypted=is_encrypted)
        return [own, *(Allowed(each, 443, networks) for each in self.hosts)]


class SamlIdentity(_Identity):
    """An identity by SAML 2.0. ``certificate`` is the file of the key folder with the provider's certificate (PEM).

    ``key`` and ``own_certificate``: files with which our requests are signed, and what comes to us is opened.
    """

    protocol: Literal["saml"]
    entity: str
    sign_in_at: str
    certificate: SecretName
    key: SecretName | None = None
    own_certificate: SecretName | None = None
    subject: str = ""

    @field_validator("sign_in_at")
    @classmethod
    def _place_is_secure(cls, sign_in_at: str) -> str:
        if not _is_secure(sign_in_at):
            raise ValueError("where people sign in is an https address")
        return sign_in_at

    @model_validator(mode="after")
    def _key_has_certificate(self) -> SamlIdentity:
        if (self.key is None) != (self.own_certificate is None):
            raise ValueError("key and own_certificate go together")
        return self


Identity = Annotated[OpenIdIdentity | SamlIdentity, Field(discriminator="protocol")]


class Identities(_Part):
    """The whole file."""

    identities: tuple[Identity, ...] = ()

    @model_validator(mode="after")
    def _names_are_unique(self) -> Identities:
        names = [each.name for each in self.identities]
        if len(names) != len(set(names)):
            raise ValueError("two identities have the same name")
        return self


def read_identities(found: Any) -> tuple[OpenIdIdentity | SamlIdentity, ...]:
    """The identities that a file's content names. Raises pydantic's ValidationError with what is wrong, and where."""
    return Identities.model_validate(found or {}).identities
