"""Where one request ends and the next begins: the server that answers is never led to see a second one inside the first."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from config.serving import web_command
from setup import ROOT

ECHO = """
def application(environ, start_response):
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"[{environ['PATH_INFO']} {body!r}]".encode()]
"""
INSIDE = b"GET /smuggled HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The server of the site, as `civium serve` starts it, before a program that says what it was given."""
    folder = tmp_path_factory.mktemp("echo")
    (folder / "echo.py").write_text(ECHO)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    server = subprocess.Popen(
        web_command(number, application="echo:application", processes=1, threads=1),
        cwd=ROOT,
        env={**os.environ, "CIVIUM_LISTEN": "127.0.0.1", "PYTHONPATH": f"{ROOT}:{folder}"},
    )
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", number), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield number
    finally:
        server.terminate()
        server.wait()


def said(port: int, head: bytes, body: bytes, version: bytes = b"1.1") -> bytes:
    """Everything that comes back for a request with another one behind it."""
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall(b"POST /first HTTP/" + version + b"\r\nHost: x\r\n" + head + b"\r\n" + body)
        found = b""
        with suppress(ConnectionResetError):
            while more := line.recv(65536):
                found += more
        return found


def test_two_requests_in_one_line_are_two(port: int) -> None:
    found = said(port, b"Content-Length: 3\r\n", b"abc" + INSIDE)
    assert b"[/first b'abc']" in found
    assert b"[/smuggled b'']" in found


def test_a_length_beside_chunks_counts_for_nothing(port: int) -> None:
    length = b"Content-Length: %d\r\n" % (len(INSIDE) + 5)
    for head in (CHUNKED + length, length + CHUNKED):
        found = said(port, head, b"3\r\nabc\r\n0\r\n\r\n" + INSIDE)
        assert b"[/first b'abc']" in found or b" 400 " in found
        assert b"smuggled" not in found


@pytest.mark.parametrize(
    ("head", "version"),
    [
        (b"Content-Length: 3\r\nContent-Length: 60\r\n", b"1.1"),
        (b"Content-Length: 3, 60\r\n", b"1.1"),
        (b"Content-Length: +3\r\n", b"1.1"),
        (b"Content-Length: 5\r\nTransfer-Encoding: xchunked\r\n", b"1.1"),
        (b"Content-Length: 5\r\nTransfer-Encoding : chunked\r\n", b"1.1"),
        (b"Transfer-Encoding: chunked, identity\r\n", b"1.1"),
        (CHUNKED, b"1.0"),
    ],
)
def test_what_has_two_meanings_is_refused(port: int, head: bytes, version: bytes) -> None:
    found = said(port, head, b"0\r\n\r\n" + INSIDE, version)
    assert found.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 "))
    assert b"[/" not in found
