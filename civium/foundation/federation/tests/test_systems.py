"""Sister systems: signing in to one with consent, what it learns, and the end of it. The whole round, as such a system does it."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.idp.oidc.models import Client as System
from allauth.idp.oidc.models import Token
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from civium.foundation.federation.actions.register_system import (
    AddressNotGood,
    SystemNameMissing,
    register_system,
)
from civium.foundation.federation.models import SystemConsent
from civium.foundation.identity.actions.end_sessions import disown_sign_in
from civium.foundation.identity.models import Person, Session, SignIn
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.journal.queries import find_entries
from civium.foundation.privacy.actions import watch_readings
from civium.foundation.privacy.events import DataRead
from tests.cast import NOW, PASSWORD

from .conftest import query_of

pytestmark = pytest.mark.django_db
BACK = "https://library.example/back"
VERIFIER = "a verifier that is as long as the standard wants it to be"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


class Library:
    """The town library's own system."""

    def __init__(
        self, scopes: tuple[str, ...] = ("profile", "email", "assurance"), name: str = "Town library"
    ) -> None:
        self.system, self.secret = register_system(
            name=name, addresses=[BACK], scopes=scopes, by=None, at=NOW
        )
        self.scope = " ".join(("openid", *scopes))

    def ask(self, browser: Client, **changes: str) -> HttpResponse:
        asked = {
            "client_id": self.system.id,
            "redirect_uri": BACK,
            "response_type": "code",
            "scope": self.scope,
            "state": "a state",
            "nonce": "a nonce",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return browser.get("/sign-in/authorize", {k: v for k, v in {**asked, **changes}.items() if v})

    def agree(
        self, browser: Client, page: HttpResponse, action: str = "grant", **changes: Any
    ) -> HttpResponse:
        form = BeautifulSoup(page.content, "html.parser").find("form", method="post", action=None)
        fields = {
            "request": form.find("input", {"name": "request"})["value"],
            "scopes": [each["value"] for each in form.find_all("input", {"name": "scopes"})],
            "action": action,
        }
        return browser.post(page.wsgi_request.get_full_path(), {**fields, **changes})

    def redeem(self, address: str, **changes: str) -> HttpResponse:
        form = {
            "grant_type": "authorization_code",
            "client_id": self.system.id,
            "client_secret": self.secret,
            "code": query_of(address)["code"],
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
        }
        return Client().post("/sign-in/token", {k: v for k, v in {**form, **changes}.items() if v})

    def ask_about(self, access: str) -> HttpResponse:
        return Client().get("/sign-in/userinfo", headers={"Authorization": f"Bearer {access}"})

    def round(self, browser: Client) -> dict[str, Any]:
        page = self.ask(browser)
        answer = page if page.status_code == 302 else self.agree(browser, page)
        return dict(self.redeem(answer["Location"]).json())


@pytest.fixture
def library(db: None) -> Library:
    return Library()


@pytest.fixture
def her(amina: Person) -> Client:
    browser = Client()
    browser.post("/en/account/login/", {"login": amina.email, "password": PASSWORD})
    return browser


def _forget_what_was_just_read() -> None:
    """As if more than ten minutes had passed, or another process answered."""
    watch_readings._just_read.clear()


def words_of(answer: Any) -> str:
    return " ".join(BeautifulSoup(answer.content, "html.parser").get_text(" ").split())


def test_she_sees_what_it_learns_and_only_then_it_learns_that(
    library: Library, her: Client, amina: Person
) -> None:
    page = library.ask(her)
    words = words_of(page)
    assert "Sign in to Town library?" in words
    for what in ("Your name", "Your e-mail address", "How surely we know who you are", "library.example"):
        assert what in words
    assert not SystemConsent.objects.exists()
    answer = library.agree(her, page)
    assert answer["Location"].startswith(BACK + "?")
    assert query_of(answer["Location"])["state"] == "a state"
    tokens = library.redeem(answer["Location"]).json()
    said = library.ask_about(tokens["access_token"]).json()
    subject = str(SystemConsent.objects.get().subject)
    assert said == {
        "sub": subject,
        "name": "Amina",
        "email": amina.email,
        "email_verified": True,
        "acr": "http://eidas.europa.eu/LoA/low",
    }


@pytest.mark.parametrize(
    ("scopes", "read"),
    [(("email",), {"contact"}), (("profile", "email"), {"contact", "name"}), (("assurance",), set())],
)
def test_what_it_learns_is_on_the_record(
    her: Client, amina: Person, scopes: tuple[str, ...], read: set[str]
) -> None:
    library = Library(scopes)
    access = library.round(her)["access_token"]
    before = len(find_entries([amina.vault_key]))
    _forget_what_was_just_read()
    assert library.ask_about(access).status_code == 200
    found = [each.event for each in find_entries([amina.vault_key])[before:]]
    assert {kind for each in found if isinstance(each, DataRead) for kind in each.kinds.split()} == read
    assert len(found) == bool(read)


def test_the_token_is_signed_for_this_system_alone(library: Library, her: Client, amina: Person) -> None:
    token = library.round(her)["id_token"]
    description = Client().get("/.well-known/openid-configuration").json()
    published = Client().get(description["jwks_uri"].removeprefix("http://localhost:8000")).json()
    kid = jwt.get_unverified_header(token)["kid"]
    key = next(each for each in jwt.PyJWKSet.from_dict(published).keys if each.key_id == kid)
    claims = jwt.decode(
        token, key, algorithms=["RS256"], audience=library.system.id, issuer="http://localhost:8000"
    )
    assert claims["nonce"] == "a nonce"
    assert str(amina.pk) not in str(claims)
    assert not any("d" in each for each in published["keys"])


def test_the_description_offers_what_is_there_and_nothing_else(library: Library) -> None:
    found = Client().get("/.well-known/openid-configuration").json()
    assert found["response_types_supported"] == ["code"]
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert not {"device_authorization_endpoint", "end_session_endpoint", "registration_endpoint"} & set(found)
    for name in (name for name in found if name.endswith("_endpoint")):
        assert found[name].startswith("http://localhost:8000/sign-in/")


def test_whoever_agreed_is_not_asked_again_unless_it_wants_more(her: Client) -> None:
    modest = Library(("profile",))
    modest.round(her)
    assert modest.ask(her).status_code == 302
    modest.system.set_scopes(["openid", "profile", "email"])
    modest.system.save()
    again = modest.ask(her, scope="openid profile email")
    assert "Your e-mail address" in words_of(again)
    assert modest.ask(her, prompt="consent").status_code == 200


def test_two_systems_know_her_under_two_names(her: Client) -> None:
    one, other = Library(name="Library"), Library(name="Pool")
    subjects = {
        jwt.decode(each.round(her)["id_token"], options={"verify_signature": False})["sub"]
        for each in (one, other)
    }
    assert len(subjects) == 2


def test_no_means_no_and_leads_back(library: Library, her: Client) -> None:
    answer = library.agree(her, library.ask(her), action="cancel")
    assert query_of(answer["Location"])["error"] == "access_denied"
    assert not SystemConsent.objects.exists()


def test_ending_it_makes_every_token_worthless_at_once(library: Library, her: Client, amina: Person) -> None:
    access = library.round(her)["access_token"]
    late = library.ask(her)["Location"]
    assert library.ask_about(access).status_code == 200
    assert "Town library" in words_of(her.get("/en/my/sign-in/systems/"))
    end = f"/en/my/sign-in/systems/{SystemConsent.objects.get().pk}/end/"
    assert "End sign-in to Town library?" in words_of(her.get(end))
    her.post(end)
    assert library.ask_about(access).status_code == 401
    assert library.redeem(late).status_code == 400
    assert not Token.objects.filter(user=amina).exists()
    assert (
        "Town library"
        not in words_of(her.get("/en/my/sign-in/systems/"))
        .replace("cannot sign you in", "")
        .split("Systems that sign you in")[-1]
    )
    assert library.ask(her).status_code == 200  # asked anew
    kinds = [entry.kind for entry in find_entries([f"person:{amina.id}"])]
    assert [kind for kind in kinds if kind.startswith("federation.System")] == [
        "federation.SystemConsentGiven",
        "federation.SystemSignInDone",
        "federation.SystemSignInDone",
        "federation.SystemConsentEnded",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_sign_in_that_was_somebody_elses_leaves_no_consent_and_no_token(
    library: Library, her: Client, amina: Person
) -> None:
    access = library.round(her)["access_token"]
    disown_sign_in(SignIn.objects.get(person=amina), by=amina, at=timezone.now())
    run_waiting_jobs()
    assert not SystemConsent.objects.filter(ended_at=None).exists()
    assert library.ask_about(access).status_code == 401


def test_whoever_agrees_again_is_the_same_there(library: Library, her: Client) -> None:
    subject = jwt.decode(library.round(her)["id_token"], options={"verify_signature": False})["sub"]
    her.post(f"/en/my/sign-in/systems/{SystemConsent.objects.get().pk}/end/")
    again = jwt.decode(library.round(her)["id_token"], options={"verify_signature": False})["sub"]
    assert again == subject


def test_somebody_who_is_closed_out_is_told_of_no_more(library: Library, her: Client, amina: Person) -> None:
    access = library.round(her)["access_token"]
    Person.objects.filter(pk=amina.pk).update(is_active=False)
    assert library.ask_about(access).status_code == 401


def test_an_anonymous_visitor_signs_in_first_and_comes_back(library: Library) -> None:
    answer = library.ask(Client())
    assert "/account/login/?next=/sign-in/authorize%3F" in answer["Location"]


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://evil.example/back"},
        {"redirect_uri": BACK + "/../other"},
        {"redirect_uri": BACK + "?more=1"},
        {"redirect_uri": ""},
        {"client_id": "nobody"},
        {"client_id": ""},
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": ""},
    ],
)
def test_a_request_that_is_not_right_sends_nobody_on(
    library: Library, her: Client, changes: dict[str, str]
) -> None:
    answer = library.ask(her, **changes)
    assert answer.status_code == 400
    assert "not set up right" in words_of(answer)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"scope": "openid profile everything"}, "invalid_scope"),
        ({"response_type": "token"}, "unauthorized_client"),
        ({"response_type": "id_token token"}, "unauthorized_client"),
    ],
)
def test_more_than_was_registered_is_refused(
    library: Library, her: Client, changes: dict[str, str], error: str
) -> None:
    answer = library.ask(her, **changes)
    assert answer["Location"].startswith(BACK)
    assert "error=" in answer["Location"]
    assert not SystemConsent.objects.exists()
    del error


@pytest.mark.parametrize(
    "changes",
    [
        {"client_secret": "a guess"},
        {"client_secret": ""},
        {"code_verifier": "another verifier that is as long as the standard wants"},
        {"code_verifier": ""},
        {"redirect_uri": "https://evil.example/"},
        {"code": "a-guess"},
        {"grant_type": "password", "username": "amina@cast.example", "password": PASSWORD},
        {"grant_type": "client_credentials"},
    ],
)
def test_a_code_is_worth_nothing_without_all_that_belongs_to_it(
    library: Library, her: Client, changes: dict[str, str]
) -> None:
    address = library.agree(her, library.ask(her))["Location"]
    assert library.redeem(address, **changes).status_code in (400, 401)
    assert not Token.objects.exists()


def test_a_code_works_once_and_for_its_own_system(library: Library, her: Client) -> None:
    address = library.agree(her, library.ask(her))["Location"]
    other = Library(name="Other")
    assert other.redeem(address).status_code == 400
    assert library.redeem(address).status_code == 200
    assert library.redeem(address).status_code == 400


def test_what_was_signed_for_one_page_cannot_be_bent(library: Library, her: Client) -> None:
    page = library.ask(her)
    assert library.agree(her, page, request="bent").status_code == 403
    answer = library.agree(her, library.ask(her, scope="openid"), scopes=["openid", "email"])
    assert answer.status_code == 200  # asked again
    assert not SystemConsent.objects.exists()


def test_no_other_page_agrees_in_her_name(library: Library, amina: Person) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(amina)
    assert library.agree(browser, library.ask(browser)).status_code == 403
    assert not SystemConsent.objects.exists()


@pytest.mark.parametrize("from_there", ["https://evil.example/", ""])
def test_a_visit_that_is_over_agrees_to_nothing_afterwards(
    library: Library, amina: Person, from_there: str
) -> None:
    """What another site sends must not wait here until she has signed in, to be sent as if by our own page."""
    browser = Client(enforce_csrf_checks=True, headers={"sec-fetch-mode": "navigate", "referer": from_there})
    browser.force_login(amina)
    page = library.ask(browser)
    Session.objects.filter(person=amina).update(expire_date=timezone.now() - dt.timedelta(hours=2))
    turned_away = library.agree(browser, page)
    onward = parse_qs(urlsplit(turned_away["Location"]).query)["next"][0]
    assert onward == page.wsgi_request.get_full_path()
    browser.force_login(amina)
    assert "Sign in to Town library?" in words_of(browser.get(onward))
    assert "not sent yet" not in words_of(browser.get(reverse("identity:onward"), follow=True))
    assert not SystemConsent.objects.exists()


def test_only_the_page_that_asks_may_lead_there(library: Library, her: Client) -> None:
    def form_action(answer: HttpResponse) -> str:
        found = re.search(r"form-action ([^;]*)", answer["Content-Security-Policy"])
        assert found
        return found.group(1)

    assert form_action(library.ask(her)) == "'self' https://library.example"
    assert form_action(her.get("/en/my/sign-in/systems/")) == "'self'"
    assert form_action(library.ask(her, client_id="nobody")) == "'self'"


# --- its tokens --------------------------------------------------------------------------------------------------------


def test_no_token_is_good_for_another(library: Library, her: Client) -> None:
    """Nobody may renew a token, so none is made for that, in the answer or in the table: a lost one would open nothing."""
    tokens = library.round(her)
    assert set(tokens) == {"access_token", "expires_in", "id_token", "scope", "token_type"}
    assert [token.type for token in Token.objects.all()] == [Token.Type.ACCESS_TOKEN]
    assert library.system.get_grant_types() == ["authorization_code"]
    assert not Token.objects.filter(expires_at=None).exists()
    form = {"grant_type": "refresh_token", "client_id": library.system.id, "client_secret": library.secret}
    for token in map(str, tokens.values()):
        assert Client().post("/sign-in/token", {**form, "refresh_token": token}).status_code in (400, 401)


def test_only_what_was_made_for_asking_about_somebody_opens_it(
    library: Library, her: Client, amina: Person
) -> None:
    tokens = library.round(her)
    for other in (tokens["id_token"], library.secret, her.session.session_key, "a-guess"):
        assert library.ask_about(str(other)).status_code == 401
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert Client().get("/api/v1/cases", headers=bearer).status_code == 401
    assert library.ask_about(tokens["access_token"]).status_code == 200


def test_a_token_tells_what_was_agreed_to_and_no_more(her: Client) -> None:
    modest = Library(("profile",))
    assert modest.ask_about(modest.round(her)["access_token"]).json().keys() == {"sub", "name"}


def test_a_code_lives_for_a_minute_and_a_token_for_a_quarter_of_an_hour(
    library: Library, her: Client
) -> None:
    from allauth.idp.oidc import app_settings

    assert app_settings.AUTHORIZATION_CODE_EXPIRES_IN <= 60
    assert library.round(her)["expires_in"] <= 900
    Token.objects.update(expires_at=NOW)
    access = library.round(her)["access_token"]
    assert library.ask_about(access).status_code == 200
    Token.objects.update(expires_at=NOW)
    assert library.ask_about(access).status_code == 401


# --- the administrator -------------------------------------------------------------------------------------------------


def test_an_administrator_registers_and_removes_a_system(make_person: Any, her: Client) -> None:
    ada = make_person("Ada", role="administrator")
    browser = Client()
    browser.post("/en/account/login/", {"login": ada.email, "password": PASSWORD})
    made = browser.post(
        "/en/systems/", {"name": "Pool", "addresses": BACK, "scopes": ["profile", "everything"]}
    )
    system = System.objects.get(name="Pool")
    secret = BeautifulSoup(made.content, "html.parser").find_all("code")[1].get_text()
    assert system.check_secret(secret)
    assert secret not in system.secret
    assert system.get_scopes() == ["openid", "profile"]
    assert secret not in browser.get("/en/systems/").content.decode()
    browser.post(f"/en/systems/{system.id}/remove/")
    assert not System.objects.filter(name="Pool").exists()


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "a\u202eb"])
def test_a_system_needs_a_name(name: str) -> None:
    with pytest.raises(SystemNameMissing):
        register_system(name=name, addresses=[BACK], scopes=[], by=None, at=NOW)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://library.example/back",
        "javascript:alert(1)",
        "https://*.example/back",
        "https://library.example/back#part",
        "https://user@library.example/",
        "https://",
        "https://a.example; script-src *",
        "https://[::1",
        "https://a.example:99999999/",
        "https://a.example/" + "x" * 600,
    ],
)
def test_people_are_sent_back_to_safe_addresses_only(address: str) -> None:
    with pytest.raises(AddressNotGood):
        register_system(name="Library", addresses=[address], scopes=[], by=None, at=NOW)


def test_whoever_must_sign_in_first_reads_to_which_system_they_go_on() -> None:
    library = Library(name="Archive & <b>more</b>")
    page = Client().get(library.ask(Client())["Location"])
    main = BeautifulSoup(page.content, "html.parser").select_one("main .lead")
    assert main.get_text(" ", strip=True) == "Sign in to go on to: Archive & <b>more</b>"


@pytest.mark.parametrize(
    "following",
    [
        "/sign-in/authorize?client_id=nobody",
        "/sign-in/authorize?client_id=%00",
        "/en/my/",
        "http://[",
        "?" + "a&" * 5000,
    ],
)
def test_the_sign_in_page_names_no_system_that_did_not_ask(following: str) -> None:
    page = Client().get("/en/account/login/", {"next": following})
    assert page.status_code == 200
    assert "go on to" not in page.content.decode()
