"""What somebody finds who takes the disk away: the bytes of the test's database, as they lie there."""

from __future__ import annotations

import subprocess
from pathlib import Path

from django.db import connection


def bytes_of_database() -> bytes:
    """All files of the SQLite database, read by another process.

    A process that closes any descriptor of a file loses all its POSIX locks on it: read here, SQLite's would be gone under
    its open connections, and the next process to leave would remove the write-ahead log that they still use
    (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """
    assert connection.vendor == "sqlite"
    place = Path(str(connection.settings_dict["NAME"]))
    files = sorted(str(path) for path in place.parent.glob(place.name + "*"))
    return subprocess.run(["cat", *files], check=True, capture_output=True).stdout
