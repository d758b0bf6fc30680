"""A site on a port of its own, and what it costs: CPU time, memory, time to the first answer."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from config.processes import die_with_parent
from config.serving import FRUGAL, web_command
from setup import BUILD, KEEPS_BYTE_CODE, ROOT


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@dataclass
class Server:
    """A granian with one process and what else works for it."""

    process: subprocess.Popen[bytes]
    port: int
    started_in: float = 0.0

    @property
    def family(self) -> list[psutil.Process]:
        """granian's parent and its workers."""
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def cpu_seconds(self) -> float:
        """CPU time that its processes have used so far, in seconds."""
        return sum(cpu_of(process) for process in self.family)

    def worker_memory_mb(self) -> float:
        """The largest worker's resident memory, in MB: what it shares with its parent counts in full."""
        workers = psutil.Process(self.process.pid).children(recursive=True)
        return max(worker.memory_info().rss for worker in workers) / 1e6

    def family_memory_mb(self) -> float:
        """What parent and workers take together, in MB: what they share counts once."""
        return sum(process.memory_full_info().pss for process in self.family) / 1e6


def cpu_of(process: psutil.Process) -> float:
    """CPU seconds of one process, the threads that ended included."""
    try:
        used = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(used.user + used.system)


def postgres_cpu(folder: str | None) -> float:
    """CPU seconds of a PostgreSQL with everything that works for it; 0 when there is none."""
    if folder is None:
        return 0.0
    postmaster = psutil.Process(int((Path(folder) / "data" / "postmaster.pid").read_text().splitlines()[0]))
    own = postmaster.cpu_times()
    ended = float(own.children_user + own.children_system)
    return ended + sum(cpu_of(process) for process in [postmaster, *postmaster.children(recursive=True)])


@contextmanager
def serving(application: str, surroundings: Mapping[str, str], *, first: str, log: str) -> Iterator[Server]:
    """Serve a WSGI application until the block ends. ``first``: the path whose answer counts as started."""
    port = free_port()
    BUILD.mkdir(exist_ok=True)
    words = web_command(port, application=application, processes=1, threads=2)
    around = {**FRUGAL, **os.environ, **KEEPS_BYTE_CODE, **surroundings, "PORT": str(port)}
    begun = time.monotonic()
    with (BUILD / f"bench-{log}.log").open("wb") as output:
        process = subprocess.Popen(
            words, cwd=ROOT, env=around, stdout=output, stderr=output, start_new_session=True,
            preexec_fn=die_with_parent(),
        )  # fmt: skip
        try:
            _wait_for_answer(process, port, first)
            yield Server(process, port, time.monotonic() - begun)
        finally:
            with suppress(ProcessLookupError):
                process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_for_answer(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    from bench.visitor import Visitor

    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit(f"The server stopped at once; see {BUILD}/bench-*.log")
        with suppress(OSError):
            status = Visitor(port).ask(path).status
            if status != 200:
                raise SystemExit(f"The server answered {path} with {status}; see {BUILD}/bench-*.log")
            return
        time.sleep(0.01)
    raise SystemExit("The server did not answer within a minute.")
