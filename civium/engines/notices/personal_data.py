"""What this room holds: what the town wrote to people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import every_address_of
from civium.foundation.privacy.rules import declare_kinds, declare_no_persons
from civium.foundation.privacy.schema import Ageing, Exported, Holding, Label, Somebody

from .models import Letter, Notice
from .queries import find_what_tells_of, still_there, streams_of

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
    # Copies under a mandate that has ended are not on the pages either.
    mine = Notice.objects.filter(still_there(None), to=number).order_by("created_at") if number else ()
    return [
        NoticeRow(sent_at=each.created_at, subject=each.subject, text=each.text, read_at=each.read_at)
        for each in mine
    ]


def _forget(owner: str, by: Somebody | None, at: datetime) -> None:
    """Others are told without a name that a mandate has ended: what was written to them before says whose it was."""
    find_what_tells_of(owner).delete()
    Letter.objects.filter(about__in=streams_of(owner)).delete()
    number = _person(owner)
    if number is None:
        return
    Notice.objects.filter(to=number).delete()
    person = Person.objects.filter(pk=number).first()
    addresses = every_address_of(person) if person is not None else set()
    if addresses:
        # The last letter, which proves the erasure, is written afterwards: it goes 30 days after it was carried.
        for letter in Letter.objects.iterator():
            if addresses & {each.lower() for each in letter.recipients}:
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
