"""How a witness is asked: C2SP's ``add-checkpoint``, over HTTP or a socket on this machine."""

from __future__ import annotations

import http.client
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

SECONDS = 5
LONGEST_ANSWER = 4096


class WitnessSilent(Exception):
    """There was no answer."""


@dataclass(frozen=True)
class Answered:
    status: int
    text: str


def ask(address: str, request: str) -> Answered:
    """What the witness says to the request. Raises WitnessSilent when it says nothing."""
    try:
        connection, path = _connect(address)
        try:
            connection.request("POST", f"{path}/add-checkpoint", body=request.encode())
            response = connection.getresponse()
            return Answered(response.status, response.read(LONGEST_ANSWER).decode("utf-8", "replace"))
        finally:
            connection.close()
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise WitnessSilent from error


def _connect(address: str) -> tuple[http.client.HTTPConnection, str]:
    if address.startswith("unix:"):
        return _OverSocket(address.removeprefix("unix:")), ""
    parts = urlsplit(address)
    if not parts.hostname or parts.scheme not in ("http", "https"):
        raise ValueError
    path = parts.path.rstrip("/")
    if parts.scheme == "https":
        secure = ssl.create_default_context()
        return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=SECONDS, context=secure), path
    return http.client.HTTPConnection(parts.hostname, parts.port, timeout=SECONDS), path


class _OverSocket(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(SECONDS)
        self.sock.connect(self._path)
