"""ClamAV's daemon, by its own protocol (INSTREAM) over a local or a network socket.

``CIVIUM_CLAMAV`` is ``unix:/run/clamav/clamd.ctl`` or ``tcp:host:3310``. The daemon's ``StreamMaxLength`` must be at least our 10 MB.
"""

from __future__ import annotations

import socket
import struct
import time
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from . import ScannerDown, Verdict

_CONNECT_SECONDS: Final = 2.0
_ALL_SECONDS: Final = 20.0
_CHUNK: Final = 64 * 1024
_LONGEST_ANSWER: Final = 4096


def scan(data: bytes) -> Verdict:
    """What ClamAV says about the data. Raises ScannerDown when it does not answer in 20 seconds, or answers strangely."""
    until = time.monotonic() + _ALL_SECONDS
    try:
        with _connected() as line:
            _send(line, data, until=until)
            answer = _answer(line, until=until)
    except OSError as error:
        raise ScannerDown(f"ClamAV does not answer: {type(error).__name__}") from error
    return _verdict(answer)


def _connected() -> socket.socket:
    scheme, _, place = str(settings.CIVIUM_CLAMAV).partition(":")
    if scheme == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(_CONNECT_SECONDS)
        try:
            line.connect(place)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = place.rpartition(":")
    if scheme == "tcp" and host and port.isdigit():
        return socket.create_connection((host.strip("[]"), int(port)), timeout=_CONNECT_SECONDS)
    raise ImproperlyConfigured("CIVIUM_CLAMAV must be unix:/path/of/the/socket or tcp:host:port.")


def _send(line: socket.socket, data: bytes, *, until: float) -> None:
    line.sendall(b"zINSTREAM\0")
    for start in range(0, len(data), _CHUNK):
        chunk = data[start : start + _CHUNK]
        _leave_time(line, until)
        line.sendall(struct.pack("!I", len(chunk)) + chunk)
    line.sendall(struct.pack("!I", 0))


def _answer(line: socket.socket, *, until: float) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
        _leave_time(line, until)
        received = line.recv(_LONGEST_ANSWER)
        if not received:
            break
        answer += received
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _leave_time(line: socket.socket, until: float) -> None:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    line.settimeout(left)


def _verdict(answer: str) -> Verdict:
    """From ``stream: OK`` or ``stream: Some.Name FOUND``; everything else is no answer."""
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return Verdict()
    if said.endswith(" FOUND"):
        return Verdict(said.removesuffix(" FOUND"))
    raise ScannerDown(f"ClamAV said: {answer[:100]!r}")
