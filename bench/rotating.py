"""Every kind of key of a hundred thousand people is replaced while the town goes on: how long that takes, what fails, what slows down.

Run by ``make bench``, in a town that ``bench.ours`` filled, while it is served. Afterwards the old keys must open and find nothing.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import django

from bench.measure import Ask
from setup import ROOT

PEOPLE = 100_000
# What is timed together, and the rotations that belong to it.
STAGES = {"keys": ("root", "purpose", "person", "case"), "indexes": ("index",)}
QUIET_SECONDS = 15
# Between two requests of one visitor: the town is busy, and has room left.
PAUSE = 0.05
_BATCH = 2_000


@dataclass(frozen=True)
class Rotated:
    """What replacing the keys cost: seconds on the clock of each stage, and the 95th percentile of the answers' milliseconds before and
    meanwhile."""

    seconds: dict[str, float]
    asked: int
    failed: int
    before_ms: float
    during_ms: float
    still_opened: int


def main() -> int:
    """``people N``: so many more people. ``later``: end the rotations two days on, and count what old keys still open."""
    django.setup()
    if sys.argv[1] == "people":
        _add_people(int(sys.argv[2]))
    else:
        print(_end_rotations())
    return 0


def measure_rotation(
    around: Mapping[str, str], visitors: Sequence[Sequence[Ask]], *, people: int = PEOPLE
) -> Rotated:
    """Replace all keys while each visitor asks for its jobs in turn."""
    _run([sys.executable, "-m", "bench.rotating", "people", str(people)], around)
    before, during = _Asked(), _Asked()
    with _asking(visitors, before):
        time.sleep(QUIET_SECONDS)
    with _asking(visitors, during):
        seconds: dict[str, float] = {}
        for stage, kinds in STAGES.items():
            with _timed(seconds, stage):
                for kind in kinds:
                    _run([sys.executable, "-m", "config", "keys", "rotate", kind], around)
        with _timed(seconds, "indexes, a day later"):
            still_opened = int(_run([sys.executable, "-m", "bench.rotating", "later"], around).split()[-1])
    for trouble in (before.troubles + during.troubles)[:5]:
        print(f"  {trouble}", file=sys.stderr)
    return Rotated(
        seconds,
        len(during.took_ms) + len(during.troubles),
        len(before.troubles) + len(during.troubles),
        statistics.quantiles(before.took_ms, n=20)[-1],
        statistics.quantiles(during.took_ms, n=20)[-1],
        still_opened,
    )


@dataclass
class _Asked:
    """What the visitors met."""

    took_ms: list[float] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    seconds[stage] = time.monotonic() - began


@contextmanager
def _asking(visitors: Sequence[Sequence[Ask]], asked: _Asked) -> Iterator[None]:
    is_over = threading.Event()

    def visit(jobs: Sequence[Ask]) -> None:
        number = 0
        while not is_over.wait(PAUSE):
            began = time.perf_counter()
            try:
                jobs[number % len(jobs)](number)
                asked.took_ms.append((time.perf_counter() - began) * 1000)
            except (AssertionError, OSError) as trouble:
                asked.troubles.append(f"{type(trouble).__name__}: {trouble}"[:300])
            number += 1

    threads = [threading.Thread(target=visit, args=(jobs,)) for jobs in visitors]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


def _run(command: list[str], around: Mapping[str, str]) -> str:
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **around}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def _add_people(count: int) -> None:
    """People with a key and a sealed name each, as joining leaves them; many in a statement."""
    from uuid import uuid4

    from civium.foundation.identity.models import Person
    from civium.foundation.vault.actions.keys import OWNERS, present_purpose_key
    from civium.foundation.vault.encoding import encode
    from civium.foundation.vault.envelope import encrypt, new_key, wrap
    from civium.foundation.vault.key_ring import open_purpose_key
    from civium.foundation.vault.models import Key

    above = present_purpose_key(OWNERS)
    under = open_purpose_key(above)
    for start in range(0, count, _BATCH):
        keys, people = [], []
        for number in range(start, min(start + _BATCH, count)):
            person = Person(id=uuid4(), email=f"many-{number}@bench.example", password="!")
            plain, key = new_key(), Key(owner=person.vault_key, purpose_key=above)
            key.wrapped = wrap(plain, under=under, place=key.place)
            name, place = encode(f"Person {number}"), f"person:name:{person.id}"
            person.name_sealed = encrypt(name, key=plain, key_id=key.id, under=key.owner, at=place)
            keys.append(key)
            people.append(person)
        Key.objects.bulk_create(keys)
        Person.objects.bulk_create(people)


def _end_rotations() -> int:
    """What is deleted a day later, and how much of the rest an old key still opens or finds."""
    from datetime import timedelta

    from django.conf import settings
    from django.utils import timezone

    from civium.foundation.identity.models import Person
    from civium.foundation.privacy.actions.watch_readings import nobody_reads
    from civium.foundation.vault.actions.rotate_index_key import rotate_index_key
    from civium.foundation.vault.actions.rotate_keys import rotate_owner_keys
    from civium.foundation.vault.adapters.root_key_file import read_root_key
    from civium.foundation.vault.envelope import SealBroken, unwrap
    from civium.foundation.vault.key_ring import open_purpose_key
    from civium.foundation.vault.models import Key, PurposeKey
    from config.keys import BETWEEN_BATCHES, indexed

    old = [
        (key, open_purpose_key(key))
        for purpose in ("owners", "index")
        for key in PurposeKey.objects.filter(purpose=purpose).order_by("version")[:1]
    ]
    later = timezone.now() + timedelta(days=2)

    def lets_others_write(*_so_far: object) -> None:
        time.sleep(BETWEEN_BATCHES)

    with nobody_reads():
        assert rotate_index_key(indexed(), by=None, at=later, progress=lets_others_write).is_over
        rotate_owner_keys(by=None, at=later, progress=lets_others_write)
        # Everything opens and is found under the new ones.
        assert all(person.name for person in Person.objects.exclude(name_sealed=None).order_by("?")[:500])
    roots = [read_root_key(path) for path in Path(settings.CIVIUM_KEYS).glob("root-key.*.old")]
    assert roots
    opened = PurposeKey.objects.filter(pk__in=[key.pk for key, _plain in old]).count()

    def opens(wrapped: bytes, place: str, under: bytes) -> bool:
        try:
            return bool(unwrap(wrapped, under=under, place=place))
        except SealBroken:
            return False

    opened += sum(
        opens(bytes(key.wrapped), key.place, root.key) for key in PurposeKey.objects.all() for root in roots
    )
    held = Key.objects.filter(parent=None, destroyed_at=None).only("id", "owner", "wrapped")
    opened += sum(
        opens(bytes(key.wrapped or b""), key.place, plain) for key in held.iterator() for _key, plain in old
    )
    return opened


if __name__ == "__main__":
    sys.exit(main())
