"""Watch over what is read, for as long as a request, a job or a command lasts, and put it on the record at its end.

No entry, no answer: a request's readings are recorded before the answer leaves, a job's in its own transaction. The same reading
by the same person again within ten minutes is the one that is on the record already.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from civium.foundation.journal.actions.record import record_all
from civium.foundation.vault.actions.watching import present_watch, watched_by

from ..events import DataRead
from ..models import Why
from ..queries import lies_still, refusal_because
from ..rules import PURPOSES, kind_at

ANYBODY: Final = ""


class NoPurpose(Exception):
    """Somebody's data was about to be opened by somebody else who never said what for: a defect of the code, told in code."""


class Grounds(NamedTuple):
    """Why the data of ``of`` (a person, or what is theirs; empty for anybody's) may be read. ``by``: None for whoever is signed in,
    and the system where nobody is; ``NOBODY`` where it must not be known."""

    of: str
    purpose: str
    legal_basis: str
    by: UUID | None
    channel: str
    subject: str = ""
    agency: str = ""
    role: str = ""
    service: str = ""
    system: str = "civium"
    on_behalf_of: UUID | None = None


@dataclass(frozen=True)
class _Someone:
    """Enough of a person for the record."""

    id: UUID


# Who reads where nobody may know who it is, also of those who are signed in.
NOBODY: Final = _Someone(UUID(int=0))


@dataclass
class Readings:
    """What is read within one request or job. ``reader``: who is signed in, asked only when something is opened."""

    reader: Callable[[], UUID | None]
    at: datetime
    channel: str = "screen"
    grounds: dict[str, Grounds] = field(default_factory=dict)
    same_person: set[str] = field(default_factory=set)
    read: dict[tuple[Grounds, str], dict[str, set[str]]] = field(default_factory=dict)
    _known_as: tuple[UUID | None, str] = field(default=(None, ""), init=False, repr=False, compare=False)

    def opened(self, *, whose: str, under: str, at: str, mark: str) -> None:
        """Note what is opened, by the narrowest grounds that cover it. Raises NoPurpose; one's own data is free.

        What lies still (``mark`` says why) is refused (LiesStill) for every purpose but those that remain lawful.
        """
        if self._is_free(whose):
            return
        grounds = self.grounds_for(whose, under=under)
        if grounds is None and mark:  # it was locked away, and became nobody's, while it was being read
            raise refusal_because(mark)
        if grounds is None:
            raise _nobody_said_why(at)
        if mark and _must_lie_still(grounds, whose=whose, under=under, mark=mark):
            raise refusal_because(mark)
        about = under if under != whose else ""
        self.read.setdefault((grounds, whose), {}).setdefault(about, set()).add(kind_at(at))

    def shown(self, kinds: set[str], *, whose: str, about: str = "") -> None:
        """Note what lies in clear and is shown, as if it were opened. Raises NoPurpose; one's own data is free."""
        if self._is_free(whose):
            return
        grounds = self.grounds_for(whose, under=about or whose)
        if grounds is None:
            raise _nobody_said_why(" ".join(sorted(kinds)))
        self.read.setdefault((grounds, whose), {}).setdefault(about, set()).update(kinds)

    def _is_free(self, whose: str) -> bool:
        """Whether it is the reader's own, or of somebody for whom they are taken too."""
        if whose in self.same_person:
            return True
        return self.channel != "job" and whose == self._reader_as_owner()

    def grounds_for(self, whose: str, *, under: str) -> Grounds | None:
        """The narrowest grounds for reading what is ``whose``, and under that key; None where nobody said any."""
        known = self.grounds
        return known.get(under) or known.get(whose) or known.get(ANYBODY)

    def _reader_as_owner(self) -> str:
        reader = self.reader()
        if reader is not self._known_as[0]:
            self._known_as = reader, f"person:{reader}"
        return self._known_as[1]

    def note(self, grounds: Grounds, kinds: set[str]) -> None:
        """Note a reading of what lies elsewhere, or in clear: a search result, a register's answer."""
        self.read.setdefault((grounds, grounds.of), {}).setdefault("", set()).update(kinds)

    def record(self) -> None:
        """Put what was read on the record: one entry for each person and thing that it belongs to."""
        if not self.read:
            return
        signed_in = None if self.channel == "job" else self.reader()
        entries = [
            (
                _event(grounds, whose, about, kinds),
                _someone(grounds.by or signed_in),
                _someone(grounds.on_behalf_of),
            )
            for (grounds, whose), found in self.read.items()
            for about, kinds in _joined(found).items()
        ]
        self.read.clear()
        new = [
            entry
            for entry in entries
            if entry[0].purpose in EACH_TIME or not _was_just_read(entry[:2], at=self.at)
        ]
        if not new:
            return
        with transaction.atomic():
            record_all(new, at=self.at)
            transaction.on_commit(lambda: _keep_in_mind(new, at=self.at))


# What this process put on the record last: whoever opens the same page again within ten minutes adds nothing to it.
JOINED_WITHIN: Final = timedelta(minutes=10)
# What is checked one by one afterwards is on the record each time.
EACH_TIME: Final = frozenset({"break-glass", "kept-by-law"})
MOST_IN_MIND: Final = 20_000
_just_read: OrderedDict[tuple[DataRead, UUID | None], datetime] = OrderedDict()
_in_mind = Lock()


def _was_just_read(reading: tuple[DataRead, _Someone | None], *, at: datetime) -> bool:
    event, by = reading
    with _in_mind:
        before = _just_read.get((event, by.id if by else None))
    return before is not None and before <= at < before + JOINED_WITHIN


def _keep_in_mind(
    entries: Sequence[tuple[DataRead, _Someone | None, _Someone | None]], *, at: datetime
) -> None:
    """Only once they are on the record for good."""
    with _in_mind:
        for event, by, _on_behalf_of in entries:
            key = event, by.id if by else None
            _just_read[key] = at
            _just_read.move_to_end(key)
        while len(_just_read) > MOST_IN_MIND:
            _just_read.popitem(last=False)


def _nobody_said_why(what: str) -> NoPurpose:
    return NoPurpose(
        f"{what} belongs to somebody else; say why it is read with declare_reading(...) of "
        "privacy.actions.declare_reading before it is opened"
    )


def _must_lie_still(grounds: Grounds, *, whose: str, under: str, mark: str) -> bool:
    purpose = PURPOSES[grounds.purpose]
    if mark == Why.KEPT_BY_LAW:
        return not purpose.while_kept
    if purpose.while_still:
        return False
    # What somebody asks for while all their earlier data lies still goes on by their wish, and their name with it.
    is_for_what_goes_on = under == whose and bool(grounds.subject) and not lies_still(grounds.subject)
    return not is_for_what_goes_on


def _someone(id: UUID | None) -> _Someone | None:
    return _Someone(id) if id and id != NOBODY.id else None


def _joined(found: dict[str, set[str]]) -> dict[str, set[str]]:
    """What belongs to the person alone, such as the name, goes with the first thing of theirs that was read with it."""
    if "" not in found or len(found) == 1:
        return found
    things = {about: set(kinds) for about, kinds in found.items() if about}
    things[next(iter(things))] |= found[""]
    return things


def _event(grounds: Grounds, whose: str, about: str, kinds: set[str]) -> DataRead:
    return DataRead(
        of=whose,
        subject=about or grounds.subject,
        purpose=grounds.purpose,
        legal_basis=grounds.legal_basis,
        agency=grounds.agency,
        role=grounds.role,
        service=grounds.service,
        channel=grounds.channel,
        kinds=" ".join(sorted(kinds)),
        system=grounds.system,
    )


class _Nobody:
    """A watch over what no person sees: the telling of the demo town's story, and tests."""

    def opened(self, *, whose: str, under: str, at: str, mark: str) -> None:
        """Let it be."""


@contextmanager
def readings(
    reader: Callable[[], UUID | None] = lambda: None, *, at: datetime, channel: str = "screen"
) -> Iterator[Readings]:
    """Watch what is read within, and record it at the end. Within it, ``declare_reading`` says why each person's data is read.

    After an error it is recorded too, unless that takes back the transaction around it, and with it whatever was done.
    """
    watch = Readings(reader, at, channel)
    with watched_by(watch):
        try:
            yield watch
        except BaseException:
            if not connection.in_atomic_block:
                watch.record()
            raise
        watch.record()


@contextmanager
def automatic_readings(name: str, at: datetime) -> Iterator[Readings]:
    """Watch what a job reads by itself: anybody's data, for the one purpose that the service goes on."""
    purpose = "run-service"
    with readings(at=at, channel="job") as watch:
        watch.grounds[ANYBODY] = Grounds(
            of=ANYBODY,
            purpose=purpose,
            legal_basis=PURPOSES[purpose].legal_basis,
            by=None,
            channel="job",
            system=name[:100],
        )
        yield watch


@contextmanager
def nobody_reads() -> Iterator[None]:
    """Let data be opened that no person sees and that nothing is decided by: by tests, and where the demo town is made up."""
    with watched_by(_Nobody()):
        yield


def present_readings() -> Readings | None:
    """What watches now; None where nobody reads. Raises NoPurpose where nothing watches at all."""
    watch = present_watch()
    if watch is None:
        raise NoPurpose("nothing watches over readings here; do it inside `with readings(...)`")
    return watch if isinstance(watch, Readings) else None
