"""How long a record of a million entries takes to verify: by the site, and by the single file that needs nothing of ours.

Run by ``make bench``, and alone: ``python -m bench.record [--entries 1000000]``.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from config.terminal import say

if TYPE_CHECKING:
    from civium.foundation.journal.models import Entry

ENTRIES = 1_000_000
# A minute's worth in a busy town: so often is the tree signed.
SIGNED_EVERY = 200
_BATCH = 10_000


def main() -> int:
    """Fill a database of its own, verify it twice, and print what that costs as JSON."""
    import django

    parser = argparse.ArgumentParser(prog="python -m bench.record", description=__doc__)
    parser.add_argument("--entries", type=int, default=ENTRIES)
    asked = parser.parse_args()
    django.setup()
    _fill(asked.entries)
    print(json.dumps(_verify(asked.entries)))
    return 0


def measure_record(place: Path, *, entries: int = ENTRIES) -> dict[str, dict[str, float]]:
    """What it costs the ``site`` and the ``single file``: "CPU s", "s" on the clock and "MB". In a folder of its own."""
    around = {
        **os.environ,
        "CIVIUM_DATA": str(place / "data"),
        "CIVIUM_KEYS": str(place / "keys"),
        "DATABASE_URL": "",
    }
    command = [sys.executable, "-m", "bench.record", "--entries", str(entries)]
    done = subprocess.run(command, env=around, check=True, capture_output=True, text=True)
    found: dict[str, dict[str, float]] = json.loads(done.stdout.splitlines()[-1])
    return found


def _fill(count: int) -> None:
    """A record as the sequencer leaves it, with copies of its signed heads; written in one go, since a million takes the site hours."""
    from django.db import connection

    from config.keys import make_missing_room_keys, make_missing_secrets
    from config.tables import bring_tables_up_to_date

    make_missing_secrets(lambda line: None)
    bring_tables_up_to_date(lambda line: None)
    make_missing_room_keys(lambda line: None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT COUNT(*) FROM journal_entry) + (SELECT COUNT(*) FROM journal_leaf)")
        assert cursor.fetchone() == (0,), "this database has a record already"
    written = _Written()
    for start in range(0, count, _BATCH):
        written.add(range(start, min(start + _BATCH, count)))
        say(f"  {start + _BATCH:,} of {count:,}")


class _Written:
    """The record as far as it is written."""

    def __init__(self) -> None:
        from civium.foundation.journal.merkle import Frontier

        self._tree, self._subtree, self._ids = Frontier(), Frontier(), b""
        self._new: list[tuple[bytes, int]] = []

    def add(self, numbers: range) -> None:
        """Write these entries, with all that the sequencer writes about them."""
        from django.db import transaction

        from civium.foundation.journal.copies import append_copies
        from civium.foundation.journal.models import Checkpoint, Entry, Head, Leaf, Subtree

        self._entries, self._leaves = [], []
        self._checkpoints, self._copies, self._subtrees = [], [], []
        for number in numbers:
            self._add_entry(number)
            if self._tree.size % SIGNED_EVERY == 0 or number == numbers[-1]:
                self._sign(at=_moment(number))
        with transaction.atomic():
            Entry.objects.bulk_create(self._entries, batch_size=500)
            Leaf.objects.bulk_create(self._leaves, batch_size=500)
            Checkpoint.objects.bulk_create(self._checkpoints)
            Subtree.objects.bulk_create(self._subtrees)
            Head.objects.update_or_create(
                id=1,
                defaults={
                    "size": self._tree.size,
                    "frontier": self._tree.to_bytes(),
                    "note": self._checkpoints[-1].note,
                },
            )
        append_copies("2026-01", self._copies)

    def _add_entry(self, number: int) -> None:
        from civium.foundation.journal.merkle import SUBTREE, Frontier
        from civium.foundation.journal.models import Leaf, Subtree
        from civium.foundation.journal.standalone.verify_record import next_ids

        entry = _entry(number)
        self._entries.append(entry)
        self._leaves.append(Leaf(place=number, entry_id=entry.id))
        self._tree.append(bytes(entry.leaf))
        self._subtree.append(bytes(entry.leaf))
        self._ids = next_ids(self._ids, entry.id)
        self._new.append((bytes(entry.leaf), entry.id))
        if self._subtree.size == SUBTREE:
            self._subtrees.append(Subtree(number=number // SUBTREE, root=self._subtree.root()))
            self._subtree = Frontier()

    def _sign(self, *, at: datetime) -> None:
        from civium.foundation.journal.models import Checkpoint
        from civium.foundation.journal.signing import SignedHead, sign_head
        from civium.foundation.journal.standalone.verify_record import Copy

        size = self._tree.size
        note = sign_head(SignedHead(size=size, root=self._tree.root(), at=at, ids=self._ids))
        self._checkpoints.append(Checkpoint(size=size, at=at, note=note))
        leaves, ids = b"".join(leaf for leaf, _ in self._new), [id for _, id in self._new]
        self._copies.append(Copy(size=size, leaves=leaves, note=note, ids=ids))
        self._new = []


def _moment(number: int) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number)


def _entry(number: int) -> Entry:
    from civium.foundation.journal.models import Entry

    case, person = UUID(int=number // 10), UUID(int=number % 5000)
    data = f'{{"application":"{case}","case":"{case}","outcome":"granted","step":"checking"}}'
    entry = Entry(
        id=number + 1,
        at=_moment(number),
        kind="cases.CaseMoved",
        stream=f"case:{case}",
        also=f"application:{case}",
        by_id=person,
        data=data,
        salt=number.to_bytes(16, "big"),
    )
    entry.leaf = entry.computed_leaf()
    return entry


def _verify(count: int) -> dict[str, dict[str, float]]:
    """Both ways as people run them, each a process of its own."""
    from django.conf import settings
    from django.db import connection

    from civium.foundation.journal.copies import copies_folder
    from civium.foundation.journal.signing import public_keys
    from civium.foundation.journal.standalone import verify_record

    keys = [word for key in public_keys() for word in ("--key", str(key))]
    database = str(settings.DATABASES["default"]["NAME"])
    connection.close()
    single_file = [sys.executable, "-I", verify_record.__file__, "record", database]
    return {
        "site": cost_of([sys.executable, "-m", "config", "journal", "verify"], f"{count} entries"),
        "single file": cost_of([*single_file, "--copies", str(copies_folder()), *keys], f"{count} entries"),
    }


def cost_of(command: list[str], wanted: str) -> dict[str, float]:
    """What the command cost: seconds of CPU and on the clock, and the most memory it had. It must end well, and say what is wanted."""
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as output:
        started = subprocess.Popen(command, stdout=output)
        memory = 0.0
        while not (ended := os.wait4(started.pid, os.WNOHANG))[0]:
            memory = _memory_of(started.pid) or memory
            time.sleep(0.05)
        _, status, used = ended
        on_the_clock = time.monotonic() - began
        output.seek(0)
        said = output.read()
    assert status == 0, said
    assert wanted in said, said
    return {
        "CPU s": round(used.ru_utime + used.ru_stime, 1),
        "s": round(on_the_clock, 1),
        "MB": round(memory, 1),
    }


def _memory_of(pid: int) -> float:
    """The most that it had so far. (What the kernel tells at its end counts this process too, from which it came.)"""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    found = re.search(r"VmHWM:\s*(\d+) kB", status)
    return int(found[1]) / 1000 if found else 0.0


if __name__ == "__main__":
    sys.exit(main())
