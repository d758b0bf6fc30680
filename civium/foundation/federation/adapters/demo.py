"""Port Lumen ID: the demo town's national identity, an OpenID provider that anybody may use as one of its invented people.

It speaks the standard and nothing else: discovery, keys, authorization code with PKCE, signed tokens with nonce and level of
assurance, and user info. What it hands out lives for a minute or five in the cache; its pages are in ``views.demo``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import jwt
from allauth.core.internal import jwkkit
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from civium.foundation.vault.actions.make_token_key import make_token_key
from civium.foundation.vault.actions.tokens import new_token, token_digest
from civium.foundation.vault.queries import find_token_keys

from ..queries import DEMO_ISSUER_PATH
from ..schema import EIDAS

CLIENT: Final = "civium"
KEY: Final = "demo-identity"
CODE_LASTS: Final = timedelta(minutes=1)
TOKEN_LASTS: Final = timedelta(minutes=5)
LEVELS: Final = ("low", "substantial", "high")


@dataclass(frozen=True)
class Resident:
    """Somebody invented. ``best``: the strongest proof that they can give."""

    key: str
    name: str
    born_on: str
    best: str

    @property
    def subject(self) -> str:
        """What this provider calls them for ever."""
        return hashlib.sha256(f"port lumen id {self.key}".encode()).hexdigest()[:24]

    @property
    def number(self) -> str:
        return f"PL-{int(self.subject[:8], 16) % 10**8:08d}"


RESIDENTS: Final = (
    Resident("amina", "Amina Haddad", "1988-02-29", "high"),
    Resident("ben", "Ben Okafor", "1979-11-03", "substantial"),
    Resident("layla", "ليلى الخطيب", "1991-07-15", "high"),
    Resident("new", "Rosa-María Fernández de la Vega", "2001-12-31", "substantial"),
    Resident("noor", "Noor Visser", "1964-05-20", "low"),
)


class RequestWrong(Exception):
    """The request for a sign-in is not one that this provider may answer: nobody is sent anywhere with it."""


@dataclass(frozen=True)
class Asked:
    """One request for a sign-in, found to be from our client."""

    redirect_uri: str
    state: str
    nonce: str
    challenge: str
    level: str
    language: str


def issuer() -> str:
    """This provider's own name."""
    return settings.CIVIUM_ORIGIN + DEMO_ISSUER_PATH


def description() -> dict[str, Any]:
    """OpenID Connect Discovery 1.0."""
    place = f"{settings.CIVIUM_ORIGIN}{{}}".format
    return {
        "issuer": issuer(),
        "authorization_endpoint": place(reverse("federation_machine:demo_authorize")),
        "token_endpoint": place(reverse("federation_machine:demo_token")),
        "userinfo_endpoint": place(reverse("federation_machine:demo_userinfo")),
        "jwks_uri": place(reverse("federation_machine:demo_keys")),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": [f"{EIDAS}{level}" for level in LEVELS],
        "scopes_supported": ["openid", "profile"],
    }


def keys() -> dict[str, Any]:
    """The public keys, as a JSON Web Key Set."""
    return {"keys": [jwkkit.load_jwk_from_pem(pem)[0] for pem in _pems()]}


def read_request(query: dict[str, str]) -> Asked:
    """What the town asks for. Refuses whatever is not from our one client and to its one address."""
    ours = settings.CIVIUM_ORIGIN + reverse("federation_machine:back", args=["port-lumen-id"])
    is_good = (
        query.get("client_id") == CLIENT
        and query.get("redirect_uri") == ours
        and query.get("response_type") == "code"
        and query.get("code_challenge_method") == "S256"
        and 20 <= len(query.get("code_challenge", "")) <= 128
        and "openid" in query.get("scope", "").split()
    )
    if not is_good:
        raise RequestWrong
    wanted = [one.removeprefix(EIDAS) for one in query.get("acr_values", "").split()]
    return Asked(
        redirect_uri=ours,
        state=query.get("state", ""),
        nonce=query.get("nonce", ""),
        challenge=query["code_challenge"],
        level=next((level for level in wanted if level in LEVELS), "substantial"),
        language=query.get("ui_locales", "en"),
    )


def give_code(asked: Asked, resident: Resident, *, at: datetime) -> str:
    """A code for one use within a minute. A resident who cannot prove as much as was asked proves what they can."""
    reached = min(asked.level, resident.best, key=LEVELS.index)
    code = new_token()
    cache.set(
        _slot("code", code),
        {
            "who": resident.key,
            "level": reached,
            "nonce": asked.nonce,
            "challenge": asked.challenge,
            "redirect_uri": asked.redirect_uri,
            "at": int(at.timestamp()),
        },
        timeout=CODE_LASTS.total_seconds(),
    )
    return code


def redeem_code(form: dict[str, str], *, at: datetime) -> dict[str, Any] | None:
    """Tokens for a code and the secret behind its challenge (RFC 7636); None when anything does not fit. Once."""
    slot = _slot("code", form.get("code", ""))
    kept = cache.get(slot)
    if kept is None or not cache.delete(slot):
        return None
    verifier = form.get("code_verifier", "").encode("ascii", "replace")
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
    fits = (
        form.get("grant_type") == "authorization_code"
        and form.get("client_id") == CLIENT
        and form.get("redirect_uri") == kept["redirect_uri"]
        and hmac.compare_digest(challenge, kept["challenge"])
    )
    if not fits:
        return None
    access = new_token()
    cache.set(_slot("access", access), kept["who"], timeout=TOKEN_LASTS.total_seconds())
    return {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": int(TOKEN_LASTS.total_seconds()),
        "id_token": sign_token(
            {
                "iss": issuer(),
                "aud": CLIENT,
                "sub": _resident(kept["who"]).subject,
                "iat": int(at.timestamp()),
                "exp": int((at + TOKEN_LASTS).timestamp()),
                "auth_time": kept["at"],
                "nonce": kept["nonce"],
                "acr": f"{EIDAS}{kept['level']}",
            }
        ),
    }


def sign_token(claims: dict[str, Any]) -> str:
    """The claims as a signed token of this provider."""
    words, key = jwkkit.load_jwk_from_pem(_pems()[0])
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": words["kid"]})


def tell_about(access: str) -> dict[str, Any] | None:
    """What the bearer of an access token may know; None for any other."""
    who = cache.get(_slot("access", access))
    if who is None:
        return None
    resident = _resident(who)
    return {
        "sub": resident.subject,
        "name": resident.name,
        "birthdate": resident.born_on,
        "national_number": resident.number,
    }


def find_resident(key: str) -> Resident | None:
    """The invented person of that key."""
    return next((each for each in RESIDENTS if each.key == key), None)


def _resident(key: str) -> Resident:
    return next(each for each in RESIDENTS if each.key == key)


def _slot(kind: str, token: str) -> str:
    return f"demo-identity:{kind}:{token_digest(token)}"


def _pems() -> list[str]:
    make_token_key(KEY)
    return find_token_keys(KEY)
