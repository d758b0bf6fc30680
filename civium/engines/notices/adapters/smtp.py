"""A mail server, spoken to in SMTP."""

from __future__ import annotations

import smtplib
from collections.abc import Iterable
from contextlib import suppress

from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

from . import Post, PutOff, Refused


def carry(post: Post) -> None:
    """Hand the message to the mail server of the settings; it waits at most ``EMAIL_TIMEOUT`` seconds for each answer."""
    try:
        recipients = [sanitize_address(recipient, "utf-8") for recipient in post.recipients]
    except ValueError:
        raise Refused("no-such-address") from None
    server = EmailBackend(fail_silently=False)
    try:
        server.open()
        assert server.connection is not None
        server.connection.sendmail(sanitize_address(post.sender, "utf-8"), recipients, post.mime)
    except smtplib.SMTPRecipientsRefused as refused:
        raise _verdict((code for code, _ in refused.recipients.values()), "no-such-address") from None
    except smtplib.SMTPDataError as refused:
        raise _verdict([refused.smtp_code], "refused") from None
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPSenderRefused, smtplib.SMTPNotSupportedError):
        # Ours to put right, so the message waits for it.
        raise PutOff("not-accepted") from None
    except smtplib.SMTPResponseException:
        raise PutOff("busy") from None
    except (OSError, smtplib.SMTPException):
        raise PutOff("no-answer") from None
    finally:
        # A server that is rude at the end has still taken the message, or not.
        with suppress(OSError, smtplib.SMTPException):
            server.close()


def _verdict(codes: Iterable[int], problem: str) -> PutOff | Refused:
    """Permanent when every answer is (RFC 5321, 4.2.1: 5yz), else worth another try."""
    return Refused(problem) if all(code >= 500 for code in codes) else PutOff("busy")
