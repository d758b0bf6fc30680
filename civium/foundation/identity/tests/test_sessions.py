"""What is kept of a visit, and who it says is here."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from civium.foundation.identity.models import Person, Session
from civium.foundation.identity.sessions import SessionStore
from civium.foundation.identity.tasks import forget_old_sessions


@pytest.fixture
def visit(amina: Person) -> Client:
    client = Client()
    client.force_login(amina)
    return client


def is_signed_in(client: Client) -> bool:
    return bool(client.get("/en/my/").status_code == 200)


def test_the_table_neither_opens_a_session_nor_shows_what_it_holds(visit: Client) -> None:
    session = visit.session
    session["pending_code"] = "canary-123456"
    session.save()
    row = Session.objects.get()
    assert session.session_key not in row.session_key
    assert "canary" not in row.session_data
    assert SessionStore(session.session_key)["pending_code"] == "canary-123456"
    thief = Client()
    thief.cookies["session"] = row.session_key
    assert not is_signed_in(thief)


def test_a_session_says_whose_it_is(visit: Client, amina: Person) -> None:
    assert Session.objects.get().person == amina
    assert is_signed_in(visit)


def test_a_session_and_its_person_are_one_read(visit: Client) -> None:
    visit.get("/en/my/profile/")
    with CaptureQueriesContext(connection) as captured:
        visit.get("/en/my/profile/")
    about = [
        query["sql"]
        for query in captured
        if "identity_session" in query["sql"] or "identity_person" in query["sql"]
    ]
    assert len(about) == 1


def test_a_changed_password_ends_the_session(visit: Client, amina: Person) -> None:
    amina.set_password("another one entirely")
    amina.save()
    assert not is_signed_in(visit)


def test_a_person_who_was_closed_out_is_not_signed_in(visit: Client, amina: Person) -> None:
    amina.is_active = False
    amina.save()
    assert not is_signed_in(visit)


def test_a_row_given_to_somebody_else_does_not_sign_them_in(visit: Client, ben: Person) -> None:
    """Who is signed in is what the sealed content says; the column beside it only saves a read."""
    Session.objects.update(person=ben)
    answer = visit.get("/en/my/")
    assert answer.wsgi_request.user != ben


def test_a_changed_row_opens_nothing(visit: Client) -> None:
    row = Session.objects.get()
    Session.objects.update(session_data=row.session_data[:-8] + "AAAAAAA=")
    assert not is_signed_in(visit)


def test_another_secret_ends_all_sessions(visit: Client, settings: object) -> None:
    settings.SECRET_KEY = "another secret of this site, long enough to be one"  # type: ignore[attr-defined]
    assert not is_signed_in(visit)


def test_signing_out_leaves_no_row(visit: Client) -> None:
    visit.logout()
    assert not Session.objects.exists()


def test_what_has_ended_is_forgotten(visit: Client) -> None:
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    assert not is_signed_in(visit)
    forget_old_sessions.func()
    assert not Session.objects.filter(person__isnull=False).exists()


@pytest.mark.usefixtures("site_cache")
def test_tries_that_no_longer_count_are_forgotten() -> None:
    cache.set("tries:past", 1, timeout=-60)
    cache.set("tries:now", 1, timeout=60)
    forget_old_sessions.func()
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM django_cache WHERE cache_key LIKE '%%tries:%%'")
        assert [key for (key,) in cursor.fetchall()] == [cache.make_key("tries:now")]
