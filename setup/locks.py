"""The hashed locks in ``requirements/``: choosing versions anew, and reading them.

``test.txt`` holds only what tests need on top of ``run.txt``, so what is tested is what runs, and each file stays small.
uv chooses; its output names no address that anything was downloaded from.
"""

from __future__ import annotations

import re
from pathlib import Path

from config.terminal import step
from setup import BUILD, PYTHON, ROOT
from setup.programs import run_quietly

FOLDER = ROOT / "requirements"
RUN, TEST = FOLDER / "run.txt", FOLDER / "test.txt"


def locked_packages(*locks: Path) -> dict[str, str]:
    """Package -> its entry (version and hashes), over all these locks."""
    entries = (
        entry for lock in locks for entry in re.split(r"\n(?=[A-Za-z0-9])", lock.read_text(encoding="utf-8"))
    )
    return {entry.split("==")[0]: entry.strip() for entry in entries if "==" in entry}


def choose_versions() -> None:
    """Choose the newest versions within ``pyproject.toml``'s bounds and write both locks."""
    uv = BUILD / "uv" / "bin" / "uv"
    if not uv.is_file():
        with step("uv, which chooses versions"):
            run_quietly([PYTHON, "-m", "venv", BUILD / "uv"])
            run_quietly([BUILD / "uv" / "bin" / "pip", "install", "--quiet", "uv"])
    with step("requirements/run.txt"):
        _compile(uv, RUN, groups=["build"])
    everything = BUILD / "everything.txt"
    with step("requirements/test.txt"):
        _compile(uv, everything, groups=["build", "test", "lint"], bound_by=RUN)
        running = locked_packages(RUN)
        extra = [entry for name, entry in sorted(locked_packages(everything).items()) if name not in running]
        TEST.write_text("\n".join(extra) + "\n", encoding="utf-8")


def _compile(uv: Path, lock: Path, *, groups: list[str], bound_by: Path | None = None) -> None:
    words = [
        *(uv, "pip", "compile", "pyproject.toml", "--quiet", "--upgrade", "--generate-hashes"),
        # One version of each for every Python: not the newest for some, and another, or none, for Debian's 3.11.2.
        *("--universal", "--python-version", "3.11", "--fork-strategy", "fewest"),
        *("--no-header", "--no-annotate", "--output-file", lock),
        *(word for group in groups for word in ("--group", group)),
        *(("--constraint", bound_by) if bound_by else ()),
    ]
    run_quietly(words)
