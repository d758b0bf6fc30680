"""One process tree: what dies is started again, what stops stops whole, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from setup import ROOT

# Begun as in a terminal, also where the tests themselves run under `nohup`.
KEEP = """
import signal, sys
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from config.serving import Child, Keeper
import config.serving as serving
serving.note_process = lambda: None
serving.answers = lambda port: {answers}
serving.announce = lambda: print("answering", flush=True)
child = Child("web", ["sh", "-c", sys.argv[1]])
sys.exit(Keeper([child], 1).keep())
"""


class Kept:
    """A keeper in a process of its own, and what it said."""

    def __init__(self, script: str, log: Path, *, answers: bool) -> None:
        self.log = log
        words = [sys.executable, "-c", textwrap.dedent(KEEP).format(answers=answers), script]
        with log.open("wb") as output:
            self.process = subprocess.Popen(words, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)

    @property
    def said(self) -> str:
        return self.log.read_text()

    def wait_until_said(self, words: str, seconds: float = 10) -> None:
        until = time.monotonic() + seconds
        while words not in self.said:
            assert time.monotonic() < until, f"never said {words!r}, but: {self.said}"
            time.sleep(0.02)

    @property
    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


@pytest.fixture
def keep(tmp_path: Path) -> Iterator[object]:
    kept: list[Kept] = []

    def start(script: str, *, answers: bool = True) -> Kept:
        kept.append(Kept(script, tmp_path / "log", answers=answers))
        return kept[-1]

    yield start
    for one in kept:
        with suppress(ProcessLookupError):
            one.process.kill()
        one.process.wait()


def test_what_dies_is_started_again_and_said(keep: object) -> None:
    kept = keep("echo begun; sleep 0.5; kill -9 $$")  # type: ignore[operator]
    kept.wait_until_said("web stopped unexpectedly (killed by SIGKILL); starting it again in 1 s")
    kept.wait_until_said("starting it again in 2 s")
    assert kept.said.count("begun") == 2


def test_what_never_comes_up_is_given_up_with_a_word(keep: object) -> None:
    kept = keep("echo because of this; exit 3", answers=False)  # type: ignore[operator]
    assert kept.process.wait(60) == 1
    assert "web stopped 3 times (exit code 3) before the site answered" in kept.said
    assert "because of this" in kept.said


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_the_whole_family(keep: object, sign: signal.Signals) -> None:
    kept = keep("sleep 300 & echo begun; trap 'exit 0' TERM; while :; do sleep 0.1; done")  # type: ignore[operator]
    kept.wait_until_said("begun")
    family = kept.family
    assert len(family) >= 2
    kept.process.send_signal(sign)
    assert kept.process.wait(60) == 0
    assert psutil.wait_procs(family, timeout=30)[1] == []
    assert "Stopped." in kept.said


def test_a_child_that_will_not_stop_is_killed_on_the_second_signal(keep: object) -> None:
    kept = keep("trap '' TERM; echo begun; while :; do sleep 0.1; done")  # type: ignore[operator]
    kept.wait_until_said("begun")
    family = kept.family
    kept.process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert kept.process.poll() is None
    kept.process.send_signal(signal.SIGINT)
    kept.process.wait(5)
    assert psutil.wait_procs(family, timeout=30)[1] == []


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux tells a child of its parent's death"
)
def test_children_do_not_outlive_a_keeper_that_is_killed(keep: object) -> None:
    kept = keep("trap 'exit 0' TERM; echo begun; while :; do sleep 0.1; done")  # type: ignore[operator]
    kept.wait_until_said("begun")
    family = kept.family
    os.kill(kept.process.pid, signal.SIGKILL)
    assert psutil.wait_procs(family, timeout=5)[1] == []
