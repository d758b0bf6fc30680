"""Passwords and codes: whose they are, how long they last, what becomes of wrong ones, and what is left when somebody leaves."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client

from civium.foundation.identity.models import Person
from civium.foundation.identity.passwords import _ALWAYS
from setup import ROOT
from tests.cast import PASSWORD

LOGIN, CHANGE, SIGN_UP = "/en/account/login/", "/en/account/password/change/", "/en/account/signup/"
CHOSEN = "umbrella sparrow nineteen"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    cache.clear()


@pytest.fixture
def mails(settings: Any) -> list[mail.EmailMessage]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    return mail.outbox


def come_in(email: str, password: str = PASSWORD, client: Client | None = None) -> Client:
    client = client or Client()
    client.post(LOGIN, {"login": email, "password": password})
    return client


def is_in(client: Client) -> bool:
    return bool(client.get("/en/my/").status_code == 200)


def change(client: Client, present: str, chosen: str = CHOSEN) -> None:
    client.post(CHANGE, {"oldpassword": present, "password1": chosen, "password2": chosen})


# --- passwords -------------------------------------------------------------------------------------------------------
def test_a_password_is_changed_with_the_present_one_only(amina: Person) -> None:
    for present, becomes in (("not her password at all", PASSWORD), ("", PASSWORD), (PASSWORD, CHOSEN)):
        change(come_in(amina.email), present)
        assert is_in(come_in(amina.email, becomes))
    assert not is_in(come_in(amina.email, PASSWORD))


def test_a_password_is_taken_as_it_was_typed(amina: Person) -> None:
    exact = "  Umbrella sparrow " + "nineteen " * 12
    change(come_in(amina.email), PASSWORD, exact)
    for other in (exact.strip(), exact.lower(), exact[:72], exact[:-1], exact + " "):
        assert not is_in(come_in(amina.email, other))
    assert is_in(come_in(amina.email, exact))


def test_a_password_stays_good_for_years(amina: Person) -> None:
    long_ago = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)
    moments = [field.name for field in Person._meta.concrete_fields if "DateTime" in type(field).__name__]
    assert moments
    Person.objects.filter(pk=amina.pk).update(**dict.fromkeys(moments, long_ago))
    assert is_in(come_in(amina.email))


def test_passwords_that_became_known_will_not_do_however_they_are_stretched(amina: Person) -> None:
    """Django's list is the 20,000 that were found most often in breaches."""
    known = sorted(CommonPasswordValidator().passwords)
    assert len(known) > 19_000
    for each in known[::200]:
        for stretched in (each * (15 // len(each) + 1), " ".join([each] * 4), each + "0123456789!!!!!"):
            with pytest.raises(ValidationError):
                validate_password(stretched, amina)


def test_the_words_that_are_no_password_are_documented() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    assert [word for word in _ALWAYS if f"`{word}`" not in page] == []


# --- codes -----------------------------------------------------------------------------------------------------------
def test_codes_have_a_million_possibilities_and_more_and_are_never_alike(amina: Person) -> None:
    sent = {get_adapter().generate_email_verification_code().replace("-", "") for _ in range(200)}
    signs = {sign for code in sent for sign in code}
    assert len(sent) == 200
    assert all(len(signs) ** len(code) >= 2**20 for code in sent)
    printed = RecoveryCodes.activate(amina).generate_codes()
    assert all(re.fullmatch(r"\d{8}", code) for code in printed)
    assert len(set(printed)) == len(printed)
    Authenticator.objects.filter(user=amina).delete()
    assert not set(RecoveryCodes.activate(amina).generate_codes()) & set(printed)


def test_a_code_from_a_mail_is_good_for_the_visit_that_asked_for_it(mails: list[mail.EmailMessage]) -> None:
    def sign_up(email: str) -> tuple[Client, str, str]:
        client = Client()
        cache.clear()
        place = client.post(SIGN_UP, {"name": "Lin", "email": email, "password1": CHOSEN})["Location"]
        code = re.search(r"Your code: (\S+)", mails[-1].body)
        assert code is not None, mails[-1].body
        return client, place, code[1]

    first, place, code = sign_up("lin@example.org")
    other, elsewhere, _code = sign_up("other@example.org")
    other.post(elsewhere, {"code": code})
    assert not is_in(other)
    first.post(place, {"code": code})
    assert is_in(first)
    first.post("/en/account/logout/")
    first.post(place, {"code": code})
    assert not is_in(first)


def test_a_code_from_a_mail_is_good_for_ten_minutes(mails: list[mail.EmailMessage]) -> None:
    now = dt.datetime.now(dt.UTC)
    for minutes, is_good in ((9, True), (11, False)):
        client = Client()
        cache.clear()
        with time_machine.travel(now, tick=False):
            typed = {"name": "Lin", "email": f"lin{minutes}@example.org", "password1": CHOSEN}
            place = client.post(SIGN_UP, typed)["Location"]
        code = re.search(r"Your code: (\S+)", mails[-1].body)
        assert code is not None
        with time_machine.travel(now + dt.timedelta(minutes=minutes), tick=False):
            client.post(place, {"code": code[1]})
            assert is_in(client) is is_good


# --- whoever is told -------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_the_owner_is_told_of_each_change_of_how_they_sign_in(
    amina: Person, mails: list[mail.EmailMessage]
) -> None:
    visit = come_in(amina.email)
    before = len(mails)
    change(visit, PASSWORD)
    assert [each.to for each in mails[before:]] == [[amina.email]]
    before = len(mails)
    visit.get("/en/account/2fa/totp/activate/")
    secret = visit.session["mfa.totp.secret"]
    code = f"{hotp_value(secret, next(iter(yield_hotp_counters_from_time()))):06}"
    visit.post("/en/account/2fa/totp/activate/", {"code": code})
    assert Authenticator.objects.filter(user=amina, type="totp").exists()
    assert [amina.email] in [each.to for each in mails[before:]]
    before = len(mails)
    visit.post("/en/account/2fa/totp/deactivate/")
    assert [amina.email] in [each.to for each in mails[before:]]


# --- the log ---------------------------------------------------------------------------------------------------------
def test_every_failed_sign_in_is_in_the_log_and_nobody_is_named(
    amina: Person, caplog: pytest.LogCaptureFixture
) -> None:
    come_in(amina.email, "a guess of somebody")
    assert "sign-in failed: password" in caplog.text
    TOTP.activate(amina, generate_totp_secret())
    come_in(amina.email).post("/en/account/2fa/authenticate/", {"code": "000000"})
    assert "sign-in failed: passkey or code" in caplog.text
    for _each in range(25):
        come_in(amina.email, "a guess of somebody")
    assert "sign-in refused: too many wrong tries" in caplog.text
    assert amina.email not in caplog.text
    assert "a guess" not in caplog.text


def test_every_refusal_is_in_the_log_with_its_page(amina: Person, caplog: pytest.LogCaptureFixture) -> None:
    visit = come_in(amina.email)
    assert visit.get("/en/desk/").status_code == 404
    assert "desk/" in caplog.text
    assert "Not Found" in caplog.text
    caplog.clear()
    assert Client().get("/api/v1/cases").status_code == 401
    assert "Unauthorized" in caplog.text


# --- leaving ---------------------------------------------------------------------------------------------------------
def test_a_browser_that_signs_out_is_told_to_forget_what_it_was_shown(amina: Person) -> None:
    visit = come_in(amina.email)
    assert "Clear-Site-Data" not in visit.get("/en/my/").headers
    assert visit.post("/en/account/logout/")["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(visit)
