"""Web and worker from one process tree: start them, say so, start again what dies, stop everything together.

The parent stays small and imports neither Django nor the rooms; the settings tell it whether this site may be served.
"""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from types import FrameType
from urllib.parse import urlsplit

from config.ports import chosen_port, require_free
from config.processes import die_with_parent
from config.terminal import Trouble, say

ROOT = Path(__file__).resolve().parent.parent
# How long a child may take to finish what it is doing before it is killed, in seconds.
GRACE = 15
# A child that lived this long was well; the next time it dies, waiting begins anew.
WELL_AFTER = 60
# A heap for every thread would only hold on to memory.
FRUGAL = {"MALLOC_ARENA_MAX": "2"}
# This many deaths before the site ever answered: starting again does not help.
TOO_OFTEN = 3


@dataclass
class Child:
    """A program of ours that has to be running: in a process group of its own, so that all of it can be stopped."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    born: float = 0.0
    deaths: int = 0
    again_at: float = field(default=0.0)
    surroundings: dict[str, str] | None = None
    is_silent: bool = False

    def start(self) -> None:
        self.born = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env={**FRUGAL, **(os.environ if self.surroundings is None else self.surroundings)},
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if self.is_silent else None,
            preexec_fn=die_with_parent(),
        )

    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def bury(self) -> float:
        """Clear up after a death. Returns how many seconds to wait before starting again: 1, 2, 4 ... 30."""
        self.kill_group()
        if time.monotonic() - self.born > WELL_AFTER:
            self.deaths = 0
        self.deaths += 1
        wait = min(30.0, 2.0 ** (self.deaths - 1))
        self.again_at = time.monotonic() + wait
        self.process = None
        return wait

    def ask_to_stop(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGTERM)

    def kill_group(self) -> None:
        """Nothing of it stays behind, grandchildren included: one left over would go on answering on the port."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def serve(*, with_worker: bool = True) -> int:
    """Serve until told to stop. Refuses a taken port and a site that is not fit to be served."""
    from config.checks import ledger_is_there, refuse_unfit_settings, refuse_what_was_erased
    from config.command import start_django
    from config.tables import refuse_unready_tables

    port = chosen_port()
    refuse_unfit_settings()
    refuse_unready_tables()
    if ledger_is_there():  # most sites have erased nobody, and start at once
        start_django()
        refuse_what_was_erased()
    require_free(port)
    processes, threads = _count("CIVIUM_WEB_PROCESSES", 2), _count("CIVIUM_WEB_THREADS", 4)
    children = [Child("web", web_command(port, processes=processes, threads=threads))]
    if with_worker:
        children.append(Child("worker", [sys.executable, "-m", "config", "worker"]))
        children += _witness_of_demo_town()
    return Keeper(children, port).keep()


def _witness_of_demo_town() -> list[Child]:
    """A demo town brings its own witness; a real one asks others, who run elsewhere."""
    from django.conf import settings

    from config.witness import witness_command, witness_folder, witness_surroundings

    if not settings.CIVIUM_DEMO or not witness_folder().is_dir():
        return []
    return [Child("witness", witness_command(), surroundings=witness_surroundings(), is_silent=True)]


def web_command(
    port: int, *, application: str = "config.wsgi:application", processes: int = 2, threads: int = 4
) -> list[str]:
    """granian, with everything bounded: processes, threads, and requests waiting for them."""
    return [
        sys.executable, "-m", "config.web", application,
        "--interface", "wsgi", "--no-ws", "--http", "1",
        "--host", os.environ.get("CIVIUM_LISTEN", "127.0.0.1"), "--port", str(port),
        "--workers", str(processes), "--blocking-threads", str(threads), "--backpressure", "64",
        "--respawn-failed-workers", "--workers-kill-timeout", "10", "--log-level", "warning",
    ]  # fmt: skip


def _count(setting: str, usual: int) -> int:
    """A setting that is a number of things. Refuses what is none."""
    word = os.environ.get(setting) or str(usual)
    if not (word.isdigit() and int(word)):
        raise Trouble(
            f"{setting} is {word!r}, which is not a number of anything.", f"Unset it, or set it to {usual}."
        )
    return int(word)


def do_jobs_until_stopped() -> None:
    """Be a worker until told to stop; the jobs that are running are finished first. Django is started."""
    from civium.foundation.jobs.actions.work import work_forever
    from config.checks import refuse_what_was_erased
    from config.tables import refuse_unready_tables

    refuse_unready_tables()
    refuse_what_was_erased()
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        # By a thread: the signal may come in the middle of waiting for ``stop``, whose lock ``set`` needs.
        signal.signal(number, lambda *_: Thread(target=stop.set, daemon=True).start())
    work_forever(threads=_count("CIVIUM_WORKER_THREADS", 2), stop=stop)


class Keeper:
    """Keeps the children running."""

    def __init__(self, children: list[Child], port: int) -> None:
        self.children = children
        self.port = port
        # No events: a signal that comes while one is waited for would wait for the lock of that very waiting, for ever.
        self.told_to_stop = False
        self.in_a_hurry = False
        self.has_answered = False
        self.year: Child | None = None

    def keep(self) -> int:
        self._listen_for_signals()
        noted = note_process()
        try:
            for child in self.children:
                child.start()
            return self._watch()
        finally:
            self._stop()
            if noted:
                noted.unlink(missing_ok=True)

    def _watch(self) -> int:
        while not self.told_to_stop:
            if not self.has_answered and answers(self.port):
                self.has_answered = True
                announce()
                self._live_the_past_year()
            for child in self.children:
                if child.has_died() and not self._start_again_later(child):
                    return 1
                if child.process is None and time.monotonic() >= child.again_at:
                    child.start()
            time.sleep(0.2)
        return 0

    def _live_the_past_year(self) -> None:
        """In a demo town that wants one: a year of life, made beside the site, so that nobody waits for it."""
        from django.conf import settings

        if settings.CIVIUM_DEMO and os.environ.get("CIVIUM_DEMO_YEAR") == "1":
            self.year = Child("the past year", [sys.executable, "-m", "config", "demo", "--year", "--quiet"])
            self.year.start()

    def _start_again_later(self, child: Child) -> bool:
        """Wait before the next start, and say so. False when the site never answered and it dies again and again."""
        assert child.process is not None
        how = _how_it_ended(child.process.returncode)
        wait = child.bury()
        if not self.has_answered and child.deaths >= TOO_OFTEN:
            say(
                f"  {child.name} stopped {child.deaths} times ({how}) before the site answered; see above for why."
            )
            return False
        say(f"  {child.name} stopped unexpectedly ({how}); starting it again in {wait:.0f} s.")
        return True

    def _stop(self) -> None:
        for child in self.children:
            child.ask_to_stop()
        until = time.monotonic() + GRACE
        while time.monotonic() < until and not self.in_a_hurry:
            if all(child.process is None or child.process.poll() is not None for child in self.children):
                break
            time.sleep(0.05)
        for child in [*self.children, *([self.year] if self.year else [])]:
            child.kill_group()
        if self.told_to_stop:
            say("  Stopped.")

    def _listen_for_signals(self) -> None:
        def on_signal(number: int, frame: FrameType | None) -> None:
            self.in_a_hurry = self.told_to_stop
            self.told_to_stop = True

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, on_signal)
        # Under `nohup` a closed terminal is to be ignored, so it stays so.
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, on_signal)


def note_process() -> Path | None:
    """Leave our number in the data folder: `make demo-reset` keeps its hands off a town that is being served."""
    from django.conf import settings

    note = Path(settings.CIVIUM_DATA) / "serving.pid"
    try:
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(str(os.getpid()))
    except OSError as problem:
        raise Trouble(
            f"The data folder {note.parent} cannot be written ({problem.strerror}).",
            "Give it to the user who runs Civium, or set CIVIUM_DATA to another folder.",
        ) from None
    return note


def is_being_served() -> bool:
    """Whether a process on this machine left its number in the data folder, and lives."""
    from django.conf import settings

    note = Path(settings.CIVIUM_DATA) / "serving.pid"
    number = note.read_text().strip() if note.exists() else ""
    return number.isdigit() and Path(f"/proc/{number}").exists()


def _how_it_ended(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def answers(port: int) -> bool:
    """Whether the site answers its own health question, asked by the name that people use."""
    from django.conf import settings

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/health/live", headers={"Host": urlsplit(settings.CIVIUM_ORIGIN).netloc})
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def announce() -> None:
    from django.conf import settings

    say(f"\n  Civium is at {settings.CIVIUM_ORIGIN}")
    if settings.CIVIUM_DEMO:
        # A process of its own, so that this one stays small.
        subprocess.run([sys.executable, "-m", "config", "accounts"], cwd=ROOT)
    say("\n  Ctrl-C stops everything.")
