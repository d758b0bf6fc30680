"""The virtual environment: made once, filled from the hashed lock, with the ``civium`` command in it."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from config.terminal import Trouble, step
from setup import PYTHON, ROOT, VENV
from setup.locks import RUN, TEST
from setup.machine import require_packages, require_space
from setup.programs import run_quietly
from setup.stamps import fingerprint, is_done, set_done

LOCKS = {"run": (RUN,), "test": (RUN, TEST)}


def set_up_environment(purpose: str) -> None:
    """Have everything installed that ``purpose`` (run or test) needs; what "test" needs includes what "run" needs."""
    if not _is_sound():
        require_space()
        with step(f"Virtual environment (Python {sys.version_info.major}.{sys.version_info.minor})"):
            _make_environment()
    locks = LOCKS[purpose]
    mark = fingerprint(*locks)
    if not is_done(_stamp(purpose), mark):
        with step("Python packages, every one checked by hash"):
            _install(locks)
        set_done(_stamp(purpose), mark)
        set_done(_stamp("run"), fingerprint(*LOCKS["run"]))
    _make_project_importable()


def _stamp(purpose: str) -> Path:
    return VENV / f".installed-{purpose}"


def _is_sound() -> bool:
    """Whether there is an environment that runs, is new enough, was made at this very place, and can install."""
    program = "import sys; print(sys.prefix); sys.exit(sys.version_info < (3, 11))"
    if not PYTHON.is_file():
        return False
    asked = subprocess.run([str(PYTHON), "-c", program], capture_output=True, text=True)
    if asked.returncode != 0 or Path(asked.stdout.strip()).resolve() != VENV.resolve():
        return False
    pip = VENV / "bin" / "pip"
    # A folder that was moved leaves scripts that start a Python at the old place.
    return (
        str(VENV) in pip.read_text(encoding="utf-8", errors="replace")
        if pip.is_file()
        else bool(shutil.which("uv"))
    )


def _make_environment() -> None:
    if VENV.exists():
        shutil.rmtree(VENV)
    uv = shutil.which("uv")
    if uv:
        run_quietly([uv, "venv", "--quiet", "--no-project", "--seed", "--python", sys.executable, VENV])
    else:
        _require_ensurepip()
        run_quietly([sys.executable, "-m", "venv", VENV])


def _require_ensurepip() -> None:
    """Debian splits what ``venv`` needs into a package of its own."""
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    require_packages([f"python{version}-venv"], why="this Python cannot make virtual environments")


def _install(locks: Sequence[Path]) -> None:
    """With uv when it is here, because it is quick; with pip otherwise, or when uv cannot reach its packages."""
    wanted = [word for lock in locks for word in ("-r", str(lock))]
    uv = shutil.which("uv")
    if uv:
        try:
            run_quietly([uv, "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", *wanted])
            return
        except Trouble:
            # uv does not read pip's configuration, where a mirror or proxy may be named.
            pass
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-deps"]
    run_quietly([*pip, "--require-hashes", *wanted])


def _make_project_importable() -> None:
    """Let the environment import the house from anywhere, and give it the ``civium`` command. Needs no network."""
    asked = [str(PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    command = VENV / "bin" / "civium"
    wanted = f"#!{PYTHON}\nimport sys\n\nfrom config.command import main\n\nsys.exit(main())\n"
    if command.is_file() and command.read_text(encoding="utf-8") == wanted:
        return
    packages = Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())
    (packages / "civium-house.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    command.write_text(wanted, encoding="utf-8")
    command.chmod(0o755)
