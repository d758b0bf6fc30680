"""The web server loads the application once, and its processes are copies."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path

import psutil
import pytest

from bench.servers import free_port
from config.serving import Child, web_command
from setup import ROOT

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere each process loads the application itself"
)

SMALL = """
import os
print("loaded", flush=True)

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]
"""
TROUBLED = """
from config.terminal import Trouble
raise Trouble("The town is closed.", "Open it.")
"""
LEFT_BEHIND = """
import config.wsgi, gc, os
from django.db import connections
print(len(os.listdir("/proc/self/task")), sum(each.connection is not None for each in connections.all()), gc.get_freeze_count() > 0)
"""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[psutil.Process, int, Path]]:
    """A small application with two processes: the server, its port, and what it prints."""
    (tmp_path / "small.py").write_text(SMALL)
    port, log = free_port(), tmp_path / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            web_command(port, application="small:application", processes=2),
            cwd=ROOT, env=os.environ | {"PYTHONPATH": f"{ROOT}:{tmp_path}"}, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip
    yield psutil.Process(server.pid), port, log
    child = Child("web", [])
    child.process = server
    child.kill_group()


def answered_by(port: int, *, beside: set[int] | None = None) -> int:
    """The number of a process that answers, another one than those."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with suppress(OSError), closing(HTTPConnection("127.0.0.1", port, timeout=5)) as asked:
            asked.request("GET", "/")
            found = int(asked.getresponse().read())
            if found not in (beside or set()):
                return found
        time.sleep(0.02)
    raise AssertionError("nobody answers")


def test_the_application_is_loaded_once_for_all_processes(
    served: tuple[psutil.Process, int, Path],
) -> None:
    server, port, log = served
    first = answered_by(port)
    second = answered_by(port, beside={first})
    assert {first, second} == {worker.pid for worker in server.children()}
    psutil.Process(second).kill()
    answered_by(port, beside={first, second})
    assert log.read_text().count("loaded") == 1


def test_it_stops_when_asked(served: tuple[psutil.Process, int, Path]) -> None:
    server, port, _ = served
    answered_by(port)
    workers = server.children()
    server.terminate()
    assert psutil.wait_procs([server, *workers], timeout=30)[1] == []


def test_what_copies_could_not_share_is_not_left_open() -> None:
    """A thread would be missing in them, and a connection to the database would be everybody's."""
    printed = subprocess.run(
        [sys.executable, "-c", LEFT_BEHIND], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert printed.stdout.split() == ["1", "0", "True"]


def test_a_site_that_may_not_be_served_says_why(tmp_path: Path) -> None:
    (tmp_path / "troubled.py").write_text(TROUBLED)
    done = subprocess.run(
        web_command(free_port(), application="troubled:application"),
        cwd=ROOT, env=os.environ | {"PYTHONPATH": f"{ROOT}:{tmp_path}"}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert "The town is closed." in done.stderr
    assert "Traceback" not in done.stderr
