"""Write to an address of which we do not know whose it is."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from ..composing import compose
from ..models import Letter
from .queue_letter import queue_letter


def write_letter(
    address: str, *, about: str, subject_line: str, body: str, language: str, at: datetime
) -> Letter | None:
    """Queue a message to an address without an inbox here; sealed, carried and forgotten as the system's own letters are, or with what
    it is ``about``.

    ``body`` is Markdown and ``subject_line`` one line, both already filled (``rules.fill``, ``rules.fill_line``).
    """
    subject_line = " ".join(subject_line.split())
    composed = compose(subject_line, body, language=language, has_inbox=False)
    message = EmailMultiAlternatives(
        subject=subject_line,
        body=composed.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address],
        headers={"Content-Language": language, "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(composed.html, "text/html")
    return queue_letter(message, at=at, about=about)
