"""Notices to people, exactly as sent, and the system's own letters; each with what became of it."""

from __future__ import annotations

import uuid
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Mandate
from civium.foundation.vault.actions.sealing import open_bytes, open_sealed

LETTERS_KEY = "purpose:letters"


class State(models.TextChoices):
    """How far a message got by e-mail."""

    WAITING = "waiting", _("On its way")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Could not be delivered")
    GIVEN_UP = "given-up", _("Could not be delivered in time")
    ENDED = "ended", _("Not sent by e-mail: the mandate had ended")
    ON_PAGE = "on-page", _("Not sent by e-mail: no address was given")


class Problem(models.TextChoices):
    """Why a message is not out yet, or never will be."""

    NO_ANSWER = "no-answer", _("The mail server does not answer. We keep trying.")
    BUSY = "busy", _("The mail server asked us to try again later.")
    NOT_ACCEPTED = "not-accepted", _("The mail server does not accept our sign-in or our sender address.")
    NO_SUCH_ADDRESS = "no-such-address", _("The e-mail address does not exist or takes no mail.")
    REFUSED = "refused", _("The mail server refused the message.")


class _Outgoing(models.Model):
    """A message that a worker hands to the carrier."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=20, choices=Problem, blank=True)
    carried_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.id)

    @property
    def shown_state(self) -> str:
        """The state, and the problem where there is one, in plain words."""
        parts = [State(self.state).label, Problem(self.problem).label if self.problem else ""]
        return ". ".join(str(part).rstrip(".") for part in parts if part) + "."


class Notice(_Outgoing):
    """One message to one person. ``about`` is the opaque name of what it is about, a stream of the journal."""

    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    mandate = models.ForeignKey(
        Mandate,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Under which mandate it is a copy; it is there as long as that stands.",
    )
    about = models.CharField(max_length=80)
    kind = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    subject_sealed = models.BinaryField(editable=False)
    content_sealed = models.BinaryField(editable=False)
    read_at = models.DateTimeField(null=True, blank=True)
    once = models.CharField(
        max_length=160, unique=True, help_text="A second notice with the same text here is none."
    )

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes: ClassVar = [
            models.Index(fields=["to", "-created_at", "-id"], name="notice_inbox"),
            models.Index(fields=["to"], condition=models.Q(read_at__isnull=True), name="notice_unread"),
            models.Index(fields=["about", "created_at"], name="notice_about"),
            models.Index(
                fields=["state", "created_at"],
                condition=~models.Q(state__in=["sent", "on-page", "ended"]),
                name="notice_not_out",
            ),
        ]

    @property
    def vault_key(self) -> str:
        return f"person:{self.to_id}"

    def place(self, field: str) -> str:
        """Where in the database a sealed value belongs; it opens nowhere else."""
        return f"notices.notice:{field}:{self.id}"

    @cached_property
    def subject(self) -> str:
        """The subject line as sent."""
        return str(open_sealed(bytes(self.subject_sealed), under=self.vault_key, at=self.place("subject")))

    @cached_property
    def _content(self) -> dict[str, str]:
        opened = open_sealed(bytes(self.content_sealed), under=self.vault_key, at=self.place("content"))
        return dict(opened)

    @property
    def body(self) -> str:
        """The message itself as Markdown, filled: for pages, which show it in their own layout."""
        return self._content["body"]

    @property
    def text(self) -> str:
        """The plain text exactly as sent."""
        return self._content["text"]

    @property
    def html(self) -> str:
        """The HTML exactly as sent."""
        return self._content["html"]


class Letter(_Outgoing):
    """A message of the system itself (sign-in codes, warnings): the whole of it sealed, addresses too.

    ``about`` as of a notice, when it is about something; then it is forgotten with that.
    """

    about = models.CharField(max_length=80, blank=True)
    recipients_sealed = models.BinaryField(editable=False)
    mime_sealed = models.BinaryField(editable=False)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes: ClassVar = [models.Index(fields=["created_at"], name="letter_created")]

    def place(self, field: str) -> str:
        """Where in the database a sealed value belongs; it opens nowhere else."""
        return f"notices.letter:{field}:{self.id}"

    @cached_property
    def recipients(self) -> list[str]:
        """The addresses it goes to, hidden copies included."""
        opened = open_sealed(bytes(self.recipients_sealed), under=LETTERS_KEY, at=self.place("recipients"))
        return [str(address) for address in opened]

    @cached_property
    def mime(self) -> bytes:
        """The message as it goes over the wire."""
        return bytes(open_bytes(bytes(self.mime_sealed), under=LETTERS_KEY, at=self.place("mime")))

    @property
    def message(self) -> EmailMessage:
        """The message, to read its parts."""
        return message_from_bytes(self.mime, policy=policy.default)
