"""With an identity elsewhere: joining, coming back, linking, stepping up, and everything that goes wrong on the way."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from allauth.account.models import EmailAddress
from bs4 import BeautifulSoup
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from civium.foundation.federation.adapters import demo
from civium.foundation.federation.models import LinkedIdentity
from civium.foundation.identity.actions.end_sessions import disown_sign_in
from civium.foundation.identity.models import Person, SignIn
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.journal.queries import find_entries
from tests import own_http
from tests.cast import PASSWORD

from .conftest import Traveller, inside, query_of

pytestmark = pytest.mark.django_db


def words_of(answer: Any) -> str:
    return " ".join(BeautifulSoup(answer.content, "html.parser").get_text(" ").split())


def person_of(client: Client) -> str:
    return str(client.session.get("_auth_user_id", ""))


def sign_in(client: Client, person: Person, onward: str = "") -> Any:
    return client.post("/en/account/login/", {"login": person.email, "password": PASSWORD, "next": onward})


def rows_in_clear() -> str:
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [bytes(v) if isinstance(v, memoryview) else v for row in cursor.fetchall() for v in row]
    return repr(found)


def linked(client: Client, person: Person, who: str) -> Traveller:
    """Somebody whose account the identity opens already."""
    traveller = Traveller(client)
    sign_in(client, person)
    traveller.go(who)
    client.post("/en/identity/arrived/", {"is_me": "yes"})
    assert LinkedIdentity.objects.filter(person=person).exists()
    return traveller


# --- new here ---------------------------------------------------------------------------------------------------------


def test_somebody_new_gets_an_account_that_the_identity_opens(traveller: Traveller) -> None:
    page = words_of(traveller.go("new", next="/en/services/"))
    assert "You are new here" in page
    assert "Rosa-María Fernández de la Vega" in page
    answer = traveller.client.post("/en/identity/arrived/", {"email": "rosa@example.org"})
    assert answer["Location"].startswith("/en/account/confirm-email/"), answer["Location"]
    person = Person.objects.get(email="rosa@example.org")
    assert person.name == "Rosa-María Fernández de la Vega"
    assert (person.assurance, person.assured_by) == ("verified", "port-lumen-id")
    assert not person.has_usable_password()
    assert person_of(traveller.client) == ""  # until the address is confirmed
    code = code_in_mail()
    traveller.client.post(answer["Location"], {"code": code})
    assert person_of(traveller.client) == str(person.pk)


def code_in_mail() -> str:
    found = re.search(r"code: ([A-Z0-9-]{6,})", str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found.group(1)


def test_whoever_comes_back_is_found_again(traveller: Traveller, amina: Person) -> None:
    linked(traveller.client, amina, "amina")
    other = Traveller(Client())
    other.go("amina", next="/en/services/")
    assert person_of(other.client) == str(amina.pk)


def test_coming_back_goes_on_to_where_one_wanted_to_go(traveller: Traveller, amina: Person) -> None:
    linked(traveller.client, amina, "amina")
    other = Traveller(Client())
    back = other.client.get(inside(other.choose(other.leave(next="/en/services/"), "amina")))
    answer = other.client.get(back["Location"])
    assert answer["Location"] == "/en/services/"


def test_an_address_that_is_taken_opens_nothing_and_looks_the_same(
    traveller: Traveller, amina: Person
) -> None:
    """No takeover by address: neither the one that is typed nor one that a provider claims."""
    traveller.go("new")
    taken = traveller.client.post("/en/identity/arrived/", {"email": amina.email})
    assert taken["Location"].startswith("/en/account/confirm-email/")
    assert not LinkedIdentity.objects.exists()
    assert person_of(traveller.client) == ""
    assert "already" in str(mail.outbox[-1].body)


@pytest.mark.parametrize("typed", ["", "no address", "a@b", "x" * 300 + "@example.org"])
def test_an_address_that_is_none_is_asked_for_again(traveller: Traveller, typed: str) -> None:
    traveller.go("new")
    answer = traveller.client.post("/en/identity/arrived/", {"email": typed})
    assert answer.status_code == 422
    assert "There is a problem" in words_of(answer) or "problem" in words_of(answer).lower()
    assert not Person.objects.exists()


def test_the_owner_is_told_at_every_address_when_an_identity_is_linked_or_ended(amina: Person) -> None:
    EmailAddress.objects.create(user=amina, email="second@cast.example", verified=True)
    EmailAddress.objects.create(user=amina, email="never@cast.example", verified=False)
    client = Client()
    linked(client, amina, "amina")
    said = [each for each in mail.outbox if "Port Lumen ID" in each.subject]
    assert sorted(each.to[0] for each in said) == [amina.email, "second@cast.example"]
    assert all(
        "opens your account now" in each.subject and "/my/sign-in/identities/" in each.body for each in said
    )
    mail.outbox.clear()
    (link,) = LinkedIdentity.objects.all()
    client.post(f"/en/my/sign-in/identities/{link.id}/end/")
    assert sorted(each.to[0] for each in mail.outbox) == [amina.email, "second@cast.example"]
    assert {each.subject for each in mail.outbox} == {"Port Lumen ID opens your account no more"}


def test_whoever_comes_back_with_it_gets_no_such_mail(amina: Person) -> None:
    linked(Client(), amina, "amina")
    mail.outbox.clear()
    Traveller(Client()).go("amina")
    assert [each.subject for each in mail.outbox if "Port Lumen ID" in each.subject] == []


# --- linking ----------------------------------------------------------------------------------------------------------


def test_whoever_has_an_account_signs_in_to_it_and_then_links(traveller: Traveller, amina: Person) -> None:
    """Both are proved: the identity at the provider, the account by its own sign-in."""
    page = BeautifulSoup(traveller.go("new", next="/en/services/").content, "html.parser")
    have = page.find("a", string=re.compile("Sign in to my account"))["href"]
    assert have.startswith("/en/account/login/")
    answer = sign_in(traveller.client, amina, query_of(have)["next"])
    assert answer["Location"] == "/en/identity/arrived/"
    assert "Is this you?" in words_of(traveller.client.get(answer["Location"]))
    assert not LinkedIdentity.objects.exists()
    done = traveller.client.post("/en/identity/arrived/", {"is_me": "yes"})
    assert done["Location"] == "/en/services/"
    assert LinkedIdentity.objects.get().person == amina
    assert Person.objects.get(pk=amina.pk).name == "Rosa-María Fernández de la Vega"


def test_nothing_is_linked_without_a_yes(traveller: Traveller, amina: Person) -> None:
    sign_in(traveller.client, amina)
    traveller.go("amina", next="/en/services/")
    answer = traveller.client.post("/en/identity/arrived/", {"is_me": "no"})
    assert answer["Location"] == "/en/services/"
    assert not LinkedIdentity.objects.exists()
    assert traveller.client.post("/en/identity/arrived/", {"is_me": "yes"}).status_code == 409


def test_an_old_sign_in_is_no_proof_of_the_account(
    traveller: Traveller, amina: Person, settings: Any
) -> None:
    sign_in(traveller.client, amina)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    there = traveller.choose(traveller.leave(), "amina")
    arrived = traveller.client.get(inside(there))["Location"]
    answer = traveller.client.get(arrived)
    assert answer["Location"].startswith("/en/account/confirm/")
    assert traveller.client.post(arrived, {"is_me": "yes"})["Location"].startswith("/en/account/confirm/")
    assert not LinkedIdentity.objects.exists()


@pytest.mark.parametrize(("shown", "is_enough"), [(0, True), (3600, False), (None, False)])
def test_only_who_showed_the_provider_again_who_they_are_has_shown_it_here(
    amina: Person, monkeypatch: pytest.MonkeyPatch, shown: int | None, is_enough: bool
) -> None:
    hers = linked(Client(), amina, "amina")
    session = hers.client.session
    session["shown_at"] = time.time() - 3600
    session.save()
    assert hers.client.post("/en/my/access/", {"name": "x"})["Location"].startswith("/en/account/confirm/")
    away = hers.leave(next="/en/my/access/")
    assert (query_of(away)["prompt"], query_of(away)["max_age"]) == ("login", "0")
    sign = demo.sign_token

    def sign_as_one_who_sat_there(claims: dict[str, Any]) -> str:
        said = {**claims, "auth_time": claims["auth_time"] - shown} if shown is not None else dict(claims)
        if shown is None:
            del said["auth_time"]
        return sign(said)

    monkeypatch.setattr(demo, "sign_token", sign_as_one_who_sat_there)
    hers.come_back(hers.choose(away, "amina"))
    answer = hers.client.post("/en/my/access/", {"name": "x"})
    assert answer.get("Location", "").startswith("/en/account/confirm/") is not is_enough


def test_an_identity_opens_one_account_only(amina: Person, ben: Person) -> None:
    linked(Client(), amina, "amina")
    his = Traveller(Client())
    sign_in(his.client, ben)
    answer = his.go("amina")
    assert answer.status_code == 409
    assert "opens another account" in words_of(answer)
    assert person_of(his.client) == str(ben.pk)
    assert LinkedIdentity.objects.get().person == amina


def test_an_account_has_one_identity_of_a_provider(amina: Person) -> None:
    hers = linked(Client(), amina, "amina")
    hers.go("ben")
    answer = hers.client.post("/en/identity/arrived/", {"is_me": "yes"})
    assert "linked to another identity" in words_of(answer)
    assert LinkedIdentity.objects.count() == 1


def test_an_identity_is_ended_at_once_and_asks_first(amina: Person) -> None:
    hers = linked(Client(), amina, "amina")
    assert "Port Lumen ID" in words_of(hers.client.get("/en/my/sign-in/identities/"))
    end = f"/en/my/sign-in/identities/{LinkedIdentity.objects.get().pk}/end/"
    assert "End the link" in words_of(hers.client.get(end))
    assert LinkedIdentity.objects.exists()
    hers.client.post(end)
    assert not LinkedIdentity.objects.exists()
    other = Traveller(Client())
    assert "You are new here" in words_of(other.go("amina"))


def test_the_only_way_in_is_not_taken_away(amina: Person) -> None:
    hers = linked(Client(), amina, "amina")
    amina.set_unusable_password()
    amina.save()
    other = Traveller(Client())
    other.go("amina")
    answer = other.client.post(f"/en/my/sign-in/identities/{LinkedIdentity.objects.get().pk}/end/")
    assert "only way to sign in" in words_of(answer)
    assert LinkedIdentity.objects.exists()
    del hers


def test_somebody_elses_link_is_not_there(amina: Person, ben: Person) -> None:
    linked(Client(), amina, "amina")
    his = Client()
    sign_in(his, ben)
    end = f"/en/my/sign-in/identities/{LinkedIdentity.objects.get().pk}/end/"
    assert (his.get(end).status_code, his.post(end).status_code) == (404, 404)
    assert LinkedIdentity.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_was_linked_since_a_strange_sign_in_opens_nothing_any_more(amina: Person) -> None:
    strange = SignIn.objects.create(person=amina, at=timezone.now(), how="password")
    linked(Client(), amina, "amina")
    disown_sign_in(strange, by=amina, at=timezone.now())
    assert Traveller(Client()).go("amina").status_code == 409, "not even before the worker has run"
    run_waiting_jobs()
    assert not LinkedIdentity.objects.exists()
    assert find_entries([f"person:{amina.id}"])[-1].kind == "federation.IdentityUnlinked"


def test_whoever_came_in_leaves_neither_their_name_nor_their_level(amina: Person) -> None:
    linked(Client(), amina, "layla").go("layla", level="high")
    theirs = SignIn.objects.get(person=amina)
    taken = Person.objects.get(pk=amina.pk)
    assert (taken.name, taken.assurance) == ("ليلى الخطيب", "high")
    disown_sign_in(theirs, by=taken, at=timezone.now())
    again = Person.objects.get(pk=amina.pk)
    assert (again.name, again.assurance, again.assured_by, again.assured_at) == ("Amina", "account", "", None)


def test_a_level_from_before_a_strange_sign_in_comes_back(amina: Person) -> None:
    linked(Client(), amina, "amina")
    before = Person.objects.get(pk=amina.pk)
    sign_in(thief := Client(), amina)
    Traveller(thief).go("amina", level="high")
    theirs = SignIn.objects.filter(person=amina).latest("at")
    disown_sign_in(theirs, by=before, at=timezone.now())
    again = Person.objects.get(pk=amina.pk)
    assert (again.name, again.assurance, again.assured_at) == (before.name, "verified", before.assured_at)


@pytest.mark.django_db(transaction=True)
def test_what_was_linked_before_a_strange_sign_in_stays(amina: Person) -> None:
    linked(Client(), amina, "amina")
    strange = SignIn.objects.create(person=amina, at=timezone.now(), how="password")
    disown_sign_in(strange, by=amina, at=timezone.now())
    run_waiting_jobs()
    assert LinkedIdentity.objects.exists()


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_no_table_tells_who_it_is(amina: Person) -> None:
    linked(Client(), amina, "ben")
    ben = demo.find_resident("ben")
    assert ben is not None
    said = LinkedIdentity.objects.get().said
    assert (said["name"], said["subject"], said["number"]) == (ben.name, ben.subject, ben.number)
    clear = rows_in_clear()
    for word in (ben.name, "Okafor", ben.subject, ben.number, ben.born_on):
        assert word not in clear


def test_subjects_that_differ_in_case_are_two_people() -> None:
    from civium.foundation.federation.queries import subject_index

    assert subject_index("https://a.example", "AbC") != subject_index("https://a.example", "abc")
    assert subject_index("https://a.example", "abc") != subject_index("https://b.example", "abc")


def test_the_record_has_ids_and_codes(amina: Person) -> None:
    hers = linked(Client(), amina, "amina")
    hers.go("amina")
    kinds = [entry.kind for entry in find_entries([f"person:{amina.id}"])]
    assert [kind for kind in kinds if "Identity" in kind] == [
        "federation.IdentityLinked",
        "federation.IdentityUsed",
    ]
    assert "identity.PersonVerified" in kinds


# --- how sure ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "asked", "reached"),
    [
        ("noor", "account", "account"),
        ("ben", "verified", "verified"),
        ("amina", "account", "verified"),
        ("amina", "verified", "verified"),
        ("amina", "high", "high"),
        ("ben", "high", "verified"),
        ("noor", "high", "account"),
    ],
)
def test_the_level_that_the_provider_confirms_is_the_one_that_counts(
    amina: Person, who: str, asked: str, reached: str
) -> None:
    traveller = Traveller(Client())
    sign_in(traveller.client, amina)
    traveller.go(who, level=asked)
    answer = traveller.client.post("/en/identity/arrived/", {"is_me": "yes"})
    assert Person.objects.get(pk=amina.pk).assurance == reached
    rank = ["account", "verified", "high"].index
    is_enough = rank(reached) >= rank(asked)
    assert answer.status_code == (302 if is_enough else 200)
    if not is_enough:
        assert "not enough for the service" in words_of(answer)


def test_a_stronger_proof_counts_and_a_weaker_one_takes_nothing_away(amina: Person) -> None:
    hers = linked(Client(), amina, "amina")
    assert Person.objects.get(pk=amina.pk).assurance == "verified"
    hers.go("amina", level="high")
    assert Person.objects.get(pk=amina.pk).assurance == "high"
    hers.go("amina", level="verified")
    assert Person.objects.get(pk=amina.pk).assurance == "high"
    assert LinkedIdentity.objects.get().level == "verified"


def test_a_weak_proof_renames_nobody(amina: Person) -> None:
    linked(Client(), amina, "noor")
    assert Person.objects.get(pk=amina.pk).name == "Amina"


# --- on the way -------------------------------------------------------------------------------------------------------


def test_turning_back_at_the_provider_changes_nothing_and_leads_back(traveller: Traveller) -> None:
    page = traveller.come_back(traveller.choose(traveller.leave(next="/en/services/"), "nobody"))
    assert page.status_code == 200
    assert "You came back without signing in" in words_of(page)
    assert b'href="/en/services/"' in page.content
    assert not LinkedIdentity.objects.exists()


def test_an_unknown_state_lets_nobody_in(traveller: Traveller) -> None:
    back = traveller.choose(traveller.leave(), "amina")
    stranger = Traveller(Client())
    page = stranger.come_back(back)
    assert page.status_code == 409
    assert "used already, or took too long" in words_of(page)


def test_an_answer_of_one_provider_is_not_taken_for_anothers(
    traveller: Traveller, settings: Any, tmp_path: Path
) -> None:
    each = {
        "protocol": "openid-connect",
        "issuer": f"{settings.CIVIUM_ORIGIN}/demo/identity",
        "client": "civium",
        "networks": ["127.0.0.0/8", "::1/128"],
    }
    both = [{"name": name, "title": {"en": name}, **each} for name in ("one-id", "other-id")]
    file = tmp_path / "identities.yaml"
    file.write_text(yaml.safe_dump({"identities": both}))
    settings.CIVIUM_IDENTITIES = str(file)
    there = query_of(traveller.client.get("/en/identity/one-id/go/")["Location"])
    assert "/identity/one-id/back/" in there["redirect_uri"]
    answer = {"state": there["state"], "code": "a-code"}
    other = traveller.client.get("/identity/other-id/back/", answer)
    assert "used already, or took too long" in words_of(traveller.client.get(other["Location"]))
    own = traveller.client.get("/identity/one-id/back/", answer)
    assert "used already, or took too long" not in words_of(traveller.client.get(own["Location"]))


def test_the_providers_tokens_stay_on_the_server(
    traveller: Traveller, amina: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked(Client(), amina, "amina")
    tokens: list[str] = []
    straight = own_http.OwnHttp.send

    def send(self: Any, request: Any, **options: Any) -> Any:
        answer = straight(self, request, **options)
        if str(request.url).endswith("/token"):
            tokens.extend(answer.json()[name] for name in ("access_token", "id_token"))
        return answer

    monkeypatch.setattr(own_http.OwnHttp, "send", send)
    page = traveller.go("amina")
    assert len(tokens) == 2
    kept = repr(dict(traveller.client.session)) + repr(traveller.client.cookies) + page.content.decode()
    assert not any(token in kept or token in rows_in_clear() for token in tokens)


def test_the_same_answer_works_once(traveller: Traveller, amina: Person) -> None:
    linked(Client(), amina, "amina")
    back = traveller.choose(traveller.leave(), "amina")
    traveller.come_back(back)
    assert person_of(traveller.client) == str(amina.pk)
    traveller.client.logout()
    assert "used already" in words_of(traveller.come_back(back))
    assert person_of(traveller.client) == ""


def test_a_code_works_once_at_the_provider_too(traveller: Traveller) -> None:
    """A stolen code without the secret behind its challenge is worth nothing, and is spent by trying."""
    there = traveller.leave()
    code = query_of(traveller.choose(there, "amina"))["code"]
    form = {
        "grant_type": "authorization_code",
        "client_id": "civium",
        "redirect_uri": query_of(there)["redirect_uri"],
        "code": code,
        "code_verifier": "a guess that is long enough to be one, surely",
    }
    assert Client().post("/demo/identity/token", form).status_code == 400
    assert cache.get(demo._slot("code", code)) is None


def test_what_arrived_waits_a_quarter_of_an_hour(traveller: Traveller, amina: Person) -> None:
    sign_in(traveller.client, amina)
    traveller.go("amina")
    session = traveller.client.session
    session["federation_arrived"]["proof"]["at"] -= 15 * 60 + 1
    session.save()
    answer = traveller.client.post("/en/identity/arrived/", {"is_me": "yes"})
    assert answer.status_code == 409
    assert not LinkedIdentity.objects.exists()


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_nobody_is_led_elsewhere(traveller: Traveller, amina: Person, onward: str) -> None:
    linked(Client(), amina, "amina")
    back = traveller.client.get(inside(traveller.choose(traveller.leave(next=onward), "amina")))
    assert traveller.client.get(back["Location"])["Location"] == "/en/my/"


def test_it_is_said_before_where_one_goes_and_that_one_comes_back(traveller: Traveller) -> None:
    page = BeautifulSoup(traveller.client.get("/en/identity/").content, "html.parser").select_one("main")
    assert page is not None
    words = " ".join(page.get_text(" ", strip=True).split())
    assert "You sign in there, then you come back here." in words
    away = page.select_one("a[rel=nofollow]")
    assert away is not None
    assert "/go/" in str(away["href"])


def test_a_page_of_somebody_else_starts_no_sign_in(traveller: Traveller) -> None:
    answer = traveller.client.get("/en/identity/port-lumen-id/go/", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer["Location"].startswith("/en/identity/?")


@pytest.mark.parametrize("provider", ["nobody", "openid_connect", "saml"])
def test_a_provider_that_we_do_not_have_is_not_there(traveller: Traveller, provider: str) -> None:
    assert traveller.client.get(f"/en/identity/{provider}/go/").status_code == 404
    assert traveller.client.get(f"/identity/{provider}/back/?code=1&state=2").status_code == 404


def test_somebody_who_was_closed_out_stays_out(amina: Person) -> None:
    linked(Client(), amina, "amina")
    Person.objects.filter(pk=amina.pk).update(is_active=False)
    other = Traveller(Client())
    assert other.go("amina")["Location"].endswith("/account/inactive/")
    assert person_of(other.client) == ""


def test_the_language_stays(traveller: Traveller) -> None:
    there = traveller.client.get("/ar/identity/port-lumen-id/go/")["Location"]
    assert query_of(there)["ui_locales"] == "ar"
    assert 'dir="rtl"' in traveller.client.get(inside(there)).content.decode()
    back = traveller.client.get(inside(traveller.choose(there, "amina")))
    assert back["Location"] == "/ar/identity/arrived/"


def test_the_account_librarys_own_tables_stay_empty(traveller: Traveller, amina: Person) -> None:
    from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken

    linked(Client(), amina, "amina").go("amina")
    traveller.go("new")
    traveller.client.post("/en/identity/arrived/", {"email": "rosa@example.org"})
    assert [table.objects.count() for table in (SocialAccount, SocialApp, SocialToken)] == [0, 0, 0]
    assert LinkedIdentity.objects.count() == 2
