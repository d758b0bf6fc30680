"""Sending a notice: in the inbox at once, kept exactly as it goes out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html import unescape

import pytest
from bs4 import BeautifulSoup
from django.db import connection

from civium.engines.notices.events import NoticeSent
from civium.engines.notices.models import Notice
from civium.engines.notices.queries import find_inbox, find_notices_about
from civium.foundation.identity.models import Person
from civium.foundation.journal.queries import find_entries


def test_a_notice_is_in_the_inbox_at_once(
    send: Callable[..., Notice], amina: Person, now: dt.datetime
) -> None:
    sent = send()
    [notice] = find_inbox(amina).notices
    assert (notice, notice.subject, notice.created_at, notice.read_at) == (
        sent,
        "We have your application 7K4M-92QX",
        now,
        None,
    )
    assert notice.body.startswith("Dear Amina")
    assert notice.shown_state == "On its way."


def test_sending_is_on_the_record_of_what_it_is_about(send: Callable[..., Notice], amina: Person) -> None:
    notice = send()
    for stream in ("application:1", f"notice:{notice.id}"):
        [entry] = find_entries([stream])
        assert isinstance(entry.event, NoticeSent)
        assert (entry.event.to, entry.event.notice_kind) == (amina.id, "receipt")


def test_the_same_occasion_sends_once(send: Callable[..., Notice]) -> None:
    assert send() == send(subject_line="Another")
    assert Notice.objects.count() == 1
    assert len(find_entries(["application:1"])) == 1


def test_nothing_of_it_lies_in_clear(send: Callable[..., Notice]) -> None:
    send()
    with connection.cursor() as cursor:
        for table in ("notices_notice", "journal_entry", "django_tasks_database_dbtaskresult"):
            cursor.execute(f"SELECT * FROM {table}")
            row = repr(
                [[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor.fetchall()]
            )
            for word in ("Amina", "Rex", "7K4M", "licence of"):
                assert word not in row


def test_text_and_html_say_the_same_words(send: Callable[..., Notice]) -> None:
    notice = send(body="Dear Amina,\n\n- one\n- two\n\nSee [your page](https://town.example/en/).")
    html = BeautifulSoup(notice.html, "html.parser").body
    assert html is not None
    words = re.findall(r"\w+", unescape(html.get_text(" ")))
    without_addresses = re.sub(r" \(https:[^)]*\)", "", notice.text)
    assert re.findall(r"\w+", without_addresses) == words


def test_links_lead_to_where_the_site_is_reached(send: Callable[..., Notice], settings: object) -> None:
    settings.CIVIUM_ORIGIN = "https://portal.port-lumen.example"  # type: ignore[attr-defined]
    notice = send()
    for version in (notice.text, notice.html):
        assert "https://portal.port-lumen.example/en/my/messages/" in version
        assert "localhost" not in version


@pytest.mark.parametrize(("language", "way"), [("en", "ltr"), ("es", "ltr"), ("ar", "rtl")])
def test_html_has_the_readers_language_and_direction(
    send: Callable[..., Notice], language: str, way: str
) -> None:
    html = BeautifulSoup(send(language=language).html, "html.parser")
    assert html.html is not None
    assert (html.html["lang"], html.html["dir"]) == (language, way)
    assert f"/{language}/my/messages/" in str(html)


def test_the_town_is_named_in_the_readers_language(send: Callable[..., Notice]) -> None:
    assert send(language="ar").text.startswith("بورت لومين\n")


def test_a_subject_is_one_line(send: Callable[..., Notice]) -> None:
    assert send(subject_line="One\r\nBcc: everyone@evil.example").subject == "One Bcc: everyone@evil.example"


def test_markup_in_a_body_is_made_harmless(send: Callable[..., Notice]) -> None:
    html = send(body="<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=y>").html
    assert not BeautifulSoup(html, "html.parser").find_all(["script", "img"])
    assert 'href="javascript' not in html


def test_staff_see_what_was_sent_and_what_became_of_it(send: Callable[..., Notice], now: dt.datetime) -> None:
    first, second = send(), send(once="2", kind="granted", at=now + dt.timedelta(hours=1))
    send(once="3", about="application:2")
    assert find_notices_about("application:1") == [first, second]


def test_sending_costs_few_statements(
    send: Callable[..., Notice], django_assert_max_num_queries: Callable
) -> None:
    send()
    with django_assert_max_num_queries(9):  # one for the reaction that copies it to those who may receive
        send(once="2")
