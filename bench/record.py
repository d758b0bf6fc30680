"""How long a record of a million entries takes to verify: by the site, and by the single file that needs nothing of ours.

Run by ``make bench``, and alone: ``python -m bench.record [--entries 1000000]``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from config.terminal import say

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
    """Entries as they are in a real record, in a tree that is signed by the sequencer itself."""
    from civium.foundation.journal.actions import sequence_entries as sequencer
    from civium.foundation.journal.models import Entry
    from config.keys import make_missing_room_keys, make_missing_secrets
    from config.tables import bring_tables_up_to_date

    make_missing_secrets(lambda line: None)
    bring_tables_up_to_date(lambda line: None)
    make_missing_room_keys(lambda line: None)
    sequencer._BATCH = SIGNED_EVERY
    began = datetime(2026, 1, 1, tzinfo=UTC)
    for start in range(0, count, _BATCH):
        entries = [
            _entry(number, at=began + timedelta(seconds=number)) for number in range(start, start + _BATCH)
        ]
        Entry.objects.bulk_create(entries, batch_size=500)
        sequencer.sequence_entries(at=entries[-1].at)
        say(f"  {start + _BATCH:,} of {count:,}")


def _entry(number: int, *, at: datetime) -> object:
    from civium.foundation.journal.models import Entry

    case, person = UUID(int=number // 10), UUID(int=number % 5000)
    data = f'{{"application":"{case}","case":"{case}","outcome":"granted","step":"checking"}}'
    entry = Entry(
        at=at,
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
        "site": _run([sys.executable, "-m", "config", "journal", "verify"], f"{count} entries"),
        "single file": _run([*single_file, "--copies", str(copies_folder()), *keys], f"{count} entries"),
    }


def _run(command: list[str], wanted: str) -> dict[str, float]:
    """What the command cost: seconds of CPU and on the clock, and the most memory it had. It must say that all is whole."""
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as output:
        started = subprocess.Popen(command, stdout=output)
        _, status, used = os.wait4(started.pid, 0)
        on_the_clock = time.monotonic() - began
        output.seek(0)
        said = output.read()
    assert status == 0, said
    assert wanted in said, said
    return {
        "CPU s": round(used.ru_utime + used.ru_stime, 1),
        "s": round(on_the_clock, 1),
        "MB": round(used.ru_maxrss / 1000, 1),
    }


if __name__ == "__main__":
    sys.exit(main())
