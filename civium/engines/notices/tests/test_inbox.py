"""The portal's inbox, and the demo town's outbox."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

import pytest
from pytest_django import Settings

from civium.engines.notices.actions.mark_read import mark_read
from civium.engines.notices.models import Notice
from civium.engines.notices.queries import count_unread, find_inbox, find_outbox, get_notice, get_outgoing
from civium.foundation.identity.models import Person
from civium.foundation.journal.queries import find_entries
from civium.foundation.kit.refusals import NotFound


def test_the_newest_notice_comes_first_and_pages_follow(
    send: Callable[..., Notice], amina: Person, now: dt.datetime
) -> None:
    for number in range(5):
        send(once=str(number), subject_line=str(number), at=now + dt.timedelta(hours=number))
    first = find_inbox(amina, limit=3)
    second = find_inbox(amina, after=first.next, limit=3)
    assert [notice.subject for notice in [*first.notices, *second.notices]] == ["4", "3", "2", "1", "0"]
    assert second.next is None


def test_an_inbox_page_is_one_statement_and_the_key(
    send: Callable[..., Notice], amina: Person, django_assert_max_num_queries: Callable
) -> None:
    for number in range(5):
        send(once=str(number))
    with django_assert_max_num_queries(2):
        assert len([notice.subject for notice in find_inbox(amina).notices]) == 5


def test_a_page_mark_that_nobody_gave_is_not_found(amina: Person) -> None:
    for mark in ("x", "2026-03-02T09:00:00~" + "0" * 32, "~~"):
        with pytest.raises(NotFound):
            find_inbox(amina, after=mark)


def test_nobody_reads_the_neighbours_notices(
    send: Callable[..., Notice], amina: Person, ben: Person, boris: Person, now: dt.datetime
) -> None:
    notice = send()
    assert get_notice(notice.id, for_=amina) == notice
    for person in (ben, boris):
        with pytest.raises(NotFound):
            get_notice(notice.id, for_=person)
        with pytest.raises(NotFound):
            mark_read(notice, by=person, at=now)
        assert find_inbox(person).notices == []
    with pytest.raises(NotFound):
        get_notice(uuid4(), for_=amina)


def test_opening_a_notice_is_noted_once(send: Callable[..., Notice], amina: Person, now: dt.datetime) -> None:
    notice = send()
    assert count_unread(amina) == "1"
    mark_read(notice, by=amina, at=now)
    mark_read(Notice.objects.get(), by=amina, at=now + dt.timedelta(days=1))
    assert count_unread(amina) == "0"
    assert Notice.objects.get().read_at == now
    assert [entry.kind for entry in find_entries(["application:1"])] == [
        "notices.NoticeSent",
        "notices.NoticeRead",
    ]


def test_the_demo_outbox_shows_what_would_have_left(send: Callable[..., Notice], amina: Person) -> None:
    notice = send()
    [mail] = find_outbox()
    assert (mail.to, mail.subject, mail.text, mail.html) == (
        amina.email,
        notice.subject,
        notice.text,
        notice.html,
    )
    assert get_outgoing(mail.id) == mail


@pytest.mark.parametrize(
    "mail_id", ["", "x", "notice-", f"notice-{uuid4()}", f"letter-{uuid4()}", f"case-{uuid4()}"]
)
@pytest.mark.django_db
def test_mail_that_is_not_there_is_not_found(mail_id: str) -> None:
    with pytest.raises(NotFound):
        get_outgoing(mail_id)


def test_outside_the_demo_there_is_no_outbox(send: Callable[..., Notice], settings: Settings) -> None:
    notice = send()
    settings.CIVIUM_DEMO = False
    with pytest.raises(NotFound):
        find_outbox()
    with pytest.raises(NotFound):
        get_outgoing(f"notice-{notice.id}")
