"""SAML, with a provider that signs its answers in the test: one that is right, and everything that is not."""

from __future__ import annotations

import base64
import datetime as dt
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from onelogin.saml2.utils import OneLogin_Saml2_Utils as Saml

from civium.foundation.federation.models import LinkedIdentity
from civium.foundation.federation.views import arriving
from civium.foundation.identity.models import Person, Session
from tests.cast import PASSWORD
from tests.keys import copy_keys

from .conftest import query_of

pytestmark = pytest.mark.django_db
ENTITY, SIGN_IN_AT = "https://eid.example/saml", "https://eid.example/sign-in"
ACS = "http://testserver/saml/eid/acs/"
US = "http://testserver/saml/eid/metadata/"


def key_and_certificate() -> tuple[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "eid.example")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return pem, certificate.public_bytes(Encoding.PEM).decode()


KEY, CERTIFICATE = key_and_certificate()
OTHER_KEY, OTHER_CERTIFICATE = key_and_certificate()


@pytest.fixture(autouse=True)
def eid(settings: Any, tmp_path: Path) -> None:
    """A town whose only identity speaks SAML."""
    file = tmp_path / "identities.yaml"
    file.write_text(
        f"""
identities:
  - name: eid
    title: {{en: eID}}
    protocol: saml
    entity: {ENTITY}
    sign_in_at: {SIGN_IN_AT}
    certificate: eid.crt
    claims: {{name: urn:name, born_on: urn:born, number: urn:number}}
"""
    )
    settings.CIVIUM_IDENTITIES = str(file)
    keys = tmp_path / "keys"
    copy_keys(keys)
    (keys / "eid.crt").write_text(CERTIFICATE)
    settings.CIVIUM_KEYS = keys


def moment(minutes: int = 0) -> str:
    return (dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def answer_to(
    request_id: str,
    *,
    subject: str = "subject-1",
    name: str = "Amina Haddad",
    level: str = "http://eidas.europa.eu/LoA/substantial",
    audience: str = US,
    until: int = 5,
    issuer: str = ENTITY,
    recipient: str = ACS,
    name_format: str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
    status: str = "Success",
    key: str = KEY,
    certificate: str = CERTIFICATE,
    is_signed: bool = True,
) -> str:
    in_response = f'InResponseTo="{request_id}"' if request_id else ""
    assertion = f"""<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a{Saml.generate_unique_id()}" Version="2.0" IssueInstant="{moment()}"><saml:Issuer>{issuer}</saml:Issuer><saml:Subject><saml:NameID Format="{name_format}">{subject}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="{moment(until)}" Recipient="{recipient}" {in_response}/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{moment(-10)}" NotOnOrAfter="{moment(until)}"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="{moment()}" SessionIndex="_s"><saml:AuthnContext><saml:AuthnContextClassRef>{level}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="urn:name"><saml:AttributeValue>{name}</saml:AttributeValue></saml:Attribute><saml:Attribute Name="urn:born"><saml:AttributeValue>1988-02-29</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>"""
    if is_signed:
        signed = Saml.add_sign(
            assertion,
            key,
            certificate,
            sign_algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            digest_algorithm="http://www.w3.org/2001/04/xmlenc#sha256",
        )
        assertion = signed.decode() if isinstance(signed, bytes) else signed
    assertion = re.sub(r"^<\?xml[^>]*\?>", "", assertion)
    if status != "Success":
        assertion = ""
    code = (
        f'<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:{status}"/></samlp:StatusCode>'
        if status != "Success"
        else '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>'
    )
    return f"""<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r{Saml.generate_unique_id()}" Version="2.0" IssueInstant="{moment()}" Destination="{recipient}" {in_response}><saml:Issuer>{issuer}</saml:Issuer><samlp:Status>{code}</samlp:Status>{assertion}</samlp:Response>"""


def leave(browser: Client, **query: str) -> str:
    """To the provider: the id of the request that one brings there."""
    there = browser.get("/en/identity/eid/go/", query)["Location"]
    assert there.startswith(SIGN_IN_AT), there
    asked = zlib.decompress(base64.b64decode(query_of(there)["SAMLRequest"]), -15).decode()
    return str(re.search(r'ID="([^"]+)"', asked).group(1))  # type: ignore[union-attr]


def come_back(browser: Client, answer: str) -> HttpResponse:
    """The provider's form posts from another site; then our own page, and where it leads."""
    first = browser.post("/saml/eid/acs/", {"SAMLResponse": base64.b64encode(answer.encode()).decode()})
    assert first.status_code == 302
    second = browser.get(first["Location"])
    assert second.status_code == 302, second.content
    return browser.get(second["Location"])


def words_of(answer: Any) -> str:
    return " ".join(BeautifulSoup(answer.content, "html.parser").get_text(" ").split())


def linked(person: Person) -> None:
    browser = Client(HTTP_HOST="testserver")
    browser.post("/en/account/login/", {"login": person.email, "password": PASSWORD})
    come_back(browser, answer_to(leave(browser)))
    browser.post("/en/identity/arrived/", {"is_me": "yes"})
    assert LinkedIdentity.objects.get().person == person


def test_whoever_linked_it_comes_back_with_it(amina: Person) -> None:
    linked(amina)
    person = Person.objects.get(pk=amina.pk)
    assert (person.name, person.assurance, person.assured_by) == ("Amina Haddad", "verified", "eid")
    browser = Client(HTTP_HOST="testserver")
    answer = come_back(browser, answer_to(leave(browser, next="/en/services/")))
    assert answer["Location"] == "/en/services/"
    assert browser.session["_auth_user_id"] == str(amina.pk)


def test_somebody_new_is_asked_for_an_address(db: None) -> None:
    browser = Client(HTTP_HOST="testserver")
    assert "You are new here" in words_of(come_back(browser, answer_to(leave(browser))))


BAD: dict[str, Callable[[str], str]] = {
    "not signed": lambda id: answer_to(id, is_signed=False),
    "signed by somebody else": lambda id: answer_to(id, key=OTHER_KEY, certificate=OTHER_CERTIFICATE),
    "changed after signing": lambda id: answer_to(id, subject="subject-2").replace("subject-2", "subject-1"),
    "for another site": lambda id: answer_to(id, audience="https://other.example/"),
    "for another address": lambda id: answer_to(id, recipient="http://testserver/saml/other/acs/"),
    "too late": lambda id: answer_to(id, until=-15),
    "from another provider": lambda id: answer_to(id, issuer="https://evil.example/"),
    "to another request": lambda id: answer_to("ONELOGIN_another"),
    "to no request": lambda id: answer_to(""),
    "a name for one day": lambda id: answer_to(
        id, name_format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
    ),
    "no name": lambda id: answer_to(id, subject=""),
    "an error": lambda id: answer_to(id, status="AuthnFailed"),
    "rubbish": lambda id: "rubbish",
    "an entity bomb": lambda id: '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
}


@pytest.mark.parametrize("kind", BAD)
def test_an_answer_that_is_not_right_lets_nobody_in(amina: Person, kind: str) -> None:
    linked(amina)
    browser = Client(HTTP_HOST="testserver")
    page = come_back(browser, BAD[kind](leave(browser)))
    assert page.status_code == 409, kind
    assert "Start again" in words_of(page) or "Try again" in words_of(page)
    assert "_auth_user_id" not in browser.session
    assert LinkedIdentity.objects.count() == 1


def wrapped(answer: str, *, first: bool) -> str:
    """Signature wrapping: the signed assertion goes along, beside one that says who somebody would like to be."""
    start, end = answer.index("<saml:Assertion"), answer.index("</samlp:Response>")
    signed = answer[start:end]
    own = re.sub(r"<ds:Signature.*?</ds:Signature>", "", signed, flags=re.DOTALL)
    own = re.sub(r' ID="[^"]+"', ' ID="_own"', own, count=1).replace("subject-2", "subject-1")
    inside = own.replace("</saml:Assertion>", f"<saml:Advice>{signed}</saml:Advice></saml:Assertion>")
    return answer[:start] + (own + signed if first else inside) + answer[end:]


@pytest.mark.parametrize("first", [True, False])
def test_an_assertion_beside_or_around_the_signed_one_lets_nobody_in(amina: Person, first: bool) -> None:
    linked(amina)
    browser = Client(HTTP_HOST="testserver")
    page = come_back(browser, wrapped(answer_to(leave(browser), subject="subject-2"), first=first))
    assert page.status_code == 409
    assert "_auth_user_id" not in browser.session


def test_what_anybody_posts_there_fills_no_table(db: None) -> None:
    browser, there = Client(HTTP_HOST="testserver"), "/saml/eid/acs/"
    assert browser.post("/saml/nobody/acs/", {"SAMLResponse": "A"}).status_code == 404
    assert browser.post(there, {"SAMLResponse": "A" * (arriving.LONGEST_ANSWER + 1)}).status_code == 413
    assert (
        browser.post(there, {"SAMLResponse": "A", "more": ["A", "A" * arriving.LONGEST_ANSWER]}).status_code
        == 413
    )
    assert not Session.objects.exists()
    first = browser.post(there, {"SAMLResponse": "A" * 1000})
    assert first.status_code == 302
    assert first.cookies["saml-acs-session"]["httponly"]
    kept = Session.objects.get()
    assert kept.expire_date < timezone.now() + dt.timedelta(minutes=11)
    for _ in range(arriving.ANSWERS_AN_HOUR - 1):
        browser.post(there, {"SAMLResponse": "A"})
    assert browser.post(there, {"SAMLResponse": "A"}).status_code == 429
    assert Session.objects.count() == arriving.ANSWERS_AN_HOUR


def test_the_same_answer_works_once(amina: Person) -> None:
    linked(amina)
    browser = Client(HTTP_HOST="testserver")
    answer = answer_to(leave(browser))
    come_back(browser, answer)
    browser.post("/en/account/logout/")
    assert come_back(browser, answer).status_code == 409
    assert "_auth_user_id" not in browser.session


def test_the_provider_can_read_who_we_are(db: None) -> None:
    found = Client(HTTP_HOST="testserver").get("/saml/eid/metadata/")
    assert found.status_code == 200
    assert ACS in found.content.decode()
    assert "SingleLogoutService" not in found.content.decode()  # it is not offered
    assert Client(HTTP_HOST="testserver").get("/saml/nobody/metadata/").status_code == 404
