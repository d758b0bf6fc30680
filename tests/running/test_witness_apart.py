"""A witness under another account: the town's account reaches it, and can neither read its key nor change what it saw.

It runs as docs/runbooks/witness.md says, with accounts by number, so that no test makes any. Only root can be two others.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from civium.foundation.journal.actions.make_signing_key import make_signing_key
from civium.foundation.journal.merkle import Frontier
from civium.foundation.journal.signing import SignedHead, public_keys, sign_head
from civium.foundation.journal.standalone import witness as program
from config.processes import die_with_parent

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can run a witness and a site as two accounts"
)
# Numbers that no account of a usual system has.
WITNESS, TOWN = 58_710, 58_711
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def other_python() -> str:
    """A Python that every account may run, with what the witness needs."""
    for found in (sys.executable, "/usr/bin/python3"):
        path = Path(found).resolve()
        if path.exists() and all(parent.stat().st_mode & stat.S_IXOTH for parent in (path, *path.parents)):
            can = subprocess.run([found, "-c", "import cryptography"], capture_output=True, user=WITNESS)
            if can.returncode == 0:
                return found
    pytest.skip("no Python with the package cryptography that other accounts may run")


@dataclass
class Apart:
    """Two accounts on one machine: the folder, the socket, and how to do something as the town."""

    home: Path
    python: str

    @property
    def own(self) -> Path:
        return self.home / "witness"

    @property
    def socket(self) -> Path:
        return self.home / "run" / "socket"

    def as_town(self, script: str, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.python, "-c", script, *words],
            cwd="/",
            env={"PYTHONPATH": str(self.home / "program")},
            input=given,
            capture_output=True,
            text=True,
            user=TOWN,
            group=TOWN,
            extra_groups=[],
        )

    def asked(self, request: str) -> str:
        done = self.as_town(ASK, str(self.socket), given=request)
        assert done.returncode == 0, done.stderr
        return done.stdout


ASK = """
import socket, sys
ask = socket.socket(socket.AF_UNIX)
ask.connect(sys.argv[1])
body = sys.stdin.buffer.read()
ask.sendall(b"POST /add-checkpoint HTTP/1.0\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(body) + body)
print(ask.makefile().read())
"""


@pytest.fixture
def apart(settings: Any, tmp_path: Path) -> Iterator[Apart]:
    settings.CIVIUM_KEYS = tmp_path / "keys"
    make_signing_key()
    home = Path(tempfile.mkdtemp(prefix="witness-"))
    try:
        found = Apart(home, other_python())
        home.chmod(0o755)
        shutil.copytree(Path(program.__file__).parent, home / "program" / "standalone")
        for folder in ("witness", "run"):
            (home / folder).mkdir()
            os.chown(home / folder, WITNESS, WITNESS)
        words = ["--folder", str(found.own), "--log", str(public_keys()[0])]
        server = subprocess.Popen(
            [found.python, "-m", "standalone.witness", *words, "--listen", f"unix:{found.socket}"],
            cwd=home / "program",
            env={},
            stdout=subprocess.PIPE,
            preexec_fn=die_with_parent(),
            user=WITNESS,
            group=WITNESS,
            extra_groups=[],
            umask=0,  # as careless as it gets
        )
        try:
            until = time.monotonic() + 20
            while not found.socket.exists() and server.poll() is None and time.monotonic() < until:
                time.sleep(0.05)
            yield found
        finally:
            server.terminate()
            server.communicate()
    finally:
        shutil.rmtree(home)


def request(size: int) -> str:
    frontier = Frontier()
    for number in range(size):
        frontier.append(bytes([number]) * 32)
    return f"old 0\n\n{sign_head(SignedHead(size, frontier.root(), NOW))}"


def test_the_town_is_cosigned_and_never_again_with_less(apart: Apart) -> None:
    assert "200 OK" in apart.asked(request(8))
    assert "409 Conflict" in apart.asked(request(4))


TRIED = {
    "read its key": "open(own + '/witness-key').read()",
    "write its key": "open(own + '/witness-key', 'w')",
    "remove its key": "os.remove(own + '/witness-key')",
    "see what it saw": "os.listdir(own + '/seen')",
    "change what it saw": "open(glob.glob(own + '/seen/*')[0], 'a') if glob.glob(own + '/seen/*') else os.listdir(own + '/seen')",
    "put another folder there": "os.rename(own + '/seen', own + '/seen-before')",
    "add a record to watch": "open(own + '/logs', 'a')",
    "take away what it refused": "os.truncate(own + '/refused.jsonl', 0)",
    "add a file": "open(own + '/another', 'w')",
    "put itself in the place of its socket": "os.remove(own + '/../run/socket')",
    "stop it": "os.kill(int(sys.argv[2]), 9)",
}


@pytest.mark.parametrize("tried", TRIED)
def test_the_town_can_not(apart: Apart, tried: str) -> None:
    apart.asked(request(8))
    apart.asked(request(4))
    before = {path: path.read_bytes() for path in apart.own.rglob("*") if path.is_file()}
    assert {path.name for path in before} >= {"witness-key", "logs", "refused.jsonl"}
    pid = next(
        path.name
        for path in Path("/proc").glob("[0-9]*")
        if path.stat().st_uid == WITNESS and path.joinpath("cmdline").read_bytes()
    )
    script = f"import glob, os, sys; own = sys.argv[1]\n{TRIED[tried]}"
    done = apart.as_town(script, str(apart.own), pid)
    assert "PermissionError" in done.stderr, done.stdout + done.stderr
    assert {path: path.read_bytes() for path in apart.own.rglob("*") if path.is_file()} == before
    assert "409 Conflict" in apart.asked(request(4)), "it goes on watching"
