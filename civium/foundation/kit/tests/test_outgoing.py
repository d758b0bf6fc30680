"""What the program asks of other computers: nobody can talk it into asking somebody else."""

from __future__ import annotations

import http.server
import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from civium.foundation.kit.outgoing import Allowed, NotAsked, ask, find_address, find_place, may_connect_to

REGISTER = Allowed("register.example.org")
HOST = "register.example.org"

# Nothing of this is the host on the list, whatever a browser, a library or a resolver would make of it.
ADDRESSES = [
    # the machine itself, as it may be written
    "http://localhost/", "https://localhost/", "https://localhost:443/", "https://LOCALHOST/", "https://localhost./",
    "https://127.0.0.1/", "https://127.0.0.1:22/", "https://127.1/", "https://127.0.1/", "https://0/", "https://0.0.0.0/",
    "https://2130706433/", "https://0x7f000001/", "https://0x7f.0.0.1/", "https://0x7f.1/", "https://017700000001/",
    "https://0177.0.0.1/", "https://0177.0.0.01/", "https://127.0.0.1.nip.io/", "https://127。0。0。1/", "https://①②⑦.⓪.⓪.①/",
    "https://[::1]/", "https://[0:0:0:0:0:0:0:1]/", "https://[::]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://[fe80::1%25eth0]/",
    "https://[fc00::1]/", "https://[::1]:6379/",
    # its neighbours, and what clouds keep there
    "https://10.0.0.1/", "https://172.16.0.1/", "https://192.168.0.1/", "https://169.254.169.254/latest/meta-data/",
    "http://169.254.169.254/", "https://2852039166/", "https://0xa9fea9fe/", "https://[fd00:ec2::254]/", "https://100.64.0.1/",
    "https://100.100.100.200/", "http://metadata.google.internal/", "https://metadata/", "https://224.0.0.1/", "https://255.255.255.255/",
    # other ways of asking
    "file:///etc/passwd", "file://register.example.org/etc/passwd", "gopher://register.example.org/_x", "ftp://register.example.org/",
    "dict://register.example.org:11211/", "ldap://register.example.org/", "jar:https://register.example.org!/", "data:text/plain,x",
    "javascript:alert(1)", "netdoc:///etc/passwd", "ws://register.example.org/", "//register.example.org/", "register.example.org", "",
    # hosts that only look like the one on the list
    "https://register.example.org.evil.example/", "https://evil.example/register.example.org", "https://evil-register.example.org/",
    "https://register.example.org@evil.example/", "https://evil.example@register.example.org/", "https://:@register.example.org/",
    "https://register.example.org:443@evil.example/", "https://evil.example#@register.example.org/", "https://evil.example?@register.example.org/",
    "https://evil.example\\@register.example.org/", "https://register.example.org\\.evil.example/", "https:/\\register.example.org/",
    "https://register.example.org%2eevil.example/", "https://register%2eexample.org/", "https://register.example.org%00.evil.example/",
    "https://register.example.org\x00.evil.example/", "https://register.example.org\r\nHost: evil.example/", "https://register.example.org/ HTTP/1.1\r\nX: y",
    "https://register.example.org\t/", " https://register.example.org/", "https://register.example.org/#x", "https://registеr.example.org/",
    "https://ｒegister.example.org/", "https://register.example.org./", "https://register.example.org:80/", "https://register.example.org:8443/",
    "https://register.example.org:0/", "https://register.example.org:99999/", "https://register.example.org:x/", "http://register.example.org/",
    "https://sub.register.example.org/", "https://example.org/", "https://[register.example.org]/", "https://" + "a" * 3000 + "/",
]  # fmt: skip


class Resolver:
    """A name server: ``answers`` one after the other, the last for ever. Remembers who asked."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, **more: Any) -> list[tuple[Any, ...]]:
        self.asked.append(host)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in answer.split()]


def test_there_are_many_ways_to_write_somebody_else() -> None:
    assert len(ADDRESSES) >= 80


@pytest.mark.parametrize("url", ADDRESSES)
def test_only_hosts_on_the_list_are_even_looked_up(url: str) -> None:
    resolver = Resolver("93.184.215.14")
    with pytest.raises(NotAsked) as refused:
        ask(url, allowed=[REGISTER], resolve=resolver)
    assert resolver.asked == []
    assert HOST not in str(refused.value)
    assert refused.value.why in {"unreadable", "scheme", "not on the list"}


def test_the_host_on_the_list_is_found() -> None:
    """Else the test above could not fail."""
    for url in (
        f"https://{HOST}/a?b=c",
        f"https://{HOST}",
        f"https://{HOST}:443/",
        f"https://{HOST.upper()}/",
    ):
        assert find_place(url, [REGISTER])[0] == REGISTER
    assert find_place(f"https://{HOST}/a/b?c=d", [REGISTER])[1] == "/a/b?c=d"


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1",
     "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
     "2002:7f00:1::", "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:80ff:fffe", "2001:db8::1"],
)  # fmt: skip
def test_a_name_that_leads_into_the_house_is_refused(address: str) -> None:
    assert not may_connect_to(ipaddress.ip_address(address))
    with pytest.raises(NotAsked, match="forbidden address"):
        find_address(REGISTER, Resolver(address))


def test_one_wrong_answer_among_good_ones_is_enough() -> None:
    with pytest.raises(NotAsked, match="forbidden address"):
        find_address(REGISTER, Resolver("93.184.215.14 127.0.0.1"))


def test_the_open_internet_may_be_asked() -> None:
    for address in ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"):
        assert may_connect_to(ipaddress.ip_address(address))


def test_a_network_that_the_list_names_is_open_for_that_host_alone() -> None:
    inside = Allowed("register.inside", networks=("10.4.0.0/16",))
    assert str(find_address(inside, Resolver("10.4.1.2"))) == "10.4.1.2"
    for wrong, place in (("10.5.0.1", inside), ("127.0.0.1", inside), ("10.4.1.2", REGISTER)):
        with pytest.raises(NotAsked, match="forbidden address"):
            find_address(place, Resolver(wrong))


# --- a real server ----------------------------------------------------------------------------------------------------


class Pages(http.server.BaseHTTPRequestHandler):
    """Answers by what is asked for."""

    def do_GET(self) -> None:
        match self.path:
            case "/elsewhere":
                self.send_response(302)
                self.send_header("Location", "http://169.254.169.254/")
                self.end_headers()
            case "/large":
                self.send_response(200)
                self.end_headers()
                self._write(b"x" * 3_000_000)
            case "/drip":
                for letter in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100:
                    self._write(bytes([letter]))
                    time.sleep(0.05)
            case "/short":
                self.send_response(200)
                self.send_header("Content-Length", "100")
                self.end_headers()
                self._write(b"only this")
            case _:
                self.send_response(200)
                self.end_headers()
                self._write(f"{self.path} {self.headers['Host']}".encode())

    def _write(self, what: bytes) -> None:
        try:
            self.wfile.write(what)
            self.wfile.flush()
        except OSError:
            self.close_connection = True

    def log_message(self, *args: Any) -> None:
        """Be quiet."""


@pytest.fixture
def server() -> Iterator[Allowed]:
    """A register of our own on this machine, which the list names with its network."""
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    made.daemon_threads = True
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield Allowed("register.test", made.server_port, networks=("127.0.0.0/8",), encrypted=False)
    made.shutdown()
    made.server_close()
    thread.join()


def asked(place: Allowed, path: str = "/", *answers: str, **more: Any) -> Any:
    return ask(
        f"http://{place.host}:{place.port}{path}",
        allowed=[place],
        resolve=Resolver(*(answers or ("127.0.0.1",))),
        **more,
    )


def test_the_address_that_was_checked_is_the_one_that_is_asked(server: Allowed) -> None:
    """A name server that says something else the second time is not asked a second time."""
    resolver = Resolver("127.0.0.1", "169.254.169.254")
    answer = ask(f"http://register.test:{server.port}/who?is=it", allowed=[server], resolve=resolver)
    assert (answer.status, answer.body.decode()) == (200, f"/who?is=it register.test:{server.port}")
    assert resolver.asked == ["register.test"]


@pytest.mark.parametrize(
    ("path", "why"), [("/elsewhere", "redirect"), ("/large", "too large"), ("/short", "broken")]
)
def test_what_is_not_a_plain_answer_is_refused(server: Allowed, path: str, why: str) -> None:
    with pytest.raises(NotAsked, match=why):
        asked(server, path)


def test_whoever_answers_letter_by_letter_is_cut_off(server: Allowed) -> None:
    with pytest.raises(NotAsked, match="too slow"):
        asked(server, "/drip", seconds=0.5)


def test_a_server_that_does_not_encrypt_is_nobody_we_know(server: Allowed) -> None:
    place = Allowed(server.host, server.port, server.networks, encrypted=True)
    with pytest.raises(NotAsked, match="not who it should be"):
        ask(f"https://{place.host}:{place.port}/", allowed=[place], resolve=Resolver("127.0.0.1"), seconds=5)
