"""What this room holds: what the town wrote to people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.privacy.rules import declare_kinds, declare_no_persons
from civium.foundation.privacy.schema import Ageing, Exported, Holding, Label, Somebody

from .models import Letter, Notice

LETTERS_KEPT_FOR = timedelta(days=30)


class NoticeRow(Exported):
    """One message."""

    sent_at: Annotated[datetime, Label(_("When"))]
    subject: Annotated[str, Label(_("Subject"))]
    text: Annotated[str, Label(_("Text"))]
    read_at: Annotated[datetime | None, Label(_("Read on"))]


def _person(owner: str) -> UUID | None:
    kind, _sep, number = owner.partition(":")
    return UUID(number) if kind == "person" else None


def _export(owner: str) -> Sequence[NoticeRow]:
    number = _person(owner)
    mine = Notice.objects.filter(to=number).order_by("created_at") if number else ()
    return [
        NoticeRow(sent_at=each.created_at, subject=each.subject, text=each.text, read_at=each.read_at)
        for each in mine
    ]


def _forget(owner: str, by: Somebody | None, at: datetime) -> None:
    number = _person(owner)
    if number is None:
        Notice.objects.filter(about=owner).delete()
        return
    Notice.objects.filter(to=number).delete()
    person = Person.objects.filter(pk=number).first()
    address = person.mail_address.lower() if person is not None else ""
    if address:
        for letter in Letter.objects.all().iterator():
            # The last letter, which proves the erasure, is still on its way: it goes 30 days after it was carried.
            if letter.created_at < at and address in {each.lower() for each in letter.recipients}:
                letter.delete()


def _lock(owner: str, by: Somebody | None, at: datetime) -> None:
    """The owner keeps what was written to them; whoever had a copy by a mandate reads it no more."""
    Notice.objects.filter(about=owner, mandate__isnull=False).delete()


declare_kinds(
    {"notices.notice:subject_sealed": "letters", "notices.notice:content_sealed": "letters"},
    lies_at={
        "notices.notice:subject": "notices.notice:subject_sealed",
        "notices.notice:content": "notices.notice:content_sealed",
    },
)
declare_no_persons("notices.letter:recipients_sealed", "notices.letter:mime_sealed")
HOLDINGS = (
    Holding(
        name="messages",
        title=_("Messages from the town"),
        what=_("Every message that we sent you, word for word."),
        purpose=_("So that you and we know what was said."),
        basis="public-task",
        period=_("As long as you have an account. Sign-in codes and warnings: 30 days."),
        end="erased",
        shape=NoticeRow,
        export=_export,
        erase=_forget,
        lock=_lock,
        # Codes in them have long expired. Notices are kept elsewhere too.
        ages=(
            Ageing(
                "letters",
                _("Sign-in codes and warnings by e-mail"),
                lambda at: Letter.objects.filter(created_at__lt=at - LETTERS_KEPT_FOR),
            ),
        ),
        tables=(
            "notices.Notice",
            "notices.Letter",
        ),
    ),
)
