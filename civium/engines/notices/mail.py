"""Django's mail backend: everything that Django or a library sends goes into the queue, and no page waits for a server."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from .actions.queue_letter import queue_letter


class QueuedBackend(BaseEmailBackend):
    """Queues messages in the transaction of whoever sends them."""

    @transaction.atomic
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue the messages and give how many there were. Those to nobody are left out."""
        letters = [queue_letter(message, at=timezone.now()) for message in email_messages]
        return sum(letter is not None for letter in letters)
