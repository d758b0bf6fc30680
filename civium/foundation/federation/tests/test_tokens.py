"""Answers of a provider that is broken, or that somebody plays: each lets nobody in, says so, and costs no defect."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
import requests
from django.test import Client

from civium.foundation.federation.adapters import demo
from civium.foundation.federation.models import LinkedIdentity
from civium.foundation.identity.models import Person
from tests import own_http

from .conftest import Traveller, query_of
from .test_signing_in import linked, person_of, words_of

pytestmark = pytest.mark.django_db
Change = Callable[[str, str, requests.Response, Any], None]


@pytest.fixture
def bent(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[dict[str, Any]], Any]], None]:
    """Let the provider's answer at an address be another: what goes over the wire, not our code, is bent."""

    def bend(path: str, change: Callable[[dict[str, Any]], Any]) -> None:
        straight = own_http.OwnHttp.send

        def send(self: Any, request: requests.PreparedRequest, **options: Any) -> requests.Response:
            answer = straight(self, request, **options)
            if str(request.url).endswith(path):
                changed = change(answer.json())
                if isinstance(changed, Exception):
                    raise changed
                answer._content = (
                    changed if isinstance(changed, bytes) else requests.compat.json.dumps(changed).encode()
                )
            return answer

        monkeypatch.setattr(own_http.OwnHttp, "send", send)

    return bend


def with_claims(**changes: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def change(answer: dict[str, Any]) -> dict[str, Any]:
        claims = jwt.decode(answer["id_token"], options={"verify_signature": False})
        claims.update(changes)
        return {**answer, "id_token": demo.sign_token({k: v for k, v in claims.items() if v is not None})}

    return change


def with_token(token: Callable[[dict[str, Any]], str]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def change(answer: dict[str, Any]) -> dict[str, Any]:
        claims = jwt.decode(answer["id_token"], options={"verify_signature": False})
        return {**answer, "id_token": token(claims)}

    return change


def unsigned(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, None, algorithm="none")


def signed_with_a_shared_secret(claims: dict[str, Any]) -> str:
    return jwt.encode(
        claims,
        "a secret that is long enough to be used here",
        algorithm="HS256",
        headers={"kid": demo.keys()["keys"][0]["kid"]},
    )


def signed_with_another_key(claims: dict[str, Any]) -> str:
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": demo.keys()["keys"][0]["kid"]})


BAD_TOKENS = {
    "another issuer": with_claims(iss="https://evil.example"),
    "another audience": with_claims(aud="somebody-else"),
    "more than one audience, for another": with_claims(aud=["civium", "other"], azp="other"),
    "more than one audience, for nobody": with_claims(aud=["civium", "other"]),
    "another nonce": with_claims(nonce="another"),
    "no nonce": with_claims(nonce=None),
    "expired": with_claims(exp=int(time.time()) - 3600),
    "not yet": with_claims(iat=int(time.time()) + 3600),
    "no expiry": with_claims(exp=None),
    "nobody": with_claims(sub=""),
    "no subject": with_claims(sub=None),
    "a number for a subject": with_claims(sub=7),
    "a subject without end": with_claims(sub="x" * 5000),
    "unsigned": with_token(unsigned),
    "signed with a shared secret": with_token(signed_with_a_shared_secret),
    "signed with another key": with_token(signed_with_another_key),
    "no token": lambda answer: {k: v for k, v in answer.items() if k != "id_token"},
    "no access token": lambda answer: {k: v for k, v in answer.items() if k != "access_token"},
    "an error": lambda answer: {"error": "invalid_grant"},
    "a list": lambda answer: [],
    "rubbish for a token": lambda answer: {**answer, "id_token": "a.b.c"},
    "no JSON": lambda answer: b"<html>Sorry</html>",
    "nothing": lambda answer: requests.ConnectionError("down"),
    "silence": lambda answer: requests.Timeout("slow"),
}


@pytest.mark.parametrize("kind", BAD_TOKENS)
def test_a_token_that_is_not_good_lets_nobody_in(bent: Any, amina: Person, kind: str) -> None:
    linked(Client(), amina, "amina")
    bent("/demo/identity/token", BAD_TOKENS[kind])
    traveller = Traveller(Client())
    page = traveller.go("amina", next="/en/services/")
    assert page.status_code == 409
    assert "Start again" in words_of(page) or "Try again" in words_of(page)
    assert b"next=%2Fen%2Fservices%2F" in page.content
    assert person_of(traveller.client) == ""
    assert LinkedIdentity.objects.count() == 1


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("/userinfo", lambda answer: {**answer, "sub": "somebody-else"}),
        ("/userinfo", lambda answer: []),
        ("/keys", lambda answer: {"keys": []}),
        ("/keys", lambda answer: {"keys": "none"}),
        ("/keys", lambda answer: requests.ConnectionError("down")),
        ("/openid-configuration", lambda answer: {**answer, "issuer": "https://evil.example"}),
        ("/openid-configuration", lambda answer: {"issuer": answer["issuer"]}),
        ("/openid-configuration", lambda answer: []),
        ("/openid-configuration", lambda answer: b"<html>"),
        ("/openid-configuration", lambda answer: requests.ConnectionError("down")),
    ],
)
def test_a_provider_that_is_broken_lets_nobody_in(bent: Any, amina: Person, path: str, change: Any) -> None:
    linked(Client(), amina, "amina")
    traveller = Traveller(Client())
    back = traveller.choose(traveller.leave(), "amina")
    bent(path, change)
    assert traveller.come_back(back).status_code == 409
    assert person_of(traveller.client) == ""


def test_a_provider_that_cannot_be_reached_is_said_before_leaving(bent: Any, traveller: Traveller) -> None:
    bent("/openid-configuration", lambda answer: requests.ConnectionError("down"))
    answer = traveller.client.get("/en/identity/port-lumen-id/go/", {"next": "/en/services/"})
    page = traveller.client.get(answer["Location"])
    assert "We cannot reach the other system now" in words_of(page)
    assert b'href="/en/services/"' in page.content


def test_a_level_that_nobody_told_us_about_proves_nothing(bent: Any, amina: Person) -> None:
    bent("/demo/identity/token", with_claims(acr="urn:very:sure:indeed"))
    linked(Client(), amina, "amina")
    assert Person.objects.get(pk=amina.pk).assurance == "account"


def test_the_log_says_nothing_of_what_the_provider_said(
    bent: Any, amina: Person, caplog: pytest.LogCaptureFixture
) -> None:
    bent("/demo/identity/token", with_claims(aud="canary-audience", name="Canary Name"))
    Traveller(Client()).go("amina")
    assert "sign-in with port-lumen-id failed" in caplog.text
    assert "canary" not in caplog.text.lower()
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "another"},
        {"redirect_uri": "https://evil.example/"},
        {"code_challenge_method": "plain"},
        {"code_challenge": ""},
        {"response_type": "token"},
        {"scope": "profile"},
    ],
)
def test_the_demo_identity_answers_only_the_town(traveller: Traveller, change: dict[str, str]) -> None:
    asked = {**query_of(traveller.leave()), **change}
    answer = traveller.client.get("/demo/identity/authorize", asked)
    assert answer.status_code == 400
    assert (
        traveller.client.post(
            f"/demo/identity/authorize?{requests.compat.urlencode(asked)}", {"who": "amina"}
        ).status_code
        == 400
    )


def test_no_other_town_has_the_demo_identity(traveller: Traveller, settings: Any) -> None:
    there = traveller.leave()
    settings.CIVIUM_DEMO = False
    assert traveller.client.get("/demo/identity/authorize", query_of(there)).status_code == 404
    assert traveller.client.get("/demo/identity/.well-known/openid-configuration").status_code == 404
    assert traveller.client.post("/demo/identity/token").status_code == 404
    assert traveller.client.get("/en/identity/port-lumen-id/go/").status_code == 404
