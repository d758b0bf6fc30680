"""`make check` and `make test`: what has to be true of the code, quickest first, stopping at the first failure."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from config.terminal import Trouble, say, step
from setup import BUILD, KEEPS_BYTE_CODE, ROOT, VENV
from setup.machine import HEADLESS, find_chromium, has_browser, has_font_for, require_packages
from setup.postgres import running_postgres

_BIN = VENV / "bin"
_DEMO = {
    "CIVIUM_DEMO": "1",
    "CIVIUM_KEYS": str(BUILD / "test" / "keys"),
    "CIVIUM_DATA": str(BUILD / "test" / "data"),
}

# Each is a line to the reader and the command that must end well.
_FAST_HALF: tuple[tuple[str, Sequence[str | Path]], ...] = (
    ("Format", (_BIN / "ruff", "format", "--check", "--quiet", ".")),
    ("Lint", (_BIN / "ruff", "check", "--quiet", ".")),
    ("Import contracts", (_BIN / "lint-imports",)),
    ("Types", (_BIN / "mypy",)),
    ("Missing migrations", (_BIN / "python", "manage.py", "makemigrations", "--check", "--dry-run")),
    ("Service documents", (_BIN / "civium", "services", "check")),
)
# What pytest returns where none of the chosen tests uses the database.
_NOTHING_TO_TRY = 5
_MENDING = {
    "Format": ".venv/bin/ruff format .",
    "Lint": ".venv/bin/ruff check --fix .  (and read what stays)",
    "Missing migrations": "CIVIUM_DEMO=1 .venv/bin/python manage.py makemigrations",
}


def check_code() -> None:
    """The fast half. Raises ``Trouble`` with the tool's own words at the first thing that is not so."""
    _make_test_keys()
    for name, command in _FAST_HALF:
        with step(name):
            done = subprocess.run(
                [str(word) for word in command],
                cwd=ROOT,
                env=surroundings(**_DEMO),
                capture_output=True,
                text=True,
            )
        if done.returncode != 0:
            say((done.stdout + done.stderr).rstrip()[-6000:])
            raise Trouble(
                f"{name}: not as it should be; see above.", *([_MENDING[name]] if name in _MENDING else [])
            )


def surroundings(**more: str) -> dict[str, str]:
    """Have programs of the environment read this very tree, also where a second checkout shares the first one's ``.venv``."""
    return {**os.environ, **KEEPS_BYTE_CODE, "PYTHONPATH": str(ROOT), **more}


def _make_test_keys() -> None:
    """Importing the test settings makes the keys that a run needs."""
    subprocess.run([_BIN / "python", "-c", "import tests.settings"], cwd=ROOT, env=surroundings(), check=True)


def set_up_browser() -> None:
    """Have Debian's Chromium and fonts for every script; where that may not be, the browser tests say so and fail."""
    try:
        _have_chromium()
        if not has_font_for("ar"):
            require_packages(["fontconfig", "fonts-noto-core"], why="pages in Arabic need a font")
    except Trouble as trouble:
        say(f"  {trouble.what} The browser tests will fail until this is done:")
        for line in trouble.to_do:
            say(f"    {line}")


def _have_chromium() -> None:
    """The one without windows, for it is twice as fast; else any."""
    why = "the journeys are walked in a real browser, Chromium"
    if has_browser(HEADLESS):
        return
    try:
        require_packages([HEADLESS], why=why)
    except Trouble:
        if find_chromium() is None:
            require_packages(["chromium"], why=why)


def run_tests(chosen: Sequence[str] = ()) -> int:
    """What uses the database on PostgreSQL, then everything on SQLite with the browser. Returns pytest's exit code."""
    begun = time.monotonic()
    with running_postgres() as address:
        say("\n  What uses the database, on PostgreSQL")
        # Who may do what, and the browser's journeys, do not change with the database; what runs as a program of its own
        # brings its own.
        same = [f"--ignore=tests/{part}" for part in ("house", "guides", "policy", "running")]
        code = _pytest("database and not browser", {"DATABASE_URL": address}, [*same, *chosen])
    if code not in (0, _NOTHING_TO_TRY):
        say(
            f"\n  Failed on PostgreSQL; SQLite and the browser were not tried ({time.monotonic() - begun:.0f} s)."
        )
        return code
    say("\n  Everything on SQLite, journeys in a browser included")
    return _pytest("", {}, chosen)


def _pytest(marks: str, more: Mapping[str, str], chosen: Sequence[str]) -> int:
    words = [str(_BIN / "python"), "-m", "pytest", "-n", os.environ.get("CIVIUM_TEST_PROCESSES", "2"),
             "--dist", "loadgroup", "--maxfail=10", *chosen]  # fmt: skip
    if marks:
        words += ["-m", marks]
    return subprocess.run(words, cwd=ROOT, env=surroundings(**more)).returncode
