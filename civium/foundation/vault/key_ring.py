"""Keys at hand: reads key rows, unwraps them, and remembers an unwrapped key for three seconds.

Sealing reads the owner's row every time, so it never writes under a key that was destroyed or rolled back; except the row of a
key that the same transaction made, which nobody else can know of. Opening trusts a
key that this process saw in the last three seconds: a page with twenty sealed lines reads one row, a list that many look at
reads its keys once, and a key destroyed by another process opens nothing here three seconds later. In the process that
destroys it, it is forgotten at once.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from civium.foundation.kit.refusals import Refusal

from .adapters.root_key import COMING, PRESENT, RootKey, RootKeyMissing, RootKeys, kept_name
from .adapters.root_key_credential import RootKeyCredentials
from .adapters.root_key_file import RootKeyFiles
from .adapters.root_key_pkcs11 import RootKeyToken, Token
from .envelope import HEADER_BYTES, SEALED, SealBroken, key_id_of, unwrap
from .models import Key, PurposeKey, key_place

SECONDS_AT_HAND: Final = 3.0
KEYS_AT_HAND: Final = 2048
# A transaction that makes thousands of keys does not look through all of them for each.
MADE_LATELY: Final = 16
# Owners whose data is somebody's own: reading it is a reading of that person's data.
PERSON: Final = "person:"
APPLICATION: Final = "application:"


class KeyDestroyed(Refusal):
    """What was sealed under this key has been erased, for ever."""

    message = _("This information has been erased.")
    what_next = _("It cannot be brought back. If you think this is a mistake, contact us.")
    status = 410


class OpenKey(NamedTuple):
    """A key in the clear, only ever in memory. ``whose``: the person whom it belongs to in the end; empty for nobody's own.

    ``mark``: what ``mark_owners`` found about its owner; empty for nothing.
    """

    id: UUID
    owner: str
    key: bytes
    whose: str
    mark: str = ""

    def __repr__(self) -> str:
        return f"OpenKey({self.owner})"


class _Ring:
    """The keys at hand: bounded, the least recently read goes first."""

    def __init__(self) -> None:
        # By the number of their id: a UUID hashes and compares ten times as slowly, and a list asks hundreds of times.
        self._keys: OrderedDict[int, tuple[float, OpenKey]] = OrderedDict()
        # Few owners are marked: those that are not are not in it.
        self._marks: dict[str, tuple[float, str]] = {}
        # Whose keys were read for a list, and whether these were destroyed.
        self._owners: dict[str, tuple[float, bool]] = {}
        self.times_forgotten = 0
        self._lock = threading.Lock()

    def get(self, number: int) -> OpenKey | None:
        with self._lock:
            until, key = self._keys.get(number, (0.0, None))
        return key if time.monotonic() < until else None

    def keep(self, key: OpenKey) -> None:
        number, until = key.id.int, time.monotonic() + SECONDS_AT_HAND
        with self._lock:
            self._keys[number] = (until, key)
            self._keys.move_to_end(number)
            while len(self._keys) > KEYS_AT_HAND:
                _number, (_until, dropped) = self._keys.popitem(last=False)
                self._owners.pop(dropped.owner, None)
            if key.mark and len(self._marks) < KEYS_AT_HAND:
                self._marks[key.owner] = (until, key.mark)
            else:
                self._marks.pop(key.owner, None)

    def mark_of(self, owner: str) -> str:
        with self._lock:
            until, mark = self._marks.get(owner, (0.0, ""))
        return mark if time.monotonic() < until else ""

    def note_read(self, owners: Iterable[str], *, gone: Container[str], until: float) -> None:
        with self._lock:
            if len(self._owners) >= KEYS_AT_HAND:
                self._owners.clear()
            self._owners.update((owner, (until, owner in gone)) for owner in owners)

    def not_read(self, owners: Iterable[str]) -> set[str]:
        now, never = time.monotonic(), (0.0, False)
        with self._lock:
            return {owner for owner in owners if now >= self._owners.get(owner, never)[0]}

    def is_gone(self, owner: str) -> bool:
        with self._lock:
            until, is_gone = self._owners.get(owner, (0.0, False))
        return is_gone and time.monotonic() < until

    def forget(self) -> None:
        with self._lock:
            self._keys.clear()
            self._marks.clear()
            self._owners.clear()
            self.times_forgotten += 1


_ring = _Ring()
forget_keys = _ring.forget


@dataclass(frozen=True)
class _Made:
    """A key that waits for the commit of the transaction that made it. Django drops it when that, or its savepoint, is rolled back."""

    key: OpenKey
    times_forgotten: int

    def __call__(self) -> None:
        """The commit: from now on the key is read as any other."""


def keep_until_commit(made: OpenKey) -> None:
    """Know a key that was just made for the rest of this transaction."""
    transaction.on_commit(_Made(made, _ring.times_forgotten))


def made_here(owner: str) -> OpenKey | None:
    """The owner's key if this very transaction made it, and no key was destroyed, moved or restricted here since."""
    for waits in (each[1] for each in connection.run_on_commit[-MADE_LATELY:]):
        if isinstance(waits, _Made) and (waits.key.owner, waits.times_forgotten) == (
            owner,
            _ring.times_forgotten,
        ):
            return waits.key
    return None


def root_keys() -> RootKeys:
    """Where this site keeps its root keys (``CIVIUM_ROOT_KEY``)."""
    match settings.CIVIUM_ROOT_KEY:
        case "file":
            return RootKeyFiles(Path(settings.CIVIUM_KEYS))
        case "credential":
            return RootKeyCredentials()
        case "pkcs11":
            pin = Path(settings.CIVIUM_KEYS) / "pkcs11-pin"
            return RootKeyToken(
                Token(
                    settings.CIVIUM_PKCS11_MODULE,
                    settings.CIVIUM_PKCS11_TOKEN,
                    lambda: pin.read_text("utf-8").strip(),
                )
            )
        case unknown:
            raise RootKeyMissing(f"CIVIUM_ROOT_KEY is {unknown}; it can be file, credential or pkcs11.")


def the_root_key() -> RootKey:
    """The root key that wraps what is made now. Raises RootKeyMissing with what to do."""
    return root_keys().read(PRESENT)


def root_key_with(root: UUID, *, or_an_old_one: bool = False) -> RootKey:
    """The root key with this id: the present one, the next one in the middle of a rotation, or one kept for old backups."""
    kept = root_keys()
    present = kept.read(PRESENT)
    if present.id == root:
        return present
    if kept.has(COMING) and (coming := kept.read(COMING)).id == root:
        return coming
    if or_an_old_one and kept.has(kept_name(root)):
        return kept.read(kept_name(root))
    raise RootKeyMissing(
        f"The root key at {kept.where(PRESENT)} is not the one that this was sealed under "
        f"(it is {present.id}, wanted is {root}). Put the right root key back from its copy; nothing is lost."
    )


@lru_cache(maxsize=64)
def _unwrapped(root: UUID, wrapped: bytes, place: str) -> bytes:
    """The purpose key in the clear. The root key is asked once: unwrapping the same bytes never gives anything else."""
    return root_key_with(root).unwrap(wrapped, place=place)


def open_purpose_key(purpose_key: PurposeKey) -> bytes:
    """The purpose key in the clear."""
    return _unwrapped(purpose_key.root, bytes(purpose_key.wrapped), purpose_key.place)


# By hand, because every sealing waits for it: Django's join over the same rows takes eight times as long.
_CHAIN = """
    SELECT k.id, k.owner, k.wrapped, k.destroyed_at,
           p.id, p.owner, p.wrapped, p.destroyed_at,
           g.id, g.owner, g.wrapped, g.destroyed_at,
           u.id, u.purpose, u.version, u.root, u.wrapped, {mark}
      FROM vault_key k
      LEFT JOIN vault_key p ON p.id = k.parent_id
      LEFT JOIN vault_key g ON g.id = p.parent_id
      LEFT JOIN vault_purposekey u ON u.id = COALESCE(g.purpose_key_id, p.purpose_key_id, k.purpose_key_id)
     WHERE """


# What is read about an owner with their key, so that it costs no statement of its own: SQL over ``k.owner``, NULL for nothing.
_marks = ["NULL"]


def mark_owners(sql: str) -> None:
    """Have this read with every key from now on: a room above says what it needs to know of whoever's data is opened."""
    _marks[:] = [f"({sql})"]


class KeyRow(NamedTuple):
    """A key as it lies in its table; a list reads hundreds."""

    id: UUID
    owner: str
    wrapped: bytes | None
    destroyed_at: Any


class Chain(NamedTuple):
    """A key's row with all that opens it, from the top: its parent's parent, its parent, itself."""

    purpose_key: PurposeKey
    keys: tuple[KeyRow, ...]
    mark: str = ""

    @property
    def parents(self) -> int:
        return len(self.keys) - 1

    def and_below(self, key: KeyRow) -> Chain:
        """The chain of a key that hangs on this one."""
        return Chain(self.purpose_key, (*self.keys, key))

    @property
    def is_destroyed(self) -> bool:
        return any(key.destroyed_at for key in self.keys)

    @property
    def whose(self) -> str:
        """The first person from the top; whoever has an application of nobody else's is that application itself."""
        owner = ""
        for key in self.keys:
            owner = key.owner
            if owner.startswith(PERSON):
                return owner
        return owner if owner.startswith(APPLICATION) else ""

    def opened(self, seen: dict[int, bytes] | None = None) -> OpenKey:
        """The key in the clear, and at hand from now. Refuses a key that was destroyed, itself or above it.

        ``seen``: what the caller opened for other chains of the same list; most of them hang on the same few.
        """
        if self.is_destroyed:
            raise KeyDestroyed
        seen = {} if seen is None else seen
        number = self.purpose_key.id.int
        wrapping = seen.get(number) or seen.setdefault(number, open_purpose_key(self.purpose_key))
        for key in self.keys:
            number, above = key.id.int, wrapping
            wrapping = seen.get(number, b"")
            if not wrapping:
                place = key_place(key.id, key.owner)
                wrapping = seen[number] = unwrap(bytes(key.wrapped or b""), under=above, place=place)
        opened = OpenKey(key.id, key.owner, wrapping, self.whose, self.mark)
        _ring.keep(opened)
        return opened


def _chains(condition: str, *values: Any) -> list[Chain]:
    with connection.cursor() as cursor:
        cursor.execute(_CHAIN.format(mark=_marks[0]) + condition, values)
        return [_chain(row) for row in cursor.fetchall()]


def _chain(row: tuple[Any, ...]) -> Chain:
    keys = [
        KeyRow(_uuid(row[place]), *row[place + 1 : place + 4])
        for place in (8, 4, 0)
        if row[place] is not None
    ]
    return Chain(_purpose_key(*row[12:17]), tuple(keys), row[17] or "")


@lru_cache(maxsize=64)
def _purpose_key(id: Any, purpose: str, version: int, root: Any, wrapped: bytes) -> PurposeKey:
    """All keys of a list hang on the same few."""
    return PurposeKey(id=_uuid(id), purpose=purpose, version=version, root=_uuid(root), wrapped=wrapped)


@lru_cache(maxsize=1024)
def _uuid(stored: Any) -> Any:
    """SQLite gives ids as text, PostgreSQL as what they are; None stays None."""
    return UUID(stored) if isinstance(stored, str) else stored


def find_chain(owner: str) -> Chain | None:
    """The row of the key that seals for the owner with all that opens it, read now; None when the owner has no key yet."""
    return next(iter(_chains("k.owner = %s AND k.replaced_at IS NULL", owner)), None)


def key_of(blob: bytes) -> OpenKey:
    """The key that opens this sealed value, as ``get_key``. Raises SealBroken when it is not sealed in this format."""
    at_hand = _ring.get(int.from_bytes(blob[1:HEADER_BYTES])) if blob[:1] == SEALED else None
    return at_hand or get_key(key_id_of(blob, kind=SEALED))


def get_key(key_id: UUID) -> OpenKey:
    """The key with this id, at hand or read. Refuses a destroyed one; raises SealBroken when there is no such key."""
    if at_hand := _ring.get(key_id.int):
        return at_hand
    found = _chains("k.id = %s", Key._meta.pk.get_db_prep_value(key_id, connection))
    if not found:
        raise SealBroken("the key that sealed this is not in this database")
    return found[0].opened()


def mark_at_hand(owner: str) -> str:
    """What was found about the owner with their key, if that was read a moment ago; empty for nothing, or not read."""
    return _ring.mark_of(owner)


def is_seen_destroyed(owner: str) -> bool:
    """Whether the owner's key was read a moment ago and is destroyed: for lists, which say so and ask nothing more."""
    return _ring.is_gone(owner)


def fetch_keys(owners: Iterable[str]) -> None:
    """Read the keys of many owners in one statement, for a list that is about to open something of each."""
    until = time.monotonic() + SECONDS_AT_HAND
    wanted = sorted(_ring.not_read(owners))
    if not wanted:
        return
    seen: dict[int, bytes] = {}
    gone = set()
    for chain in _chains(f"k.owner IN ({', '.join(['%s'] * len(wanted))})", *wanted):
        if chain.is_destroyed:
            gone.add(chain.keys[-1].owner)
        else:
            chain.opened(seen)
    _ring.note_read(wanted, gone=gone, until=until)
