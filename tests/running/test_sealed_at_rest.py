"""After a whole demo run nothing of anybody lies in the clear, in no table and no file; and the search would find it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from setup import ROOT
from tests.running.test_command import civium

# The town is made once only where one process has both tests.
pytestmark = pytest.mark.xdist_group("sealed-at-rest")


def _search(place: Path) -> dict[str, Any]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CIVIUM_", "DJANGO_", "DATABASE_"))}
    env = {**kept, **_site(place), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.running.dump"], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _site(place: Path) -> dict[str, str]:
    return {
        "CIVIUM_DEMO": "1",
        "CIVIUM_DATA": str(place / "data"),
        "CIVIUM_KEYS": str(place / "keys"),
        "CIVIUM_ERASURES": str(place / "erasures"),
    }


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("town")
    done = civium("demo", **_site(place))
    assert done.returncode == 0, done.stderr
    return place


def test_after_a_demo_run_nothing_of_anybody_lies_in_the_clear(town: Path) -> None:
    told = _search(town)
    assert told["looked_for"] > 200
    assert told["found"] == []


def test_what_lay_in_the_clear_would_be_found(town: Path) -> None:
    leaks = {
        "as it is": "Kofi Mensah-Boateng",
        "without case": "gwen pritchard",
        "without marks": "ines nunez",
        "escaped": json.dumps("Elif Yılmaz"),
        "from the right": "ليلى الخطيب",
        "an address": "kofi@port-lumen.example",
    }
    stray = town / "data" / "stray.log"
    stray.write_text("Mailed Jonas Lindqvist about it.")
    with closing(sqlite3.connect(town / "data" / "civium.sqlite3")) as database:
        for leak in leaks.items():
            database.execute("INSERT INTO django_cache VALUES (?, ?, '2999-01-01')", leak)
        database.commit()
    found = _search(town)["found"]
    for value in (
        "Kofi Mensah-Boateng",
        "Gwen Pritchard",
        "Inés Núñez",
        "Elif Yılmaz",
        "ليلى الخطيب",
        "an address",
    ):
        assert f"django_cache.value: {value}" in found
    assert "stray.log: Jonas Lindqvist" in found
