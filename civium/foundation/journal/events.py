"""What an event is: a frozen dataclass in the past tense, with ids and codes and never a word about a person.

A room declares its events in its own ``events.py``. Declaring one makes it known under its kind, ``room.ClassName``.
This file ends with the events of the journal itself.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
from dataclasses import dataclass
from typing import Any, ClassVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from django.utils.translation import gettext_lazy as _

# Longer than any code or opaque reference; shorter than anything somebody wrote in their own words.
LONGEST_CODE = 200
_PLAIN = (bool, int, str)
_WRITTEN = (UUID, dt.datetime, dt.date)

# Every event of the house, by kind.
KNOWN_EVENTS: dict[str, type[Event]] = {}
_FIELDS: dict[type[Event], dict[str, tuple[type, ...]]] = {}


class EventUnusable(TypeError):
    """The event cannot go on the record: a value is not of its declared type, or is no id or code."""


def _room_of(module: str) -> str:
    parts = module.split(".")
    return parts[2] if parts[0] == "civium" and len(parts) > 3 else parts[0]


@dataclass(frozen=True)
class Event:
    """Something that happened. Subclasses declare fields of type UUID, str (a code), int, bool, date or datetime.

    The first field names the stream: ``case: UUID`` puts the event into ``case:<uuid>``. With ``also = "application"``
    the event appears in that field's stream too; a field that holds an opaque reference (``subject``) names it whole.
    ``words``: what happened as people read it, in lists that know no more of it; empty for what is about nobody.
    """

    also: ClassVar[str] = ""
    kind: ClassVar[str] = ""
    words: ClassVar[Any] = ""

    def __init_subclass__(cls, *, is_recorded: bool = True) -> None:
        if not is_recorded:
            return
        cls.kind = f"{_room_of(cls.__module__)}.{cls.__name__}"
        known = KNOWN_EVENTS.setdefault(cls.kind, cls)
        if known is not cls and known.__module__ != cls.__module__:
            raise EventUnusable(f"there are two events called {cls.kind}")
        KNOWN_EVENTS[cls.kind] = cls

    @property
    def stream(self) -> str:
        """The stream that the event belongs to, for example ``case:<uuid>``."""
        return self._stream_of(dataclasses.fields(self)[0].name)

    @property
    def also_in(self) -> str:
        """The further stream that the event appears in; empty when there is none."""
        return self._stream_of(self.also) if self.also else ""

    def _stream_of(self, field: str) -> str:
        value = getattr(self, field)
        if isinstance(value, str) and ":" in value:
            return value
        return f"{field}:{value}" if value not in ("", None) else ""

    def written(self) -> dict[str, str | int | bool | None]:
        """The fields as JSON knows them. Refuses with EventUnusable."""
        return {name: _write(self, name, types_) for name, types_ in _fields_of(type(self)).items()}


@dataclass(frozen=True)
class UnrecognisedEvent(Event, is_recorded=False):
    """An entry whose event is no longer declared, or had other fields: still there to be read, as it was written."""

    recorded_kind: str
    fields: dict[str, Any]


def read_event(kind: str, written: dict[str, Any]) -> Event:
    """The typed event of an entry; fields that the class no longer has are dropped."""
    event_class = KNOWN_EVENTS.get(kind)
    if event_class is None:
        return UnrecognisedEvent(kind, written)
    fields = _fields_of(event_class)
    try:
        return event_class(**{k: _read(v, fields[k]) for k, v in written.items() if k in fields})
    except (TypeError, ValueError):
        return UnrecognisedEvent(kind, written)


def words_of(kind: str) -> str:
    """What happened, as people read it; the code itself where nobody has words for it."""
    event_class = KNOWN_EVENTS.get(kind)
    return str(event_class.words or kind) if event_class else kind


def _fields_of(event_class: type[Event]) -> dict[str, tuple[type, ...]]:
    """The types that each field may have, in the order of declaration."""
    if event_class not in _FIELDS:
        hints = get_type_hints(event_class)
        fields = dataclasses.fields(event_class)
        _FIELDS[event_class] = {field.name: _types_in(hints[field.name]) for field in fields}
    return _FIELDS[event_class]


def _types_in(hint: Any) -> tuple[type, ...]:
    return get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)


def _write(event: Event, name: str, allowed: tuple[type, ...]) -> str | int | bool | None:
    value = getattr(event, name)
    # The exact type: a bool is no int here, a moment is no day, a translated text is no code.
    if type(value) not in allowed or type(value) not in (*_PLAIN, *_WRITTEN, types.NoneType):
        raise EventUnusable(f"{event.kind}.{name} cannot be of type {type(value).__name__}")
    if isinstance(value, str) and (len(value) > LONGEST_CODE or "\n" in value):
        raise EventUnusable(f"{event.kind}.{name} is no code: too long, or of several lines")
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return str(value) if isinstance(value, _WRITTEN) else value


def _read(value: Any, allowed: tuple[type, ...]) -> Any:
    for wanted in allowed:
        if value is None or type(value) is wanted:
            return value
        if wanted is UUID:
            return UUID(value)
        if wanted in (dt.datetime, dt.date):
            return wanted.fromisoformat(value)
    raise TypeError


@dataclass(frozen=True)
class ReactionReplayed(Event):
    """An administrator had a dead reaction tried again."""

    entry: int
    reaction: str


@dataclass(frozen=True)
class ReactionDiscarded(Event):
    """An administrator decided that a dead reaction will not happen."""

    entry: int
    reaction: str


@dataclass(frozen=True)
class JobReplayed(Event):
    """An administrator had a dead job tried again."""

    job: UUID


@dataclass(frozen=True)
class JobDiscarded(Event):
    """An administrator decided that a dead job will not be done."""

    job: UUID


@dataclass(frozen=True)
class DetailsErased(Event):
    """What entries said about somebody beyond codes was removed; the entries stay. ``entries``: their ids, with spaces between them, so that
    the verifier misses none of these; empty in events from before they were named, which it takes at their ``count``."""

    words: ClassVar[Any] = _("Words on the record erased")

    owner: str
    count: int
    entries: str = ""


@dataclass(frozen=True)
class WitnessRefused(Event):
    """A witness holds another record than ours, or a longer one: ours was rolled back or rewritten."""

    witness: str
    size: int
    why: str


@dataclass(frozen=True)
class WitnessAgreedAgain(Event):
    """A witness that had refused cosigned again."""

    witness: str
    size: int


@dataclass(frozen=True)
class SigningKeyPublished(Event):
    """The key that will sign the record next can be fetched by whoever checks it."""

    signing_key: str


@dataclass(frozen=True)
class SigningKeyReplaced(Event):
    """The record is signed with another key; the one before is kept for checking only."""

    signing_key: str
    before: str
