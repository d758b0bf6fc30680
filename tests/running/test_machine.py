"""What a machine lacks is said plainly, with the line to type."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.terminal import Trouble
from setup import ROOT
from setup.machine import require_node, require_packages, require_pdf_libraries
from setup.programs import explained, run_quietly
from setup.verify import surroundings


@pytest.fixture
def bare_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with nothing in it but what a shell script needs."""
    for name in ("dirname", "sh", "env"):
        (tmp_path / name).symlink_to(shutil.which(name) or name)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("PYTHON", raising=False)
    monkeypatch.setenv("SYSTEM_PYTHON", "")
    return tmp_path


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def start(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ROOT / "setup" / "start"), *words], capture_output=True, text=True, env=dict(os.environ)
    )


def test_without_python_it_says_what_to_install(bare_path: Path) -> None:
    done = start("run")
    assert done.returncode == 1
    assert "needs Python 3.11 or newer. Found here: none" in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr


def test_a_python_that_is_too_old_is_named(bare_path: Path) -> None:
    program(bare_path, "python3", '[ "$1" = --version ] && echo Python 3.9.2; exit 1')
    done = start("run")
    assert done.returncode == 1
    assert "Found here: Python 3.9.2" in done.stderr


def test_a_newer_python_under_another_name_is_found(bare_path: Path) -> None:
    program(bare_path, "python3", "exit 1")
    program(bare_path, "python3.12", '[ "$1" = -c ] && exit 0; echo "$@"')
    assert start("run").stdout.strip() == "-B -m setup run"


def test_the_systems_own_python_comes_before_others(
    bare_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYSTEM_PYTHON", str(tmp_path / "system"))
    program(bare_path, "python3", '[ "$1" = -c ] && exit 0; echo another')
    program(tmp_path, "system", '[ "$1" = -c ] && exit 0; echo system')
    assert start("run").stdout.strip() == "system"
    program(tmp_path, "system", 'case "$2" in *ensurepip*) exit 1;; esac; [ "$1" = -c ] && exit 0; echo lame')
    assert start("run").stdout.strip() == "another", "it cannot make environments"


def test_without_node_it_says_what_to_install(bare_path: Path) -> None:
    with pytest.raises(Trouble, match="needs Node 18 or newer, and there is none") as told:
        require_node()
    assert "apt-get install nodejs npm" in told.value.to_do[0]


def test_a_node_that_is_too_old_is_named(bare_path: Path) -> None:
    program(bare_path, "node", "echo v16.20.2")
    with pytest.raises(Trouble, match=r"here is v16\.20\.2"):
        require_node()


def test_a_node_without_npm_is_not_enough(bare_path: Path) -> None:
    program(bare_path, "node", "echo v20.1.0")
    with pytest.raises(Trouble, match="npm is not"):
        require_node()


def test_a_node_that_is_new_enough_will_do(bare_path: Path) -> None:
    program(bare_path, "node", "echo v18.0.0")
    program(bare_path, "npm", "exit 0")
    assert require_node() == "v18.0.0"


def test_without_a_package_manager_we_say_what_it_would_be_on_debian(bare_path: Path) -> None:
    with pytest.raises(Trouble, match="making PDFs") as told:
        require_packages(["libpango-1.0-0"], why="making PDFs needs pango")
    assert "sudo apt-get install libpango-1.0-0" in told.value.to_do[0]


def test_a_package_that_cannot_be_installed_ends_in_the_line_to_type(bare_path: Path) -> None:
    program(bare_path, "apt-get", "echo 'E: Unable to locate package'; exit 100")
    program(bare_path, "sudo", "exit 1")
    with pytest.raises(Trouble) as told:
        require_packages(["chromium"], why="the journeys need a browser")
    assert told.value.to_do[0] == "sudo apt-get install chromium"


def test_this_machine_makes_pdfs() -> None:
    require_pdf_libraries()


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("npm error code ENOTFOUND", "no network"),
        (
            "Failed to establish a new connection: [Errno -3] Temporary failure in name resolution",
            "no network",
        ),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
            "not the one that was locked",
        ),
        (
            "Could not find a version that satisfies django (from versions: none)\nNo matching distribution",
            "no network",
        ),
        ("[Errno 13] Permission denied: '.venv/bin'", "cannot be written"),
        ("error: command 'gcc' failed: No such file or directory", "had to be compiled"),
        ("ERROR: No matching distribution found for granian==2.8.7", "does not exist for this Python"),
    ],
)
def test_the_reason_why_a_program_failed_is_put_in_plain_words(printed: str, told: str) -> None:
    trouble = explained(["pip", "install"], printed)
    assert told in trouble.what
    assert trouble.to_do


def test_a_failure_that_nobody_foresaw_shows_its_last_lines(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Trouble, match="something odd happened"):
        run_quietly(["sh", "-c", "echo something odd happened; exit 3"])
    assert capfd.readouterr().out == ""


def test_what_checks_the_code_reads_its_own_tree_where_another_one_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second checkout may share the ``.venv`` of the first: its ``civium`` is the first one's."""
    (tmp_path / "civium").mkdir()
    (tmp_path / "civium" / "__init__.py").touch()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", "import civium; print(civium.__file__)"],
        cwd=tmp_path.parent,
        env=surroundings(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()) == ROOT / "civium" / "__init__.py"
