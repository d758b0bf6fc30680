"""What notices can put on the record: ids and codes, never words or addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from civium.foundation.journal.events import Event


@dataclass(frozen=True)
class NoticeSent(Event):
    """A notice was written to a person: it is in the inbox and on its way by e-mail."""

    also: ClassVar[str] = "about"
    words: ClassVar[Any] = _("Letter written")
    notice: UUID
    about: str
    to: UUID
    notice_kind: str
    language: str


@dataclass(frozen=True)
class NoticeCarried(Event):
    """The mail server took the notice."""

    also: ClassVar[str] = "about"
    words: ClassVar[Any] = _("Letter sent by e-mail")
    notice: UUID
    about: str


@dataclass(frozen=True)
class NoticeFailed(Event):
    """The notice did not get out by e-mail, and will not be tried again; it stays in the inbox."""

    also: ClassVar[str] = "about"
    words: ClassVar[Any] = _("Letter could not be sent by e-mail")
    notice: UUID
    about: str
    problem: str


@dataclass(frozen=True)
class NoticeRead(Event):
    """The person opened the notice in the inbox."""

    also: ClassVar[str] = "about"
    words: ClassVar[Any] = _("Letter read")
    notice: UUID
    about: str


@dataclass(frozen=True)
class NoticeReaddressed(Event):
    """A notice to a guest is in the inbox of their account from now on."""

    also: ClassVar[str] = "about"
    words: ClassVar[Any] = _("Kept in an account from now on")
    notice: UUID
    about: str
    to: UUID


@dataclass(frozen=True)
class LetterQueued(Event):
    """A message of the system itself, such as a sign-in code, is on its way."""

    letter: UUID


@dataclass(frozen=True)
class LetterFailed(Event):
    """A message of the system itself did not get out and will not be tried again."""

    letter: UUID
    problem: str
