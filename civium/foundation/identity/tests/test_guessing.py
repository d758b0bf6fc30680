"""Guessing ends, and only for those who guess: nobody locks an owner out. And no answer tells who has an account."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from difflib import unified_diff
from hashlib import sha256
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from civium.foundation.identity.actions.limit_tries import limit_tries
from civium.foundation.identity.models import Mandate, Person
from civium.foundation.identity.policy import one_household
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from tests.cast import PASSWORD
from tests.outage import held_by_another

LOGIN, RESET, SIGN_UP = "/en/account/login/", "/en/account/password/reset/", "/en/account/signup/"
TOO_MANY = "There were too many wrong tries."
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    cache.clear()


@pytest.fixture
def mails(settings: Any) -> list[mail.EmailMessage]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    return mail.outbox


def try_in(email: str, password: str, *, client: Client | None = None, address: str = "198.51.100.1") -> Any:
    client = client or Client()
    return client.post(LOGIN, {"login": email, "password": password}, REMOTE_ADDR=address)


def guesses_that_were_heard(email: str, most: int) -> int:
    """How many wrong guesses from everywhere were looked at before the rest was refused."""
    for number in range(most):
        answer = try_in(email, "a guess of somebody", address=f"198.51.{number % 250}.{number // 250}")
        if TOO_MANY in answer.content.decode():
            return number
    return most


def test_twenty_guesses_an_hour_are_heard_wherever_they_come_from(amina: Person) -> None:
    assert guesses_that_were_heard(amina.email, 40) == 20


def test_an_account_that_is_not_there_refuses_after_as_many(amina: Person) -> None:
    assert guesses_that_were_heard("nobody@cast.example", 40) == 20


def test_the_owner_comes_in_on_a_device_they_used_before_however_often_others_guess(amina: Person) -> None:
    own = Client()
    assert try_in(amina.email, PASSWORD, client=own).status_code == 302
    own.post("/en/account/logout/")
    for _round in range(3):
        guesses_that_were_heard(amina.email, 25)
        assert try_in(amina.email, PASSWORD, client=own).status_code == 302
        own.post("/en/account/logout/")


def test_a_device_that_another_used_gives_no_budget_here(amina: Person, ben: Person) -> None:
    his = Client()
    assert try_in(ben.email, PASSWORD, client=his).status_code == 302
    his.post("/en/account/logout/")
    guesses_that_were_heard(amina.email, 25)
    assert TOO_MANY in try_in(amina.email, PASSWORD, client=his).content.decode()


def test_a_known_device_does_not_guess_for_ever(amina: Person) -> None:
    own = Client()
    try_in(amina.email, PASSWORD, client=own)
    own.post("/en/account/logout/")
    for _each in range(10):
        try_in(amina.email, "a guess of somebody", client=own)
    assert TOO_MANY in try_in(amina.email, PASSWORD, client=own).content.decode()


def test_the_owner_on_a_new_device_comes_in_after_choosing_a_new_password_by_mail(
    amina: Person, mails: list[mail.EmailMessage]
) -> None:
    guesses_that_were_heard(amina.email, 25)
    new = Client()
    assert TOO_MANY in try_in(amina.email, PASSWORD, client=new).content.decode()
    new.post(RESET, {"email": amina.email})
    link = re.search(r"http://localhost:8000(\S+)", mails[-1].body)
    assert link is not None
    page = new.get(link[1], follow=True)
    chosen = "umbrella sparrow nineteen"
    new.post(page.redirect_chain[-1][0], {"password1": chosen, "password2": chosen})
    assert try_in(amina.email, chosen, client=new).status_code == 302


def test_right_passwords_count_against_nobody(amina: Person) -> None:
    for _each in range(25):
        assert try_in(amina.email, PASSWORD).status_code == 302


def test_a_household_that_tries_many_accounts_is_refused(amina: Person) -> None:
    answers = [
        try_in(f"n{n}@cast.example", "stuffed password", address=f"2001:db8::{n:x}") for n in range(61)
    ]
    assert TOO_MANY not in answers[59].content.decode()
    assert TOO_MANY in answers[60].content.decode()
    assert TOO_MANY not in try_in("n99@cast.example", "x", address="2001:db8:0:1::1").content.decode()


@pytest.mark.parametrize(
    ("address", "household"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_household_is_one_address_or_one_64(address: str, household: str) -> None:
    assert one_household(address) == household


def test_somebody_elses_mailbox_is_not_flooded_and_nobody_can_tell(
    amina: Person, mails: list[mail.EmailMessage]
) -> None:
    answers = [Client().post(RESET, {"email": amina.email}) for _each in range(8)]
    assert len(mails) == 5
    assert {(a.status_code, a["Location"]) for a in answers} == {(302, f"{RESET}done/")}


def said(answer: Any, email: str) -> tuple[int, str, str]:
    """Everything that an answer says, without what is random and without the address that was typed."""
    random = r'value="[A-Za-z0-9]{32,}"|data-stay="\d+"|signed out at \d\d:\d\d|<time.*?</time>'
    words = re.sub(random, "", answer.content.decode()).replace(email, "(typed)")
    return answer.status_code, answer.get("Location", ""), words


@pytest.mark.parametrize(
    ("place", "fields"),
    [
        (LOGIN, {"login": "{email}", "password": "a guess of somebody"}),
        (RESET, {"email": "{email}"}),
        (SIGN_UP, {"name": "Lin", "email": "{email}", "password1": "umbrella sparrow nineteen"}),
    ],
)
def test_known_and_unknown_accounts_get_the_same_answer(
    amina: Person, place: str, fields: dict[str, str], mails: list[mail.EmailMessage]
) -> None:
    heard = []
    for email in (amina.email, "other@cast.example"):
        client = Client()
        answer = client.post(place, {key: value.format(email=email) for key, value in fields.items()})
        after = client.get(answer["Location"]) if answer.status_code == 302 else answer
        cookies = sorted((name, morsel["max-age"]) for name, morsel in client.cookies.items())
        heard.append((said(answer, email), said(after, email), cookies))
    differing = [
        pair
        for one, other in zip(*heard, strict=True)
        for pair in zip(one, other, strict=True)
        if pair[0] != pair[1]
    ]
    assert [list(unified_diff(str(a).splitlines(), str(b).splitlines(), n=0)) for a, b in differing] == []


@pytest.mark.parametrize(
    ("place", "fields", "spare"),
    [
        (LOGIN, {"login": "{email}", "password": "a guess of somebody"}, 1),
        (RESET, {"email": "{email}"}, 1),
        (SIGN_UP, {"name": "Lin", "email": "{email}", "password1": "umbrella sparrow nineteen"}, 3),
    ],
)
def test_known_and_unknown_accounts_make_as_much_work(
    amina: Person, place: str, fields: dict[str, str], spare: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many hashes, and as many statements but for ``spare``: what is left differs by less than a page's own noise."""
    hashes: list[str] = []
    real = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, *what: (hashes.append("once"), real(self, *what))[1]
    )
    work = []
    for email in ("warm@cast.example", amina.email, "other@cast.example"):
        hashes.clear()
        with CaptureQueriesContext(connection) as asked:
            Client().post(place, {key: value.format(email=email) for key, value in fields.items()})
        work.append((len(hashes), len(asked)))
    _warm, known, unknown = work
    assert known[0] == unknown[0] == (0 if place == RESET else 1)
    assert abs(known[1] - unknown[1]) <= spare, work


def test_the_code_after_signing_up_is_asked_alike(amina: Person, mails: list[mail.EmailMessage]) -> None:
    """A wrong code, one more code, and wrong codes until it ends: the same words for an address that has an account."""
    heard = []
    for email in (amina.email, "other@cast.example"):
        client, answers = Client(), []
        fields = {"name": "Lin", "email": email, "password1": "umbrella sparrow nineteen"}
        place = client.post(SIGN_UP, fields)["Location"]
        cache.clear()
        for sent in ({"code": "WRONG1"}, {"action": "resend"}, *[{"code": "WRONG1"}] * 7):
            answers.append(said(client.post(place, sent), email))
            answers.append(said(client.get(place), email))
        heard.append(answers)
    assert [pair for pair in zip(*heard, strict=True) if pair[0] != pair[1]] == []


def test_an_invitation_says_the_same_whether_there_is_such_an_account_or_not(
    amina: Person, ben: Person
) -> None:
    """Also on the inviter's own pages, and when a worker has written to them."""
    heard = []
    for email in (ben.email, "other@cast.example"):
        client = Client()
        client.force_login(amina)
        until = {"until-day": "1", "until-month": "3", "until-year": str(timezone.now().year + 1)}
        fields = {"email": email, "who": "person", "powers": "view", "service": "all", **until}
        sent = client.post("/en/my/mandates/new/", fields)
        run_waiting_jobs()
        made = Mandate.objects.get()
        page = client.get(f"/en/my/mandates/{made.pk}/")
        heard.append(
            [
                str(said(each, email)).replace(str(made.pk), "")
                for each in (sent, client.get(sent["Location"]), page)
            ]
        )
        made.delete()
    differing = [pair for pair in zip(*heard, strict=True) if pair[0] != pair[1]]
    assert [list(unified_diff(a.split("\\n"), b.split("\\n"), n=0)) for a, b in differing] == []
    assert heard[0][0].startswith("(302")


@pytest.mark.parametrize(
    ("place", "until"),
    [
        (LOGIN, 0.5),
        (RESET, 0.5),
        ("/en/account/confirm-email/", 0.5),
        # Making an account is more work than finding one: its time must not fill the step.
        (SIGN_UP, 1.0),
        ("/en/identity/arrived/", 1.0),
    ],
)
def test_what_could_tell_by_its_time_waits_for_the_clock(
    db: None, settings: Any, place: str, until: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CIVIUM_STEADY_SECONDS = 0.5
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    began = time.monotonic()
    Client().post(place, {})
    took = time.monotonic() - began
    assert len(waits) == 1
    # Whatever of the step the work did not take.
    assert until - took <= waits[0] <= until


def test_the_same_number_of_mails_goes_out_for_a_known_address_and_an_unknown_one_at_sign_up(
    amina: Person, mails: list[mail.EmailMessage]
) -> None:
    for email in (amina.email, "other@cast.example"):
        Client().post(SIGN_UP, {"name": "Lin", "email": email, "password1": "umbrella sparrow nineteen"})
    assert [m.to for m in mails] == [[amina.email], ["other@cast.example"]]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("site_cache")
def test_who_cannot_be_counted_is_told_to_try_again_and_not_that_they_guessed(amina: Person) -> None:
    client = Client(raise_request_exception=False)
    with held_by_another("django_cache"):
        answer = try_in(amina.email, PASSWORD, client=client)
        guess = try_in(amina.email, "a guess of somebody", client=client)
    for each in (answer, guess):
        assert each.status_code == 503
        assert TOO_MANY not in each.content.decode()
        assert PASSWORD not in each.content.decode()
    assert "/account/login/" in client.get("/en/my/")["Location"]
    assert try_in(amina.email, PASSWORD, client=client).status_code == 302


def test_a_count_that_a_dead_process_still_holds_is_no_guessing(
    amina: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("allauth.core.internal.ratelimit.CACHE_LOCK_WAIT_TIMEOUT", 0.02)
    add = cache.add
    monkeypatch.setattr(
        cache, "add", lambda key, *more, **how: not key.endswith(":lock") and add(key, *more, **how)
    )
    answer = try_in(amina.email, PASSWORD, client=Client(raise_request_exception=False))
    assert answer.status_code == 503


@pytest.mark.usefixtures("site_cache")
def test_no_row_of_a_try_can_be_found_by_the_address(amina: Person, mails: list[mail.EmailMessage]) -> None:
    """Nobody who has the rows alone, such as of an erased account, tells an address by trying digests."""
    try_in(amina.email, "a guess of somebody")
    Client().post(RESET, {"email": amina.email})
    limit_tries("mail-to", who=amina.email, most=5, within=timedelta(hours=1), at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM django_cache")
        keys = " ".join(key for (key,) in cursor.fetchall())
    assert "mail-to" in keys
    assert keys.count(":rl:civium:try:") >= 3
    guessed = [amina.email, f"account:{amina.email}", f"mail:password_reset_key:{amina.email}"]
    assert not [text for text in guessed if sha256(text.encode()).hexdigest() in keys]
    assert amina.email not in keys
