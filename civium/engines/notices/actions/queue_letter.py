"""Queue a letter of the system itself."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.core.mail import EmailMessage
from django.db import transaction

from civium.foundation.journal.actions.record import record
from civium.foundation.vault.actions.sealing import seal, seal_bytes

from ..composing import on_the_wire
from ..events import LetterQueued
from ..models import LETTERS_KEY, Letter
from .carry_letter import carry_letter


@transaction.atomic
def queue_letter(message: EmailMessage, *, at: datetime, about: str = "") -> Letter | None:
    """Keep the message, sealed, and have a worker carry it. A message to nobody is none. ``about``: what it is forgotten with."""
    recipients = message.recipients()
    if not recipients:
        return None
    letter = Letter(id=uuid.uuid4(), created_at=at, about=about)
    mime = on_the_wire(message)
    letter.recipients_sealed = seal(recipients, under=LETTERS_KEY, at=letter.place("recipients"))
    letter.mime_sealed = seal_bytes(mime, under=LETTERS_KEY, at=letter.place("mime"))
    letter.save(force_insert=True)
    record(LetterQueued(letter.id), by=None, at=at)
    carry_letter.enqueue(str(letter.id))
    return letter
