"""Reads: a person's inbox, what was sent about something, mail that is stuck, the demo town's outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet, UUIDField

from civium.foundation.identity.models import MandateState, Person
from civium.foundation.identity.policy import those_that
from civium.foundation.identity.queries import find_mandates_naming
from civium.foundation.identity.rules import Relation
from civium.foundation.kit.marks import moment_of, read_mark
from civium.foundation.kit.prepared import Prepared
from civium.foundation.kit.refusals import NotFound, require
from civium.foundation.kit.town import the_town

from .models import Letter, Notice, State

MOST_COUNTED = 99


class Page(NamedTuple):
    """Some notices, and where the next page begins: an opaque text for ``after``; None on the last page."""

    notices: list[Notice]
    next: str | None


class StuckMail(NamedTuple):
    """A message that is not out: for administrators, so nothing in it is personal.

    ``kind`` and ``about`` are a notice's code and the opaque name of what it is about; a letter has neither.
    """

    id: UUID
    is_letter: bool
    kind: str
    about: str
    to_staff: bool
    state: str
    shown_state: str
    attempts: int
    created_at: datetime


@dataclass(frozen=True)
class OutgoingMail:
    """A message as it left, or would have left: only the demo town shows these."""

    id: str
    to: str
    subject: str
    text: str
    html: str
    language: str
    created_at: datetime
    state: str
    shown_state: str


def still_there(at: datetime | None) -> Q:
    """One's own, and copies as long as the mandate stands that gives them; without ``at`` its last day is not asked for."""
    standing = Q(mandate__state=MandateState.ACTIVE)
    if at is not None:
        standing &= Q(mandate__until__gte=the_town().today(at))
    return Q(mandate=None) | standing


def find_inbox(
    person: Person, *, after: str | None = None, limit: int = 20, now: datetime | None = None
) -> Page:
    """The person's notices, the newest first; copies only while their mandate stands ``now``."""
    notices = Notice.objects.filter(still_there(now), to=person)
    if after:
        at, notice_id = read_mark(after, moment_of)
        notices = notices.filter(
            Q(created_at__lt=at) | Q(created_at=at, id__lt=notice_id), created_at__lte=at
        )
    found = list(notices.order_by("-created_at", "-id")[: limit + 1])
    if len(found) <= limit:
        return Page(found, None)
    last = found[limit - 1]
    return Page(found[:limit], f"{last.created_at.isoformat()}~{last.id.hex}")


def count_unread(person: Person) -> str:
    """How many notices the person has not opened, for a badge: at most ``99+``."""
    found = len(_unread_of(person=person.pk))
    return f"{MOST_COUNTED}+" if found > MOST_COUNTED else str(found)


_unread_of = Prepared(
    lambda person: Notice.objects.filter(still_there(None), to=person, read_at=None).values_list("pk")[
        : MOST_COUNTED + 1
    ],
    person=UUIDField(),
)


def get_notice(notice_id: UUID, *, for_: Person, now: datetime | None = None) -> Notice:
    """The notice, for the person it was written to and nobody else; a copy only while its mandate stands ``now``."""
    whose = those_that("read", "notice", {Relation.OWNER: Q(to=for_)})
    notice = Notice.objects.filter(whose, still_there(now), pk=notice_id).first()
    if notice is None:
        raise NotFound
    return notice


def find_what_tells_of(owner: str) -> QuerySet[Notice]:
    """Every notice, to whomever, that says something of the owner: of a thing, what is about it; of a person, copies under the
    mandates that they gave, and what was written about mandates of theirs."""
    told = Q(about__in=streams_of(owner))
    kind, _sep, number = owner.partition(":")
    return Notice.objects.filter(told | Q(mandate__giver=UUID(number)) if kind == "person" else told)


def streams_of(owner: str) -> list[str]:
    """What notices and letters that say something of the owner are about."""
    kind, _sep, number = owner.partition(":")
    if kind != "person":
        return [owner]
    person = Person.objects.filter(pk=UUID(number)).first()
    mandates = find_mandates_naming(person) if person is not None else ()
    return [f"mandate:{mandate.pk}" for mandate in mandates]


def find_notices_about(about: str) -> list[Notice]:
    """What was sent about something, the oldest first: for those who work on it, with its delivery state."""
    return list(Notice.objects.filter(about=about, mandate=None).order_by("created_at", "id"))


def find_stuck_mail(*, limit: int = 100) -> list[StuckMail]:
    """Messages that failed, were given up, or are waiting after at least one attempt; the newest first."""
    stuck = ~Q(state__in=[State.SENT, State.ON_PAGE, State.ENDED]) & Q(attempts__gt=0)
    messages: list[Notice | Letter] = [
        *Notice.objects.filter(stuck).select_related("to").order_by("-created_at")[:limit],
        *Letter.objects.filter(stuck).order_by("-created_at")[:limit],
    ]
    messages.sort(key=lambda message: message.created_at, reverse=True)
    return [_stuck(message) for message in messages[:limit]]


def _stuck(message: Notice | Letter) -> StuckMail:
    notice = message if isinstance(message, Notice) else None
    return StuckMail(
        message.id,
        is_letter=notice is None,
        kind=notice.kind if notice else "",
        about=notice.about if notice else "",
        to_staff=notice is not None and notice.to.works_here,
        state=message.state,
        shown_state=message.shown_state,
        attempts=message.attempts,
        created_at=message.created_at,
    )


def find_outbox(*, limit: int = 50) -> list[OutgoingMail]:
    """The newest mail of the demo town, opened. Anywhere else there is no such page."""
    require(settings.CIVIUM_DEMO, NotFound)
    notices = Notice.objects.select_related("to").order_by("-created_at", "-id")[:limit]
    letters = Letter.objects.order_by("-created_at", "-id")[:limit]
    outgoing = [*(_of_notice(notice) for notice in notices), *(_of_letter(letter) for letter in letters)]
    return sorted(outgoing, key=lambda mail: mail.created_at, reverse=True)[:limit]


def get_outgoing(mail_id: str) -> OutgoingMail:
    """One message of the demo town's outbox."""
    require(settings.CIVIUM_DEMO, NotFound)
    kind, _, number = mail_id.partition("-")
    try:
        row = UUID(number)
    except ValueError:
        raise NotFound from None
    if kind == "notice" and (notice := Notice.objects.select_related("to").filter(pk=row).first()):
        return _of_notice(notice)
    if kind == "letter" and (letter := Letter.objects.filter(pk=row).first()):
        return _of_letter(letter)
    raise NotFound


def _of_notice(notice: Notice) -> OutgoingMail:
    return OutgoingMail(
        id=f"notice-{notice.id}",
        to=notice.to.mail_address,
        subject=notice.subject,
        text=notice.text,
        html=notice.html,
        language=notice.language,
        created_at=notice.created_at,
        state=notice.state,
        shown_state=notice.shown_state,
    )


def _of_letter(letter: Letter) -> OutgoingMail:
    message = letter.message
    return OutgoingMail(
        id=f"letter-{letter.id}",
        to=", ".join(letter.recipients),
        subject=str(message["Subject"] or ""),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        language=str(message["Content-Language"] or ""),
        created_at=letter.created_at,
        state=letter.state,
        shown_state=letter.shown_state,
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""
