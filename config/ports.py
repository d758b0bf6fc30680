"""Is the port free, and if not, who has it? Asked before anything slow, and because granian would share it silently."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from config.terminal import Trouble


def chosen_port() -> int:
    """The port in ``PORT``, else 8000."""
    word = os.environ.get("PORT") or "8000"
    if not (word.isdigit() and 0 < int(word) < 65536):
        raise Trouble(
            f"PORT is {word!r}, which is not a port.",
            "Choose a number from 1024 to 65535 in PORT, such as 8080.",
        )
    return int(word)


def require_free(port: int) -> None:
    """Refuse a port that somebody listens on, naming them when the system says who."""
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                # Without SO_REUSEPORT: with it, two servers would share the port and each answer half the visitors.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((address, port))
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                raise Trouble(
                    f"Port {port} is taken{_by_whom(port)}.",
                    f"Stop that program, or choose another port in PORT, such as {_another(port)}.",
                ) from None
            if problem.errno == errno.EACCES:
                raise Trouble(
                    f"Port {port} is reserved for the administrator of this machine.",
                    "Choose one from 1024 up in PORT, such as 8080.",
                ) from None
            # No IPv6 here is nobody's trouble.


def _another(port: int) -> int:
    return port + 1 if port < 65535 else 8080


def _by_whom(port: int) -> str:
    """`` by python3 (process 4711)``, where Linux tells; else nothing."""
    sockets = _listening_sockets(port)
    for folder in Path("/proc").glob("[0-9]*"):
        if sockets.isdisjoint(_handles_of(folder)):
            continue
        words = (folder / "cmdline").read_bytes().split(b"\0")
        program = " ".join(word.decode(errors="replace") for word in words[:4]).strip()
        civium = " (it looks like a Civium that is already running)" if "config.wsgi" in program else ""
        return f" by `{program}`, process {folder.name}{civium}"
    return ""


def _handles_of(process: Path) -> Iterator[str]:
    """What the process has open; nothing where we may not look. Handles come and go while we look."""
    with suppress(OSError):
        for handle in (process / "fd").iterdir():
            with suppress(OSError):
                yield os.readlink(handle)


def _listening_sockets(port: int) -> set[str]:
    found = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        if not table.is_file():
            continue
        for line in table.read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and int(words[1].rpartition(":")[2], 16) == port:
                found.add(f"socket:[{words[9]}]")
    return found
