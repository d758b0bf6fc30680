"""What makes a password good."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from civium.foundation.identity.actions.end_sessions import disown_sign_in
from civium.foundation.identity.actions.hold_account import AccountErased
from civium.foundation.identity.adapters.allauth import AccountAdapter, held
from civium.foundation.identity.models import Person, SignIn
from civium.foundation.privacy.actions.erase_owner import erase_owner
from tests.cast import NOW

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "password",
    [
        "umbrella sparrow nineteen",
        "correct horse battery staple",
        "my cat eats blue soup",
        "طائر أزرق فوق البحر",
        "雨の中の青い鳥と古い傘が三本ある",
        "Kf83-mmQx-p0Lz-77",
        "               spaces are fine",
    ],
)
def test_any_long_words_will_do(password: str, amina: Person) -> None:
    validate_password(password, amina)


@pytest.mark.parametrize(
    "password",
    [
        "password1234567",
        "PasswordPassword",
        "passwordpassword1",
        "123456789012345",
        "aaaaaaaaaaaaaaaaaa",
        "qwertyuiopasdfgh",
        "abcabcabcabcabcabc",
        "letmeinletmein!!",
        "port lumen port lumen",
        "PortLumen2026!!!!",
        "welcome to port lumen",
        "amina@cast.example",
        "amina cast example 1",
        "civium civium 2026",
        "iloveyouiloveyou1",
    ],
)
def test_what_others_would_try_first_will_not(password: str, amina: Person) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, amina)


def test_fifteen_characters_alone_twelve_beside_a_second_factor(amina: Person) -> None:
    with pytest.raises(ValidationError):
        validate_password("umbrella nine!", amina)
    validate_password("umbrella nine!!", amina)
    Authenticator.objects.create(user=amina, type="totp", data={})
    validate_password("umbrella owl", amina)
    with pytest.raises(ValidationError):
        validate_password("umbrella ow", amina)


def test_recovery_codes_alone_are_no_second_factor(amina: Person) -> None:
    Authenticator.objects.create(user=amina, type="recovery_codes", data={})
    with pytest.raises(ValidationError):
        validate_password("umbrella owl", amina)


def test_a_short_password_whose_second_factor_is_gone_must_be_changed(amina: Person) -> None:
    amina.set_password("umbrella owl")
    amina.save()
    client = Client()
    client.post("/en/account/login/", {"login": amina.email, "password": "umbrella owl"})
    assert client.get("/en/my/")["Location"] == "/en/account/password/change/"
    chosen = "umbrella sparrow nineteen"
    client.post(
        "/en/account/password/change/",
        {"oldpassword": "umbrella owl", "password1": chosen, "password2": chosen},
    )
    assert client.get("/en/my/").status_code == 200


def test_a_request_on_its_way_brings_back_nothing_of_whoever_was_erased(amina: Person) -> None:
    on_its_way = Person.objects.get(pk=amina.pk)
    address = EmailAddress(user=on_its_way, email="new@example.org")
    erase_owner(amina.vault_key, because="asked", by=None, at=NOW)
    with pytest.raises(AccountErased):
        AccountAdapter().set_password(on_its_way, "umbrella sparrow nineteen")
    with pytest.raises(AccountErased):
        AccountAdapter().confirm_email(HttpRequest(), address)
    came = SignIn(person=on_its_way, at=NOW, how="password")
    with pytest.raises(AccountErased):
        disown_sign_in(came, by=on_its_way, at=NOW)
    request = RequestFactory().post("/en/account/email/")
    request.user = on_its_way
    with pytest.raises(AccountErased):
        held(lambda request: HttpResponse(address.save()))(request)
    gone = Person.objects.get(pk=amina.pk)
    assert (gone.is_erased, gone.is_active, gone.has_usable_password()) == (True, False, False)
    assert not EmailAddress.objects.filter(user=amina).exists()


def test_a_new_password_writes_nothing_else(amina: Person, client: Client) -> None:
    client.force_login(amina)
    on_its_way = Person.objects.get(pk=amina.pk)
    Person.objects.filter(pk=amina.pk).update(language="es")
    request = client.get("/en/").wsgi_request
    with request_context(request):
        AccountAdapter().set_password(on_its_way, "umbrella sparrow nineteen")
    amina.refresh_from_db()
    assert (amina.language, amina.check_password("umbrella sparrow nineteen")) == ("es", True)


def test_a_password_may_be_pasted_and_shown(db: None) -> None:
    page = Client().get("/en/account/login/").content.decode()
    assert "govuk-js-password-input-toggle" in page or "govuk-password-input" in page
    assert "onpaste" not in page
