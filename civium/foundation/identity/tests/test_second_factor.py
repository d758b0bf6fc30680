"""Whoever works here needs a second factor; and what happens to somebody who has lost every one."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from civium.foundation.identity.models import Person, Recovery
from civium.foundation.journal.queries import find_entries
from tests.cast import PASSWORD

LOGIN, LOST = "/en/account/login/", "/en/account/recovery/"
STEP = "/en/account/2fa/authenticate/"


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    cache.clear()


@pytest.fixture
def mails(settings: Any) -> list[mail.EmailMessage]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    return mail.outbox


def protect(person: Person) -> list[str]:
    """Give the person an app and printed codes; the codes."""
    TOTP.activate(person, generate_totp_secret())
    return list(RecoveryCodes.activate(person).get_unused_codes())


def come_in(person: Person, client: Client | None = None) -> Client:
    client = client or Client()
    client.post(LOGIN, {"login": person.email, "password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return bool(client.get("/en/my/").status_code == 200)


# --- whoever works here ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("place", ["/en/desk/", "/en/desk/services/", "/en/my/", "/en/my/access/"])
def test_nothing_of_the_desk_opens_before_a_second_factor(boris: Person, settings: Any, place: str) -> None:
    settings.CIVIUM_STAFF_SECOND_FACTOR = True
    visit = come_in(boris)
    assert visit.get(place)["Location"] == "/en/account/second-step/"
    assert visit.post(place)["Location"] == "/en/account/second-step/"
    page = visit.get("/en/account/second-step/").content.decode()
    assert "/account/2fa/webauthn/add/" in page
    assert visit.get("/en/account/2fa/webauthn/add/").status_code == 200
    page = visit.get("/es/account/2fa/webauthn/add/").content.decode()
    assert ">Nombre<" in re.sub(r"\s+", "", page)
    assert re.search(r'<input[^>]*name="passwordless"[^>]*checked', page), "a passkey signs in by itself"


def test_the_desk_opens_with_one(boris: Person, settings: Any) -> None:
    settings.CIVIUM_STAFF_SECOND_FACTOR = True
    visit = come_in(boris)
    protect(boris)
    assert visit.get("/en/desk/").status_code == 200


def test_citizens_and_the_demo_town_do_without(amina: Person, boris: Person, settings: Any) -> None:
    assert come_in(boris).get("/en/desk/").status_code == 200
    settings.CIVIUM_STAFF_SECOND_FACTOR = True
    assert is_in(come_in(amina))


def test_outside_the_demo_town_it_is_asked() -> None:
    import subprocess
    import sys

    script = "from config import settings; print(settings.CIVIUM_STAFF_SECOND_FACTOR)"
    for demo, wanted in (("", "True"), ("1", "False")):
        found = subprocess.run(
            [sys.executable, "-c", script],
            env={"CIVIUM_DEMO": demo, "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        )
        assert found.stdout.strip() == wanted


# --- the second step -------------------------------------------------------------------------------------------------
def test_the_password_alone_lets_nobody_in(amina: Person) -> None:
    protect(amina)
    visit = come_in(amina)
    assert not is_in(visit)
    page = visit.get(STEP).content.decode()
    assert "One more step" in page
    # Whoever has none is not sent to look for a passkey.
    assert "Use your passkey" not in page


def test_a_new_password_by_mail_still_asks_for_the_second_step(
    amina: Person, mails: list[mail.EmailMessage]
) -> None:
    protect(amina)
    client = Client()
    client.post("/en/account/password/reset/", {"email": amina.email})
    link = re.search(r"http://localhost:8000(\S+)", mails[-1].body)
    assert link is not None
    page = client.get(link[1], follow=True)
    chosen = "umbrella sparrow nineteen"
    client.post(page.redirect_chain[-1][0], {"password1": chosen, "password2": chosen})
    assert not is_in(client)
    client.post(LOGIN, {"login": amina.email, "password": chosen})
    assert not is_in(client)


def test_a_code_of_an_app_lets_in_once_for_as_long_as_it_is_good(amina: Person) -> None:
    """Somebody who saw it typed has half a minute and more, and the password, and does not get in."""
    secret = generate_totp_secret()
    TOTP.activate(amina, secret)
    at_its_start = dt.datetime(2026, 11, 22, 9, 0, 0, tzinfo=dt.UTC)
    code = f"{hotp_value(secret, int(at_its_start.timestamp()) // 30):06}"
    for seconds, lets_in in ((-29, True), (2, False), (31, False), (59, False)):
        with time_machine.travel(at_its_start + dt.timedelta(seconds=seconds), tick=False):
            visit = come_in(amina)
            visit.post(STEP, {"code": code[:3] + " " + code[3:] if seconds > 30 else code})
            assert is_in(visit) is lets_in, seconds
    with time_machine.travel(at_its_start + dt.timedelta(seconds=59), tick=False):
        fresh = f"{hotp_value(secret, int(at_its_start.timestamp()) // 30 + 1):06}"
        visit = come_in(amina)
        visit.post(STEP, {"code": fresh})
        assert is_in(visit), "the next code does"


def test_the_code_that_added_an_app_does_not_sign_in(amina: Person) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 22, 9, 0, 0, tzinfo=dt.UTC), tick=False):
        visit = come_in(amina)
        visit.get("/en/account/2fa/totp/activate/")
        secret = visit.session["mfa.totp.secret"]
        code = f"{hotp_value(secret, next(iter(yield_hotp_counters_from_time()))):06}"
        visit.post("/en/account/2fa/totp/activate/", {"code": code})
        assert Authenticator.objects.filter(user=amina, type="totp").exists()
        other = come_in(amina)
        other.post(STEP, {"code": code})
        assert not is_in(other)


def test_a_printed_code_lets_in_once(amina: Person) -> None:
    code = protect(amina)[0]
    visit = come_in(amina)
    visit.post("/en/account/2fa/authenticate/", {"code": code})
    assert is_in(visit)
    again = come_in(amina)
    again.post("/en/account/2fa/authenticate/", {"code": code})
    assert not is_in(again)


def test_codes_are_not_guessed_and_the_owners_device_is_not_held_up(amina: Person) -> None:
    codes = protect(amina)
    own = come_in(amina)
    own.post("/en/account/2fa/authenticate/", {"code": codes[0]})
    own.post("/en/account/logout/")
    thief = come_in(amina)
    for _each in range(11):
        answer = thief.post("/en/account/2fa/authenticate/", {"code": "000000"})
    assert "too many wrong tries" in answer.content.decode()
    thief.post("/en/account/2fa/authenticate/", {"code": codes[1]})
    assert not is_in(thief)
    come_in(amina, own)
    own.post("/en/account/2fa/authenticate/", {"code": codes[2]})
    assert is_in(own)


# --- every one is lost -----------------------------------------------------------------------------------------------
def later(monkeypatch: pytest.MonkeyPatch, **by: float) -> None:
    moment = timezone.now() + dt.timedelta(**by)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_nobody_starts_it_without_the_password(amina: Person) -> None:
    protect(amina)
    assert Client().post(LOST)["Location"] == LOGIN
    assert not Recovery.objects.exists()


def test_it_takes_three_days_a_notice_to_every_address_and_the_password_again(
    amina: Person, mails: list[mail.EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    from allauth.account.models import EmailAddress

    protect(amina)
    EmailAddress.objects.create(user=amina, email="second@cast.example", verified=True)
    visit = come_in(amina)
    visit.get(LOST)
    visit.post(LOST)
    assert {address for m in mails for address in m.to} == {amina.email, "second@cast.example"}
    visit.post(LOST)
    assert not is_in(visit)
    assert len(mails) == 2
    later(monkeypatch, hours=71)
    visit = come_in(amina)
    visit.post(LOST)
    assert not is_in(visit)
    later(monkeypatch, hours=2)
    visit = come_in(amina)
    assert not is_in(visit)
    assert "You can sign in now" in visit.get(LOST).content.decode()
    visit.post(LOST)
    assert is_in(visit)
    assert not Authenticator.objects.filter(user=amina).exists()
    kinds = [entry.kind for entry in find_entries([f"person:{amina.id}"])]
    assert kinds[-3:] == ["identity.RecoveryAsked", "identity.FactorsRemoved", "identity.SignedIn"]
    assert "second steps were removed" in mails[-1].subject


def test_the_link_of_the_notice_stops_it(
    amina: Person, mails: list[mail.EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    protect(amina)
    come_in(amina).post(LOST)
    link = re.search(r"http://localhost:8000(\S+)", mails[-1].body)
    assert link is not None
    assert "stop it" in Client().get(link[1]).content.decode()
    assert Recovery.objects.get().ended_at is None, "a mail program that opens links stops nothing"
    Client().post(link[1])
    later(monkeypatch, hours=73)
    visit = come_in(amina)
    visit.post(LOST)
    assert not is_in(visit)
    assert Recovery.objects.filter(ended_at=None).count() == 1, "asking anew begins the wait anew"


def test_a_sign_in_with_a_factor_stops_it(amina: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    code = protect(amina)[0]
    come_in(amina).post(LOST)
    come_in(amina).post("/en/account/2fa/authenticate/", {"code": code})
    visit = come_in(amina)
    visit.post("/en/account/2fa/authenticate/", {"code": code})
    assert Recovery.objects.get().ended_how == "stopped"


def test_it_is_void_when_nobody_comes_for_it(amina: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    protect(amina)
    come_in(amina).post(LOST)
    later(monkeypatch, days=18)
    visit = come_in(amina)
    visit.post(LOST)
    assert not is_in(visit)


def test_whoever_asks_again_and_again_is_told_to_call(amina: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    protect(amina)
    for _each in range(3):
        come_in(amina).post(LOST)
        Recovery.objects.update(ended_at=timezone.now(), ended_how="stopped")
    assert come_in(amina).post(LOST).status_code == 429
