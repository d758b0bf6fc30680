"""What the site asks of identity providers: only them, wherever a name, a redirect or a provider's own description leads."""

from __future__ import annotations

import http.server
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from allauth.idp.oidc import app_settings as provider_settings
from django.test import Client

from civium.foundation.federation.adapters.asking import provider_session
from civium.foundation.federation.queries import find_places_to_ask
from civium.foundation.federation.schema import OpenIdIdentity, read_identities

HERE = "http://localhost:{}"


class Provider(http.server.BaseHTTPRequestHandler):
    """A provider that says what a test wants, and remembers who asked it for what."""

    said: dict[str, Any] = {}
    asked: list[tuple[str, str, str]] = []

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def _answer(self, body: str) -> None:
        Provider.asked.append((self.command, self.path, body))
        status, more = (302, "http://169.254.169.254/") if self.path == "/elsewhere" else (200, "")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if more:
            self.send_header("Location", more)
        self.end_headers()
        self.wfile.write(json.dumps(self.said).encode())

    def log_message(self, *args: Any) -> None:
        """Be quiet."""


@pytest.fixture
def port(settings: Any, tmp_path: Path) -> Iterator[int]:
    """A provider on this machine, which the file of identities names."""
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    Provider.asked, Provider.said = [], {}
    settings.CIVIUM_IDENTITIES = str(write(tmp_path, issuer=HERE.format(made.server_port)))
    yield made.server_port
    made.shutdown()
    made.server_close()
    thread.join()


def write(folder: Path, **more: Any) -> Path:
    identity = {
        "name": "town-id",
        "title": {"en": "Town ID"},
        "protocol": "openid-connect",
        "issuer": "https://id.example.org",
        "client": "civium",
        **more,
    }
    file = folder / f"identities-{len(more)}-{abs(hash(str(more)))}.yaml"
    file.write_text(yaml.safe_dump({"identities": [identity]}))
    return file


def test_the_provider_is_asked_and_answers(port: int) -> None:
    """Else the tests below could not fail."""
    Provider.said = {"found": "ñ"}
    with provider_session() as session:
        assert session.get(HERE.format(port) + "/a?b=c").json() == {"found": "ñ"}
        assert session.post(HERE.format(port) + "/token", data={"code": "1 2"}).status_code == 200
    assert Provider.asked == [("GET", "/a?b=c", ""), ("POST", "/token", "code=1+2")]


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:{port}/",
        "http://[::1]:{port}/",
        "https://localhost:{port}/",
        "http://localhost:1/",
        "http://localhost.:{port}/",
        "http://localhost:{port}@evil.example/",
        "https://evil.example/",
        "file:///etc/passwd",
    ],
)
def test_nobody_else_is_asked(port: int, url: str) -> None:
    with provider_session() as session, pytest.raises(requests.RequestException):
        session.get(url.format(port=port))
    assert Provider.asked == []


def test_a_redirect_is_not_followed(port: int) -> None:
    with provider_session() as session, pytest.raises(requests.ConnectionError, match="redirect"):
        session.get(HERE.format(port) + "/elsewhere")


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "fd00:ec2::254"])
def test_a_providers_name_that_leads_into_the_house_is_not_followed(
    address: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CIVIUM_IDENTITIES = str(write(tmp_path, client=f"civium-{address}"))
    asked: list[str] = []

    def leads_astray(host: str, port: int, **_more: Any) -> list[tuple[Any, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr("civium.foundation.federation.adapters.asking.LOOK_UP", leads_astray)
    with provider_session() as session, pytest.raises(requests.ConnectionError, match="forbidden address"):
        session.get("https://id.example.org/.well-known/openid-configuration")
    assert asked == ["id.example.org"]


@pytest.mark.django_db
def test_a_description_that_names_the_houses_own_addresses_sends_nothing_there(port: int) -> None:
    """A provider that was taken over, or lies, says that its tokens are at the machine's own data service."""
    issuer = HERE.format(port)
    Provider.said = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": "http://169.254.169.254/token",
        "jwks_uri": "http://169.254.169.254/keys",
    }
    client = Client()
    leaving = client.get("/en/identity/town-id/go/")
    state = leaving["Location"].partition("state=")[2].partition("&")[0]
    back = client.get("/identity/town-id/back/", {"state": state, "code": "x"})
    assert client.get(back["Location"]).status_code == 409
    assert {path for _method, path, _body in Provider.asked} == {"/.well-known/openid-configuration"}


def test_the_file_names_other_hosts_and_networks_of_a_provider() -> None:
    (identity,) = read_identities(
        {
            "identities": [
                {
                    "name": "town-id",
                    "title": {"en": "Town ID"},
                    "protocol": "openid-connect",
                    "issuer": "https://id.example.org:8443/realm",
                    "client": "civium",
                    "hosts": ["keys.example.org"],
                    "networks": ["10.4.0.0/16"],
                }
            ]
        }
    )
    assert isinstance(identity, OpenIdIdentity)
    assert [(each.host, each.port, each.networks, each.encrypted) for each in identity.places] == [
        ("id.example.org", 8443, ("10.4.0.0/16",), True),
        ("keys.example.org", 443, ("10.4.0.0/16",), True),
    ]


def test_the_demo_town_asks_itself_alone(settings: Any) -> None:
    settings.CIVIUM_IDENTITIES, settings.CIVIUM_ORIGIN = "", "http://localhost:8123"
    assert [(each.host, each.port) for each in find_places_to_ask()] == [("localhost", 8123)]


def test_a_sister_system_does_not_tell_us_whom_to_ask() -> None:
    """The library could fetch what a system says of itself from an address that the system names; it must stay off."""
    assert provider_settings.CIMD_ENABLED is False
