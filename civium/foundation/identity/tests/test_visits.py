"""How long a visit lasts, where somebody is signed in, and what happens when a sign-in was somebody else's."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth import login
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from civium.foundation.identity.actions.end_sessions import disown_sign_in, forget_accounts
from civium.foundation.identity.actions.invite_to_act import invite_to_act
from civium.foundation.identity.actions.recover import ask_recovery
from civium.foundation.identity.models import NOBODYS, Mandate, MandateState, Person, Session, SignIn
from civium.foundation.journal.queries import find_entries
from tests.cast import PASSWORD

PHONE = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Mobile Safari/537.36"
)
LAPTOP = "Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0"
PAGE = "/en/my/sign-in/"


def come_in(
    person: Person, agent: str, *, client: Client | None = None, address: str = "203.0.113.77"
) -> Client:
    """Sign in with the password, as a browser does."""
    client = client or Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    answer = client.post("/en/account/login/", {"login": person.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return client


@pytest.fixture
def mails(settings: object) -> list[object]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    mail.outbox = []
    return mail.outbox


def is_in(client: Client) -> bool:
    return bool(client.get("/en/my/").status_code == 200)


def later(monkeypatch: pytest.MonkeyPatch, **by: float) -> None:
    moment = timezone.now() + dt.timedelta(**by)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_a_citizens_visit_ends_after_an_hour_without_anything(
    amina: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = come_in(amina, PHONE)
    later(monkeypatch, minutes=59)
    assert is_in(visit)
    later(monkeypatch, minutes=59)
    assert is_in(visit), "what was done in between makes it longer"
    later(monkeypatch, minutes=61)
    assert not is_in(visit)


def test_a_visit_of_staff_ends_after_half_an_hour(boris: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = come_in(boris, LAPTOP)
    later(monkeypatch, minutes=31)
    assert not is_in(visit)


@pytest.mark.parametrize(("who", "hours", "step"), [("amina", 24, 50), ("boris", 12, 25)])
def test_nothing_makes_a_visit_longer_than_its_limit(
    who: str, hours: int, step: int, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    visit = come_in(request.getfixturevalue(who), LAPTOP)
    for _each in range(hours * 60 // step):
        later(monkeypatch, minutes=step)
        assert is_in(visit)
    later(monkeypatch, minutes=step)
    assert not is_in(visit)


def test_what_a_page_asks_by_itself_makes_no_visit_longer(amina: Person) -> None:
    visit = come_in(amina, PHONE)
    session = visit.session
    row = Session.objects.get()
    Session.objects.update(expire_date=row.expire_date - dt.timedelta(minutes=30))
    session = visit.session
    session.load()
    before = session.ends_at
    assert session.goes_on(by_itself=True).ends_at == before
    assert session.goes_on().ends_at > before


def test_a_page_that_is_only_read_writes_at_most_once_a_minute(
    amina: Person, django_assert_num_queries: Callable[[int], object]
) -> None:
    visit = come_in(amina, PHONE)
    visit.get("/en/my/profile/")
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        visit.get("/en/my/profile/")


def test_every_page_says_until_when_the_visit_lasts(amina: Person) -> None:
    visit = come_in(amina, PHONE)
    for place in ("/en/my/", "/en/account/email/"):
        assert "To keep you safe you are signed out at" in visit.get(place).content.decode()
    assert "data-stay" not in Client().get("/en/").content.decode()


def test_the_end_that_cannot_be_put_off_is_said_in_time(
    amina: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = come_in(amina, PHONE)
    session = visit.session
    session["began"] = time.time() - (24 * 60 - 10) * 60
    session.save()
    assert "You have been here for long." in visit.get("/en/my/").content.decode()


def test_a_press_makes_the_visit_longer(amina: Person) -> None:
    visit = come_in(amina, PHONE)
    Session.objects.update(expire_date=timezone.now() + dt.timedelta(minutes=2))
    assert 3540 <= visit.post(reverse("identity:stay")).json()["seconds"] <= 3600


def test_the_page_shows_each_device_and_ends_one_at_once(amina: Person) -> None:
    phone, laptop = come_in(amina, PHONE), come_in(amina, LAPTOP, address="2001:db8:1:2:3::4")
    words = laptop.get(PAGE).content.decode()
    for shown in ("Chrome, Android", "Firefox, Linux", "203.0.113.0/24", "2001:db8:1::/48", "This device"):
        assert shown in words
    assert "203.0.113.77" not in words
    other = SignIn.objects.filter(person=amina).order_by("at")[0]
    laptop.post(reverse("identity:end", args=[other.id]))
    assert not is_in(phone)
    assert is_in(laptop)


def test_everything_elsewhere_is_ended_at_once(amina: Person) -> None:
    others = [come_in(amina, PHONE) for _each in range(3)]
    here = come_in(amina, LAPTOP)
    here.post(reverse("identity:end_others"))
    assert not any(is_in(other) for other in others)
    assert is_in(here)
    assert find_entries([f"person:{amina.id}"])[-1].kind == "identity.SessionsEnded"


def test_nobody_ends_or_disowns_what_is_anothers(amina: Person, ben: Person) -> None:
    hers = come_in(amina, PHONE)
    his = come_in(ben, LAPTOP)
    id = SignIn.objects.get(person=amina).id
    assert his.post(reverse("identity:end", args=[id])).status_code == 404
    assert his.get(reverse("identity:not_me", args=[id])).status_code == 404
    assert his.post(reverse("identity:not_me", args=[id])).status_code == 404
    assert is_in(hers)


def test_where_and_with_what_is_sealed(amina: Person) -> None:
    come_in(amina, PHONE)
    row = SignIn.objects.values().get()
    assert b"Android" not in bytes(row["about_sealed"])
    assert "203.0.113" not in repr(row)
    assert [e.kind for e in find_entries([f"person:{amina.id}"])][-1] == "identity.SignedIn"


def test_the_first_device_needs_no_mail_a_new_one_does_and_a_known_one_does_not(
    amina: Person, mails: list[mail.EmailMessage]
) -> None:
    phone = come_in(amina, PHONE)
    assert mails == []
    come_in(amina, LAPTOP)
    assert [m.to for m in mails] == [[amina.email]]
    assert "Firefox, Linux" in mails[0].body
    phone.post("/en/account/logout/")
    come_in(amina, PHONE, client=phone)
    assert len(mails) == 1


def link_in(message: mail.EmailMessage) -> str:
    found = re.search(r"http://localhost:8000(\S+/account/not-me/\S+)", message.body)
    assert found is not None
    return found[1]


def test_the_link_of_the_mail_throws_everybody_out_and_what_they_added(
    amina: Person, mails: list[mail.EmailMessage]
) -> None:
    owner = come_in(amina, PHONE)
    old = Authenticator.objects.create(user=amina, type="webauthn", data={})
    Authenticator.objects.update(created_at=timezone.now() - dt.timedelta(days=30))
    thief = come_in_with_passkey_known(amina)
    Authenticator.objects.create(user=amina, type="totp", data={})
    link = link_in(mails[-1])
    assert "make it safe" in Client().get(link).content.decode()
    assert is_in(thief), "looking at the page changes nothing"
    Client().post(link)
    assert not is_in(thief)
    assert not is_in(owner)
    assert list(Authenticator.objects.filter(user=amina)) == [old]
    assert not Person.objects.get(pk=amina.pk).has_usable_password()
    assert "Your account is safe" in Client().get(link).content.decode()


@pytest.mark.parametrize("from_the_mail", [True, False], ids=["from the mail", "from the list"])
def test_the_letter_that_follows_lets_the_owner_choose_a_new_password(
    from_the_mail: bool, amina: Person, mails: list[mail.EmailMessage]
) -> None:
    owner = come_in(amina, PHONE)
    come_in(amina, LAPTOP)
    strange = SignIn.objects.filter(person=amina).latest("at")
    if from_the_mail:
        Client().post(link_in(mails[-1]))
    else:
        owner.post(reverse("identity:not_me", args=[strange.id]))
    letter = mails[-1]
    assert "your old password no longer works" in letter.body
    assert "probably you" not in letter.body
    browser = Client()
    page = browser.get(reset_link_in(letter), follow=True)
    assert "no longer works" not in page.content.decode()
    new = "eleven quiet lanterns sail"
    browser.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    answer = Client().post("/en/account/login/", {"login": amina.email, "password": new})
    assert answer.status_code == 302


def reset_link_in(message: mail.EmailMessage) -> str:
    found = re.search(r"http://localhost:8000(\S+/password/reset/key/\S+)", message.body)
    assert found is not None
    return found[1]


def test_before_the_press_nothing_is_said_to_have_happened(amina: Person) -> None:
    owner = come_in(amina, PHONE)
    strange = SignIn.objects.get(person=amina)
    words = owner.get(reverse("identity:not_me", args=[strange.id])).content.decode()
    assert "Your password will no longer work." in words
    assert f'href="{PAGE}"' in words
    assert "data-stay" in words
    done = owner.post(reverse("identity:not_me", args=[strange.id])).content.decode()
    assert "Everybody is signed out." in done
    assert "data-stay" not in done


def come_in_with_passkey_known(person: Person) -> Client:
    """Somebody comes in with another device, past the second factor."""
    client = Client(headers={"user-agent": LAPTOP}, REMOTE_ADDR="198.51.100.9")
    request_like = client.get("/en/").wsgi_request
    request_like.session.create()
    login(request_like, person, backend="allauth.account.auth_backends.AuthenticationBackend")
    request_like.session.save()
    client.cookies["session"] = request_like.session.session_key
    return client


@pytest.mark.parametrize("token", ["rubbish", "ImEi:1t:abc"])
def test_a_link_that_is_not_ours_does_nothing(token: str, db: None) -> None:
    assert Client().get(f"/en/account/not-me/{token}/").status_code == 410
    assert Client().post(f"/en/account/not-me/{token}/").status_code == 410


THIEFS = "evil@thief.example"


def taken_over(owner: Person, mails: list[mail.EmailMessage]) -> str:
    """Whoever came in has made an address of their own the only one of the account. The link that the owner got about them."""
    come_in(owner, PHONE)
    thief = come_in(owner, LAPTOP)
    link = link_in(mails[-1])
    place = "/en/account/email/"
    thief.post(place, {"email": THIEFS, "action_add": ""})
    body = next(each.body for each in reversed(mails) if each.to == [THIEFS])
    code = re.search(r"Your code: (\S+)", body)
    assert code is not None
    thief.post(reverse("account_email_verification_sent"), {"code": code[1]})
    thief.post(place, {"email": THIEFS, "action_primary": ""})
    thief.post(place, {"email": owner.email, "action_remove": ""})
    assert addresses(owner) == [(THIEFS, True, True)]
    return link


def addresses(person: Person) -> list[tuple[str, bool, bool]]:
    return list(EmailAddress.objects.filter(user=person).values_list("email", "verified", "primary"))


def test_whoever_came_in_keeps_no_address_and_the_owner_gets_theirs_back(
    amina: Person, mails: list[mail.EmailMessage]
) -> None:
    before = addresses(amina)
    link = taken_over(amina, mails)
    del mails[:]
    page = Client().post(link)
    assert "belongs to another account" not in page.content.decode()
    assert addresses(amina) == before
    assert Person.objects.get(pk=amina.pk).email == amina.email
    assert [each.to for each in mails] == [[amina.email]]
    assert "your old password no longer works" in mails[0].body


def test_the_link_about_their_second_visit_undoes_nothing_that_the_owner_mended(
    amina: Person, mails: list[mail.EmailMessage]
) -> None:
    before = addresses(amina)
    link = taken_over(amina, mails)
    come_in(Person.objects.get(pk=amina.pk), "Another/1.0")
    assert mails[-1].to == [THIEFS]
    theirs = link_in(mails[-1])
    Client().post(link)
    del mails[:]
    Client().post(theirs)
    assert addresses(amina) == before
    assert mails == []


def test_an_address_that_somebody_else_proved_meanwhile_stays_theirs(
    amina: Person, ben: Person, mails: list[mail.EmailMessage]
) -> None:
    link = taken_over(amina, mails)
    EmailAddress.objects.create(user=ben, email=amina.email, verified=True)
    del mails[:]
    page = Client().post(link)
    assert "call us" in page.content.decode()
    assert "belongs to another account" in page.content.decode()
    assert addresses(amina) == []
    assert Person.objects.get(pk=amina.pk).email.endswith(NOBODYS)
    assert mails == []


def test_an_account_that_was_only_begun_keeps_no_address_back(
    amina: Person, mails: list[mail.EmailMessage]
) -> None:
    before = addresses(amina)
    link = taken_over(amina, mails)
    begun = Person.objects.create_user(amina.email, "a password of theirs")
    EmailAddress.objects.create(user=begun, email=amina.email, primary=True)
    Client().post(link)
    assert addresses(amina) == before
    assert addresses(begun) == []


def test_what_an_account_was_at_a_sign_in_is_sealed_and_forgotten_after_a_week(amina: Person) -> None:
    come_in(amina, PHONE)
    came = SignIn.objects.get()
    assert came.account is not None
    assert came.account["proved"] == {amina.email: True}
    assert amina.email.encode() not in bytes(came.account_sealed or b"")
    forget_accounts(at=came.at + dt.timedelta(days=7))
    assert SignIn.objects.exclude(account_sealed=None).exists()
    forget_accounts(at=came.at + dt.timedelta(days=7, seconds=1))
    assert not SignIn.objects.exclude(account_sealed=None).exists()


def test_what_was_given_and_begun_since_ends(amina: Person) -> None:
    def invite(email: str) -> Mandate:
        now = timezone.now()
        until = now.date() + dt.timedelta(days=90)
        return invite_to_act(amina, email=email, powers=["view"], service="", until=until, by=amina, at=now)

    older = invite("older@cast.example")
    strange = SignIn.objects.create(person=amina, at=timezone.now(), how="password")
    newer = invite("newer@cast.example")
    recovery = ask_recovery(amina, by=amina, at=timezone.now())
    disown_sign_in(strange, by=amina, at=timezone.now())
    states = {each.pk: each.state for each in Mandate.objects.all()}
    assert states == {older.pk: MandateState.INVITED, newer.pk: MandateState.ENDED}
    recovery.refresh_from_db()
    assert recovery.ended_how == "stopped"
