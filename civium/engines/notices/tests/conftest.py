"""Real mail servers on loopback, in every mood."""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings

from civium.engines.notices.actions.send_notice import send_notice
from civium.engines.notices.models import Notice
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs


@dataclass
class MailServer:
    """A mail server that keeps what it accepts; ``to_recipient`` and ``to_message`` are what it answers."""

    to_recipient: str = "250 OK"
    to_message: str = "250 OK"
    kept: list[EmailMessage] = field(default_factory=list)
    asked: int = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.asked += 1
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.to_message.startswith("250"):
            message = message_from_bytes(envelope.content or b"", policy=policy.default)  # type: ignore[arg-type]
            message["X-Envelope"] = f"{envelope.mail_from} -> {', '.join(envelope.rcpt_tos)}"
            self.kept.append(message)
        return self.to_message


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    """A running mail server, and settings that lead to it."""
    server = MailServer()
    controller = Controller(server, hostname="127.0.0.1", port=_free_port())
    controller.start()
    settings.CIVIUM_MAIL_CARRIER = "smtp"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.DEFAULT_FROM_EMAIL = "Port Lumen <no-reply@port-lumen.example>"
    yield server
    controller.stop()


@pytest.fixture
def no_mail_server(settings: Settings) -> None:
    """Settings that lead to a port where nobody listens."""
    settings.CIVIUM_MAIL_CARRIER = "smtp"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", _free_port()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def send(amina: Person, now: dt.datetime) -> Callable[..., Notice]:
    """Send Amina a receipt: ``send(once="another")``."""

    def make(**changes: Any) -> Notice:
        asked = {
            "to": amina,
            "about": "application:1",
            "kind": "receipt",
            "subject_line": "We have your application 7K4M-92QX",
            "body": "Dear Amina,\n\nThank you for the *licence* of Rex.",
            "language": "en",
            "at": now,
            "once": "receipt:1",
        }
        wanted = {**asked, **changes}
        with time_machine.travel(wanted["at"], tick=False):
            return send_notice(**wanted)

    return make


@pytest.fixture
def work_at() -> Callable[[dt.datetime], int]:
    """Let the worker do what is due at a moment."""

    def work(moment: dt.datetime) -> int:
        with time_machine.travel(moment, tick=False):
            return run_waiting_jobs()

    return work
