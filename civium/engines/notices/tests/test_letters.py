"""Mail of Django and its libraries: queued, sealed, carried, forgotten."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.db import transaction
from pytest_django import Settings

from civium.engines.notices.models import Letter
from civium.engines.notices.queries import find_outbox, find_stuck_mail
from civium.foundation.privacy.actions.forget_aged import forget_aged
from civium.foundation.privacy.queries import find_ageing

from .conftest import MailServer

pytestmark = pytest.mark.django_db
CODE = "Your code is 493817"


@pytest.fixture(autouse=True)
def queued(settings: Settings) -> None:
    """Tests replace the mail backend; this puts ours back."""
    settings.EMAIL_BACKEND = "civium.engines.notices.mail.QueuedBackend"


def soon() -> dt.datetime:
    return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)


def test_a_letter_is_carried_by_the_worker_and_not_by_the_page(
    mail_server: MailServer, work_at: Callable[[dt.datetime], int]
) -> None:
    assert send_mail("Sign in", CODE, "Port Lumen <no-reply@port-lumen.example>", ["ben@cast.example"]) == 1
    assert mail_server.kept == []
    work_at(soon())
    [mail] = mail_server.kept
    assert (mail["Subject"], mail["X-Envelope"]) == (
        "Sign in",
        "no-reply@port-lumen.example -> ben@cast.example",
    )
    assert CODE in mail.get_content()


def test_the_whole_of_a_message_arrives(
    mail_server: MailServer, work_at: Callable[[dt.datetime], int]
) -> None:
    message = EmailMultiAlternatives(
        "Hola", "texto", "a@x.example", ["b@x.example"], bcc=["c@x.example"], headers={"X-Kind": "test"}
    )
    message.attach_alternative("<p>texto</p>", "text/html")
    message.attach("plan.pdf", b"%PDF-1.7", "application/pdf")
    message.send()
    work_at(soon())
    [mail] = mail_server.kept
    assert mail["X-Envelope"] == "a@x.example -> b@x.example, c@x.example"
    assert mail["Bcc"] is None
    assert mail["X-Kind"] == "test"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["plan.pdf"]


def test_neither_addresses_nor_codes_lie_in_clear() -> None:
    send_mail("Sign in", CODE, "no-reply@port-lumen.example", ["ben@cast.example"])
    letter = Letter.objects.get()
    for sealed in (letter.recipients_sealed, letter.mime_sealed):
        assert b"ben" not in bytes(sealed)
        assert b"493817" not in bytes(sealed)


def test_no_log_has_the_code(
    work_at: Callable[[dt.datetime], int], no_mail_server: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    send_mail("Sign in", CODE, "no-reply@port-lumen.example", ["ben@cast.example"])
    work_at(soon())
    assert "493817" not in caplog.text
    assert "ben@" not in caplog.text
    [stuck] = find_stuck_mail()
    assert (stuck.is_letter, stuck.state, stuck.attempts) == (True, "waiting", 1)


def _page_that_fails() -> None:
    with transaction.atomic():
        send_mail("Sign in", CODE, "no-reply@port-lumen.example", ["ben@cast.example"])
        raise ZeroDivisionError


def test_a_letter_of_a_page_that_failed_is_not_sent() -> None:
    with pytest.raises(ZeroDivisionError):
        _page_that_fails()
    assert Letter.objects.count() == 0


def test_a_letter_to_nobody_is_none() -> None:
    assert EmailMessage("Hello", "?", "a@x.example", []).send() == 0
    assert Letter.objects.count() == 0


def test_the_demo_town_shows_letters_in_its_outbox() -> None:
    send_mail(
        "Entra",
        CODE + " ñ",
        "no-reply@port-lumen.example",
        ["ben@cast.example"],
        html_message="<p>493817</p>",
    )
    [mail] = find_outbox()
    assert (mail.to, mail.subject, mail.text.strip(), mail.html.strip()) == (
        "ben@cast.example",
        "Entra",
        CODE + " ñ",
        "<p>493817</p>",
    )


def test_old_letters_are_forgotten(now: dt.datetime) -> None:
    for _ in range(2):
        send_mail("Sign in", CODE, "no-reply@port-lumen.example", ["ben@cast.example"])
    old = Letter.objects.first()
    assert old is not None
    Letter.objects.filter(pk=old.pk).update(created_at=now - dt.timedelta(days=31))
    Letter.objects.exclude(pk=old.pk).update(created_at=now - dt.timedelta(days=29))
    (ageing,) = (each for each in find_ageing() if each.name == "letters")
    assert forget_aged(ageing, at=now) == 1
    assert Letter.objects.count() == 1
