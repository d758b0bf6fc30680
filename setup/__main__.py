"""The habits behind `make`: ``python -m setup run|install|test|try|check|bench|demo-reset|messages|lock|sbom|advisories|clean``."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from config.ports import chosen_port, require_free
from config.processes import die_with_my_parent
from config.terminal import Trouble, say, step, tell
from setup import PYTHON, ROOT, VENV
from setup.environment import set_up_environment
from setup.locks import choose_versions
from setup.machine import require_folder, require_pdf_libraries
from setup.pages import require_what_builds_pages, set_up_pages
from setup.programs import run_quietly
from setup.sbom import write_bill
from setup.town import clean, reset_town, serve, set_up_town
from setup.verify import check_code, run_tests, set_up_browser


def run() -> int:
    """From a fresh clone to a town that answers."""
    begun = time.monotonic()
    require_free(chosen_port())
    _set_up("run")
    set_up_town()
    say(f"  Ready after {time.monotonic() - begun:.0f} s.\n")
    die_with_my_parent()
    serve()
    return 0


def install() -> int:
    """What a real site needs beside its settings: packages, pages, the `civium` command. No demo town, and nothing is started.

    Whoever runs the site may write nothing here, so what each start would compile is compiled now: plain, and as `serve` runs.
    """
    _set_up("run")
    with step("Byte code"):
        run_quietly(
            [
                PYTHON,
                *["-m", "compileall", "-q", "-j", "0", "-o", "0", "-o", "2", "civium", "config"],
                VENV / "lib",
            ]
        )
    say(f"  The command is {VENV / 'bin' / 'civium'}. What is next: docs/runbooks/go-live.md")
    return 0


def test() -> int:
    """Everything; the last lines are pytest's own."""
    _set_up("test")
    set_up_browser()
    check_code()
    return run_tests(sys.argv[2:])


def try_some() -> int:
    """The tests that are named, on both databases."""
    if not sys.argv[2:]:
        raise Trouble("Which tests?", "make try TESTS=civium/engines/cases/tests/test_moving.py")
    _set_up("test")
    set_up_browser()
    return run_tests(sys.argv[2:])


def check() -> int:
    """The fast half of `test`."""
    _set_up("test")
    check_code()
    say("  All well. The other half: make test")
    return 0


def bench() -> int:
    """Measure, in a process of its own."""
    _set_up("test")
    return subprocess.run([PYTHON, "-m", "bench", *sys.argv[2:]], cwd=ROOT).returncode


def messages() -> int:
    """Collect the words to translate."""
    _set_up("run")
    return subprocess.run([PYTHON, "-m", "setup.messages", "collect"], cwd=ROOT).returncode


def _set_up(purpose: str) -> None:
    require_what_builds_pages()
    require_pdf_libraries()
    set_up_environment(purpose)
    set_up_pages()


def lock() -> int:
    """Choose versions anew."""
    set_up_environment("run")
    choose_versions()
    return 0


def list_materials() -> int:
    """Write the bill of materials."""
    say(f"  {write_bill().relative_to(ROOT)}")
    return 0


def advisories() -> int:
    """Say which packages have known defects, by a copy of the data base in a folder."""
    set_up_environment("run")
    return subprocess.run([PYTHON, "-m", "setup.advisories", *sys.argv[2:]], cwd=ROOT).returncode


def reset() -> int:
    """Throw the demo town's data away."""
    reset_town()
    return 0


def tidy() -> int:
    """Remove what was built."""
    clean()
    return 0


HABITS = {
    "run": run,
    "install": install,
    "test": test,
    "try": try_some,
    "check": check,
    "bench": bench,
    "demo-reset": reset,
    "messages": messages,
    "lock": lock,
    "sbom": list_materials,
    "advisories": advisories,
    "clean": tidy,
}


def main() -> int:
    """Run the habit named on the command line; 0 well, 1 trouble, 2 asked for something that there is not."""
    if len(sys.argv) < 2 or sys.argv[1] not in HABITS:
        say(f"  python -m setup {'|'.join(HABITS)}")
        return 2
    os.chdir(ROOT)
    say("")
    try:
        require_folder()
        return HABITS[sys.argv[1]]()
    except Trouble as trouble:
        tell(trouble)
        return 1
    except KeyboardInterrupt:
        say("\n  Stopped. Starting again goes on from here.")
        return 130


if __name__ == "__main__":
    sys.exit(main())
