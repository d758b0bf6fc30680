"""ClamAV's protocol, against a daemon on a socket that speaks it."""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from civium.foundation.files.adapters import ScannerDown, clamav, demo, the_scanner

from .samples import EICAR


class Daemon(socketserver.ThreadingTCPServer):
    """Answers INSTREAM as clamd does: OK, FOUND, or nonsense when told to."""

    allow_reuse_address = True
    daemon_threads = True
    says: str | None = None


class _Line(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        data = b""
        while size := struct.unpack("!I", self.rfile.read(4))[0]:
            assert size <= 64 * 1024
            data += self.rfile.read(size)
        said = self.server.says  # type: ignore[attr-defined]
        if said is None:
            said = "stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in data else "stream: OK\0"
        self.wfile.write(said.encode())


@pytest.fixture
def daemon(settings: object) -> Iterator[Daemon]:
    with Daemon(("127.0.0.1", 0), _Line) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.CIVIUM_CLAMAV = f"tcp:127.0.0.1:{server.server_address[1]}"  # type: ignore[attr-defined]
        yield server
        server.shutdown()


def test_a_clean_file_is_clean(daemon: Daemon) -> None:
    assert not clamav.scan(b"harmless" * 100_000).is_infected
    assert not clamav.scan(b"").is_infected


def test_an_infected_file_is_named(daemon: Daemon) -> None:
    assert clamav.scan(b"x" * 70_000 + EICAR).found == "Win.Test.EICAR_HDB-1"


@pytest.mark.parametrize(
    "answer", ["", "stream: ", "INSTREAM size limit exceeded. ERROR\0", "UNKNOWN COMMAND\0", "x" * 99_999]
)
def test_a_strange_answer_is_no_answer(daemon: Daemon, answer: str) -> None:
    daemon.says = answer
    with pytest.raises(ScannerDown):
        clamav.scan(b"harmless")


@pytest.mark.parametrize(
    "place",
    [lambda at: f"unix:{at}/nobody", lambda at: "tcp:127.0.0.1:1", lambda at: "tcp:nowhere.invalid:3310"],
)
def test_a_daemon_that_is_not_there_is_down(
    settings: object, tmp_path: Path, place: Callable[[Path], str]
) -> None:
    settings.CIVIUM_CLAMAV = place(tmp_path)  # type: ignore[attr-defined]
    with pytest.raises(ScannerDown):
        clamav.scan(b"harmless")


def test_a_daemon_that_says_nothing_is_down(
    settings: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(clamav, "_ALL_SECONDS", 0.2)
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "clamd"))
        silent.listen()
        settings.CIVIUM_CLAMAV = f"unix:{tmp_path}/clamd"  # type: ignore[attr-defined]
        with pytest.raises(ScannerDown):
            clamav.scan(b"harmless")


@pytest.mark.parametrize("place", ["", "clamd", "tcp:", "tcp:host", "tcp:host:http", "http://host:1"])
def test_a_wrong_setting_is_said(settings: object, place: str) -> None:
    settings.CIVIUM_CLAMAV = place  # type: ignore[attr-defined]
    with pytest.raises(ImproperlyConfigured, match="CIVIUM_CLAMAV"):
        clamav.scan(b"harmless")


def test_the_demo_scanner_knows_the_test_virus() -> None:
    assert demo.scan(b"x" + EICAR).is_infected
    assert not demo.scan(b"harmless").is_infected


def test_the_test_virus_does_not_stand_in_the_program() -> None:
    assert EICAR not in Path(demo.__file__).read_bytes()


def test_the_scanner_is_chosen_by_a_setting(settings: object) -> None:
    settings.CIVIUM_ANTIVIRUS = "clamav"  # type: ignore[attr-defined]
    assert the_scanner() is clamav.scan
    settings.CIVIUM_ANTIVIRUS = "os"  # type: ignore[attr-defined]
    with pytest.raises(ImproperlyConfigured, match="CIVIUM_ANTIVIRUS"):
        the_scanner()
