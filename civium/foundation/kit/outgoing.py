"""The one door through which the program asks other computers over HTTP. It cannot be talked into asking somebody else.

An address is compared with a list, its host is looked up once, every answer must lie in the open internet (or in the networks that the
list names for that host), and the connection goes to the very address that was checked: a name that changes its mind in between
changes nothing. Redirects are not followed, answers have a largest size and all of it a longest time. `tests/house` lets no other
module of a room open a connection.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[..., list[tuple[Any, ...]]]

LONGEST_SECONDS: Final = 10.0
LARGEST_ANSWER: Final = 2 * 1024 * 1024
_LONGEST_URL: Final = 2_000
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_PLAIN = re.compile(
    r"[!#-;=?-\[\]_a-z~A-Z]+"
)  # printable ASCII without space, quotes, backslash, ^, `, {, |, }
_PIECE: Final = 64 * 1024


class NotAsked(Exception):
    """The request was refused before, or broken off while, it was made. ``why`` is a code and never quotes the address."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Allowed:
    """A host that may be asked. ``networks``: where it may lie although that is not the open internet, such as ``10.4.0.0/16``."""

    host: str
    port: int = 443
    networks: tuple[str, ...] = ()
    encrypted: bool = True


@dataclass(frozen=True)
class Answer:
    """What came back, whole."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def ask(
    url: str,
    *,
    allowed: Collection[Allowed],
    method: str = "GET",
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    seconds: float = LONGEST_SECONDS,
    largest: int = LARGEST_ANSWER,
    resolve: Resolve = socket.getaddrinfo,
) -> Answer:
    """Ask and give the answer. Refuses (NotAsked) an address, a place or an answer that is not as the list says.

    ``seconds``: for all of it; ``largest``: bytes of the answer's body.
    """
    until = time.monotonic() + seconds
    place, target = find_place(url, allowed)
    address = find_address(place, resolve)
    connection = _connect(place, address, until)
    # Whoever sends one letter at a time is cut off, too: a socket's own limit is for each letter.
    clock = threading.Timer(_left(until), _hang_up, [connection.sock])
    clock.daemon = True
    clock.start()
    try:
        connection.request(
            method,
            target,
            body=body or None,
            headers={**(headers or {}), "Host": _host_header(place), "Accept-Encoding": "identity"},
        )
        return _read(connection.getresponse(), until, largest)
    except (OSError, http.client.HTTPException):
        _left(until)  # too slow, or else
        raise NotAsked("broken") from None
    finally:
        clock.cancel()
        connection.close()


def find_place(url: str, allowed: Collection[Allowed]) -> tuple[Allowed, str]:
    """Which host of the list the address means, and what is asked for there. Refuses whatever could be read in two ways."""
    if len(url) > _LONGEST_URL or not _PLAIN.fullmatch(url):
        raise NotAsked("unreadable")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise NotAsked("unreadable") from None
    if parts.scheme not in ("https", "http"):
        raise NotAsked("scheme")
    if "@" in parts.netloc or parts.fragment or not _HOST.fullmatch(host):
        raise NotAsked("unreadable")
    if _is_number(host) and host not in {place.host for place in allowed}:
        raise NotAsked("unreadable")
    encrypted = parts.scheme == "https"
    asked = (443 if encrypted else 80) if port is None else port
    for place in allowed:
        if (place.host, place.port, place.encrypted) == (host, asked, encrypted):
            return place, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    raise NotAsked("not on the list")


def _is_number(host: str) -> bool:
    """Whether something would take the name for an IPv4 address: 127.1, 0x7f000001, 2130706433, 0177.0.0.1."""
    last = host.rpartition(".")[2]
    return last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last) is not None


def find_address(place: Allowed, resolve: Resolve = socket.getaddrinfo) -> Address:
    """Where the host is, looked up once. One answer that leads where it must not is enough to refuse them all."""
    try:
        found = resolve(place.host, place.port, type=socket.SOCK_STREAM)
        addresses = [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
    except (OSError, ValueError, UnicodeError):
        raise NotAsked("unknown host") from None
    if not addresses or not all(may_connect_to(address, place.networks) for address in addresses):
        raise NotAsked("forbidden address")
    return addresses[0]


def may_connect_to(address: Address, networks: Collection[str] = ()) -> bool:
    """Whether it is a place in the open internet, or in one of these networks; so for what it may hide inside, too."""
    for each in {address, *_inside(address)}:
        is_named = any(each in ipaddress.ip_network(network) for network in networks)
        if not is_named and (not each.is_global or each.is_multicast or each.is_reserved):
            return False
    return True


def _inside(address: Address) -> list[ipaddress.IPv4Address]:
    """IPv4 addresses that an IPv6 address stands for (RFC 4291, 3056, 4380); translators' own range is reserved, so refused."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    hidden = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    return [each for each in hidden if each is not None]


def _host_header(place: Allowed) -> str:
    usual = 443 if place.encrypted else 80
    return place.host if place.port == usual else f"{place.host}:{place.port}"


def _connect(place: Allowed, address: Address, until: float) -> http.client.HTTPConnection:
    """A connection to this address and no other; its certificate must be the host's."""
    try:
        plain = socket.create_connection((str(address), place.port), timeout=_left(until))
    except OSError:
        raise NotAsked("not reached") from None
    connection = http.client.HTTPConnection(place.host, place.port)
    connection.sock = plain
    if place.encrypted:
        try:
            connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=place.host)
        except OSError:
            plain.close()
            raise NotAsked("not who it should be") from None
    return connection


def _read(response: http.client.HTTPResponse, until: float, largest: int) -> Answer:
    if 300 <= response.status < 400:
        raise NotAsked("redirect")
    pieces, size = [], 0
    while piece := response.read1(_PIECE):
        size += len(piece)
        if size > largest:
            raise NotAsked("too large")
        pieces.append(piece)
    _left(until)
    if response.length:
        raise NotAsked("broken")
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status, headers, b"".join(pieces))


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise NotAsked("too slow")
    return left
