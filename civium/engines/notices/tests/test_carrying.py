"""Carrying mail over a real mail server, and over one that is not there."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from pytest_django import Settings

from civium.engines.notices.events import NoticeCarried, NoticeFailed
from civium.engines.notices.models import Letter, Notice
from civium.engines.notices.queries import find_inbox, find_stuck_mail
from civium.foundation.identity.models import Person
from civium.foundation.jobs.models import QueuedJob
from civium.foundation.journal.queries import find_entries

from .conftest import MailServer

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
Work = Callable[[dt.datetime], int]


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content())


def work_until(work_at: Work, start: dt.datetime, end: dt.datetime) -> None:
    while start <= end:
        work_at(start)
        start += MINUTE


def test_a_notice_arrives_as_text_and_html(
    send: Callable[..., Notice], mail_server: MailServer, work_at: Work, now: dt.datetime
) -> None:
    notice = send()
    work_at(now)
    [mail] = mail_server.kept
    assert mail["Subject"] == "We have your application 7K4M-92QX"
    assert mail["X-Envelope"] == "no-reply@port-lumen.example -> amina@cast.example"
    assert mail["From"] == "Port Lumen <no-reply@port-lumen.example>"
    assert mail["Content-Language"] == "en"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "multipart/alternative"
    assert part(mail, "plain").split() == notice.text.split()
    assert part(mail, "html").split() == notice.html.split()
    notice.refresh_from_db()
    assert (notice.state, notice.attempts, notice.carried_at, notice.shown_state) == ("sent", 1, now, "Sent.")
    assert isinstance(find_entries([f"notice:{notice.id}"])[-1].event, NoticeCarried)


def test_every_script_arrives_unharmed(
    send: Callable[..., Notice], mail_server: MailServer, work_at: Work, now: dt.datetime
) -> None:
    send(language="ar", subject_line="طلبك 🐕", body="شكرًا يا أمينة.\n\n.\n\nLínea que empieza con punto")
    work_at(now)
    [mail] = mail_server.kept
    assert mail["Subject"] == "طلبك 🐕"
    assert "شكرًا يا أمينة." in part(mail, "plain")
    assert 'dir="rtl"' in part(mail, "html")


def test_what_was_carried_is_not_carried_again(
    send: Callable[..., Notice], mail_server: MailServer, work_at: Work, now: dt.datetime
) -> None:
    from civium.engines.notices.actions.carry_notice import carry_notice

    notice = send()
    work_at(now)
    carry_notice.enqueue(str(notice.id), after=now)
    work_at(now + DAY)
    assert len(mail_server.kept) == 1


def test_a_second_try_is_the_same_message(
    send: Callable[..., Notice], mail_server: MailServer, work_at: Work, now: dt.datetime
) -> None:
    # The server took the message, and the worker died before it could note that.
    from civium.engines.notices.actions.carry_notice import carry_notice

    notice = send()
    work_at(now)
    Notice.objects.update(state="waiting")
    carry_notice.enqueue(str(notice.id), after=now)
    work_at(now + HOUR)
    first, second = mail_server.kept
    assert first["Message-ID"] == second["Message-ID"] == f"<notice-{notice.id}@localhost>"
    assert part(first, "html") == part(second, "html")


def test_a_server_that_is_down_for_an_hour_loses_nothing(
    send: Callable[..., Notice],
    no_mail_server: None,
    work_at: Work,
    now: dt.datetime,
    settings: Settings,
    request: pytest.FixtureRequest,
) -> None:
    notice = send()
    work_until(work_at, now, now + HOUR)
    notice.refresh_from_db()
    assert notice.state == "waiting"
    assert 5 < notice.attempts < 15
    assert notice.shown_state == "On its way. The mail server does not answer. We keep trying."
    assert [stuck.id for stuck in find_stuck_mail()] == [notice.id]
    server: MailServer = request.getfixturevalue("mail_server")
    work_until(work_at, now + HOUR, now + 1.6 * HOUR)
    assert len(server.kept) == 1
    notice.refresh_from_db()
    assert (notice.state, notice.problem) == ("sent", "")
    assert find_stuck_mail() == []
    assert (
        not QueuedJob.objects.exclude(status="SUCCESSFUL")
        .exclude(task_path__contains="schedule")
        .filter(task_path__contains="carry")
        .exists()
    )


def test_a_server_that_says_later_is_asked_again(
    send: Callable[..., Notice], mail_server: MailServer, work_at: Work, now: dt.datetime
) -> None:
    mail_server.to_recipient = "451 try again later, amina@cast.example"
    notice = send()
    work_at(now)
    work_at(now + 10 * dt.timedelta(seconds=1))
    notice.refresh_from_db()
    assert (notice.state, notice.problem, notice.attempts) == ("waiting", "busy", 1)
    mail_server.to_recipient = "250 OK"
    work_at(now + MINUTE)
    assert len(mail_server.kept) == 1


def test_an_address_that_does_not_exist_is_a_failure_in_plain_words(
    send: Callable[..., Notice], mail_server: MailServer, work_at: Work, amina: Person, now: dt.datetime
) -> None:
    mail_server.to_recipient = "550 <amina@cast.example> unknown"
    notice = send()
    work_until(work_at, now, now + 5 * MINUTE)
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == ("failed", 1)
    assert notice.shown_state == "Could not be delivered. The e-mail address does not exist or takes no mail."
    event = find_entries([f"notice:{notice.id}"])[-1].event
    assert isinstance(event, NoticeFailed)
    assert event.problem == "no-such-address"
    assert mail_server.asked == 1
    assert find_inbox(amina).notices == [notice]


def test_a_message_that_is_refused_is_a_failure(
    send: Callable[..., Notice], mail_server: MailServer, work_at: Work, now: dt.datetime
) -> None:
    mail_server.to_message = "554 no thank you"
    notice = send()
    work_at(now)
    notice.refresh_from_db()
    assert (notice.state, notice.problem) == ("failed", "refused")


def test_after_days_without_a_server_it_is_given_up_and_said_so(
    send: Callable[..., Notice], no_mail_server: None, work_at: Work, now: dt.datetime
) -> None:
    notice = send()
    work_at(now)
    work_at(now + 4.9 * DAY)
    notice.refresh_from_db()
    assert notice.state == "waiting"
    work_at(now + 5.1 * DAY)
    notice.refresh_from_db()
    assert (notice.state, notice.problem) == ("given-up", "no-answer")
    assert isinstance(find_entries([f"notice:{notice.id}"])[-1].event, NoticeFailed)


def test_an_address_that_cannot_be_one_is_a_failure(
    send: Callable[..., Notice], mail_server: MailServer, work_at: Work, amina: Person, now: dt.datetime
) -> None:
    amina.email = "amina@"
    amina.save()
    notice = send()
    work_at(now)
    notice.refresh_from_db()
    assert (notice.state, notice.problem) == ("failed", "no-such-address")


def test_no_log_says_who_or_what(
    send: Callable[..., Notice],
    mail_server: MailServer,
    work_at: Work,
    now: dt.datetime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    mail_server.to_recipient = "451 amina@cast.example is busy"
    send()
    work_at(now)
    mail_server.to_recipient = "550 amina@cast.example is gone"
    work_at(now + HOUR)
    ours = "\n".join(
        record.getMessage()
        for record in caplog.records
        if not record.name.startswith(("mail.log", "django.db"))
    )
    assert "amina" not in ours
    assert "Rex" not in ours


def test_in_the_demo_town_nothing_leaves_the_machine(
    send: Callable[..., Notice], work_at: Work, now: dt.datetime
) -> None:
    notice = send()
    work_at(now)
    notice.refresh_from_db()
    assert notice.state == "sent"
    assert Letter.objects.count() == 0
