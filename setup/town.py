"""The demo town on this machine: its surroundings, its data, and starting it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from config.terminal import Trouble, say, step
from setup import BUILD, KEEPS_BYTE_CODE, ROOT, VENV
from setup.programs import run_quietly
from setup.stamps import fingerprint, is_done, set_done

CIVIUM = VENV / "bin" / "civium"


def demo_surroundings() -> dict[str, str]:
    """The environment of a demo town: what is set already stays."""
    return {"CIVIUM_DEMO": "1", "CIVIUM_DEMO_YEAR": "1", **os.environ, **KEEPS_BYTE_CODE}


def data_folder() -> Path:
    """Where the town keeps its data."""
    return Path(os.environ.get("CIVIUM_DATA") or ROOT / "data").resolve()


def set_up_town() -> None:
    """Have keys, tables and the demo town's people and cases; `civium demo` makes whichever is missing."""
    sources = [
        *sorted((ROOT / "civium").glob("*/*/migrations/*.py")),
        ROOT / "services",
        ROOT / "config" / "demo.py",
    ]
    mark = fingerprint(os.environ.get("DATABASE_URL", ""), *(path for path in sources if path.exists()))
    stamp = data_folder() / ".demo-town"
    if is_done(stamp, mark) and (ROOT / ".keys" / "secret-key").is_file():
        return
    with step("The town of Port Lumen: keys, tables, people"):
        run_quietly([CIVIUM, "demo"], extra=demo_surroundings())
    set_done(stamp, mark)


def serve() -> None:
    """Become the server: from here on there is one process tree, and this process is its root."""
    os.chdir(ROOT)
    os.execve(CIVIUM, [str(CIVIUM), "serve"], demo_surroundings())  # noqa: S606


def reset_town() -> None:
    """Throw the demo town's data away. Refuses data that is not a demo town's, and one that is being served."""
    if os.environ.get("DATABASE_URL"):
        raise Trouble(
            "DATABASE_URL is set, and a database server is not ours to empty.",
            "Drop and create that database yourself, or unset DATABASE_URL to reset the embedded town.",
        )
    folder = data_folder()
    if not folder.exists():
        say("  There is no demo town yet: make run")
        return
    if not (folder / ".demo-town").is_file():
        raise Trouble(
            f"{folder} was not made by `make run`, so it is left alone.",
            "If you are sure that it is a demo town, remove the folder yourself.",
        )
    running = folder / "serving.pid"
    if running.is_file() and Path(f"/proc/{running.read_text().strip()}").exists():
        raise Trouble("The town is being served right now.", "Stop it first (Ctrl-C where `make run` runs).")
    with step("Throwing the demo town away"):
        shutil.rmtree(folder)
        shutil.rmtree(folder.with_name(f"{folder.name}-witness"), ignore_errors=True)
    say("  The next `make run` makes it anew.")


def clean() -> None:
    """Remove what was installed and built. Data and keys stay."""
    for path in (VENV, BUILD, ROOT / "assets" / "node_modules", *ROOT.glob(".*_cache"), ROOT / ".hypothesis"):
        shutil.rmtree(path, ignore_errors=True)
    for compiled in (ROOT / "civium" / "locale").glob("*/LC_MESSAGES/*.mo"):
        compiled.unlink()
    for cache in [found for found in ROOT.rglob("__pycache__") if ".git" not in found.parts]:
        shutil.rmtree(cache, ignore_errors=True)
    say("  Clean. data/ and .keys/ are still here.")
