"""The drill: everything is destroyed, a backup is put back, and what must hold holds. On SQLite, and on PostgreSQL where it is here."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

import psycopg
import pytest

from setup import ROOT
from tests.running.site import Site, on_each_database, site_on
from tests.running.test_command import civium

FORGOTTEN = "gwen@port-lumen.example"


@pytest.fixture(scope="module", params=on_each_database("drill"))
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site_on(request.param, tmp_path_factory.mktemp("drill")) as site:
        site.well("keys", "make")
        site.well("migrate")
        site.drill("fill")
        site.well("keys", "backup", str(site.place / "older-keys"))
        site.well("keys", "rotate", "index")  # the first of its two runs: a backup is made in between
        yield site


def test_after_everything_is_destroyed_a_backup_brings_it_back(site: Site) -> None:
    before = site.drill("report")
    assert before["record"]
    assert before["lines"] >= 2
    assert before["files"] >= 3
    data, keys = site.copies
    site.destroy()
    said = site.well("restore", str(data), "--keys", str(keys))
    assert "none missing" in said
    assert site.drill("report") == {**before, "ledger": "0.00"}


def test_who_was_forgotten_after_the_backup_stays_forgotten(site: Site) -> None:
    """Erase, search everything, put yesterday's backup back, search again."""
    data, keys = site.copies
    if site.database:
        with psycopg.connect(site.keepers_address, autocommit=True) as keeper:
            keeper.execute("ANALYZE")  # the server does so by itself; what it samples are addresses, too
    known = site.drill("report", given=[FORGOTTEN])
    assert len(known["in the clear"]) >= 2
    told = site.drill("erase")
    assert {"Gwen Pritchard", "Pritchard"} < set(told)
    assert len(told) > 10
    told.append(FORGOTTEN)
    erased = _searched(site, told)
    assert set(known["people"]) - set(erased["people"]) == {"Gwen Pritchard"}
    site.destroy()
    said = site.well("restore", str(data), "--keys", str(keys))
    assert "0 erasures" not in said
    restored = _searched(site, told)
    assert restored["people"] == erased["people"]
    assert (restored["files"], restored["waiting"], restored["disagree"]) == (erased["files"], 0, 0)
    assert restored["record"]


def test_an_older_ledger_is_refused_by_what_the_database_has_followed(site: Site) -> None:
    """Else whoever was forgotten since the backup would be back, and nothing would say so."""
    data, keys = site.copies
    before = site.drill("report")
    ledger = site.place / "erasures" / "erasures.jsonl"
    whole = ledger.read_text()
    ledger.write_text("".join(whole.splitlines(keepends=True)[:-1]))
    done = site.civium("restore", str(data), "--keys", str(keys))
    assert done.returncode == 1
    assert "erasure ledger" in done.stderr
    assert "Nothing was changed" in done.stderr
    ledger.write_text(whole)
    assert site.drill("report") == before


def test_a_record_that_went_on_since_goes_on_under_a_new_name_and_only_when_asked(site: Site) -> None:
    """The copies of the checkpoints lie elsewhere and know more than yesterday's backup: they are not to be contradicted unseen."""
    data, keys = site.copies
    site.drill("sign")
    before, signs = site.drill("report"), (site.place / "keys" / "journal-signing-key").read_text()
    done = site.civium("restore", str(data), "--keys", str(keys))
    assert done.returncode == 1
    assert "--new-record" in done.stderr
    assert site.drill("report") == before
    said = site.well("restore", str(data), "--keys", str(keys), "--new-record")
    assert "under a new name" in said
    assert (site.place / "keys" / "journal-signing-key").read_text() != signs
    assert site.drill("report")["record"]
    site.drill("sign")
    after = site.drill("report")
    assert (after["record"], after["waiting"], after["people"]) == (True, 0, before["people"])
    site.well("journal", "verify")
    # Once more the same way: then nothing stands in it.
    site.well("restore", str(data), "--keys", str(keys), "--new-record")


def _searched(site: Site, texts: list[str]) -> Any:
    """The report, once nothing is found: at once, but for the sign-in address, which PostgreSQL keeps until it clears up (decision 0004)."""
    report = site.drill("report", given=texts)
    assert report["opened"] == []
    if site.database:
        assert set(report["in the clear"]) <= {f"base: {FORGOTTEN}", f"pg_wal: {FORGOTTEN}"}
        _clear_up(site)
        report = site.drill("report", given=texts)
    assert report["in the clear"] == []
    return report


CLEARS = (
    "VACUUM (FULL, ANALYZE) vault_key, identity_person, account_emailaddress",
    "VACUUM FULL pg_statistic",
)


def _clear_up(site: Site) -> None:
    """What the runbook says for once a week, and what PostgreSQL does by itself in time: the log that is over goes."""
    runbook = (ROOT / "docs" / "runbooks" / "backup-and-restore.md").read_text(encoding="utf-8")
    assert " ".join(f'-c "{each}"' for each in CLEARS) in runbook
    with psycopg.connect(site.keepers_address, autocommit=True) as keeper:
        keeper.execute("ALTER SYSTEM SET wal_recycle = off")
        keeper.execute("ALTER SYSTEM SET min_wal_size = '32MB'")
        keeper.execute("SELECT pg_reload_conf()")
        for each in CLEARS:
            keeper.execute(each)
        keeper.execute("SELECT pg_switch_wal()")
        keeper.execute("CHECKPOINT")


def test_a_backup_carries_no_keys(site: Site, tmp_path: Path) -> None:
    """With the root key, even: what lies in it is sealed under keys that are not there."""
    data, _keys = site.copies
    script = (
        "import sys, django; django.setup(); from pathlib import Path; from config.backups import unpacked\n"
        "from civium.foundation.vault.models import Key\n"
        "wrapped = [bytes(key.wrapped) for key in Key.objects.exclude(wrapped=None)]\n"
        "with unpacked(Path(sys.argv[1]), print) as staged:\n"
        "    held = b''.join(path.read_bytes() for path in staged.rglob('*') if path.is_file())\n"
        "print(len(wrapped), sum(each in held for each in wrapped))"
    )
    env = {
        **os.environ,
        **site.surroundings,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", script, str(data)], cwd=ROOT, env=env, capture_output=True, text=True
    )
    count, held = done.stdout.splitlines()[-1].split()
    assert int(count) >= 10, done.stderr
    assert held == "0"


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 40_000)


def _changed(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        old = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([old[0] ^ 1]))


def _something_else(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + b"x" * 5000)


def test_a_damaged_backup_is_refused_before_anything_is_touched(site: Site, tmp_path: Path) -> None:
    data, keys = site.copies
    before = site.drill("report")
    harms: tuple[Callable[[Path], None], ...] = (_cut, _changed, _something_else)
    for harm in harms:
        damaged = tmp_path / data.name
        copyfile(data, damaged)
        harm(damaged)
        done = site.civium("restore", str(damaged), "--keys", str(keys))
        assert done.returncode == 1, harm
        assert "Nothing was changed" in done.stderr
        assert "Traceback" not in done.stderr
    assert site.drill("report") == before


def test_what_was_there_is_there_again_when_a_restore_breaks_off(site: Site) -> None:
    before, kept = site.drill("report"), _kept_aside(site)
    data, _keys = site.copies
    (older,) = (site.place / "older-keys").iterdir()
    done = site.civium("restore", str(data), "--keys", str(older))
    assert done.returncode == 1
    assert "Take a copy of the keys that was made after" in done.stderr
    assert "What was there is in its place again." in done.stdout
    assert site.drill("report") == before
    assert _kept_aside(site) == kept


def _kept_aside(site: Site) -> set[Path]:
    return set((site.place / "data").glob("*before-restore-*"))


def test_another_towns_backup_is_refused(site: Site, tmp_path: Path) -> None:
    data, keys = site.copies
    other = Site(tmp_path, site.database, site.programs)
    other.well("keys", "make")
    done = civium("restore", str(data), "--keys", str(keys), **other.surroundings)
    assert done.returncode == 1
    assert "Put the right root key back" in done.stderr
    swapped = site.civium("restore", str(keys), "--keys", str(data))
    assert swapped.returncode == 1
    assert "not of the data" in swapped.stderr


def test_keys_of_last_month_are_refused(site: Site) -> None:
    data, keys = site.copies
    script = (
        "import sys, django; django.setup(); from pathlib import Path; from datetime import timedelta\n"
        "from django.utils import timezone; from config.restoring import restore; from config.terminal import Trouble\n"
        "try: restore(Path(sys.argv[1]), Path(sys.argv[2]), print, at=timezone.now() + timedelta(days=8))\n"
        "except Trouble as trouble: print(*trouble.args, trouble)"
    )
    env = {
        **os.environ,
        **site.surroundings,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", script, str(data), str(keys)],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
    )
    assert "of use for 7" in done.stdout, done.stderr
