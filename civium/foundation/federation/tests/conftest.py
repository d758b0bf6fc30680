"""A browser that goes to the demo identity and back, over the real protocol."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client


@pytest.fixture(autouse=True)
def own_http(settings: Any) -> None:
    settings.SOCIALACCOUNT_ADAPTER = "tests.own_http.IdentitiesOverOwnHttp"
    cache.clear()


class Traveller:
    """Somebody at a browser who signs in with Port Lumen ID."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def leave(self, **query: str) -> str:
        """To the provider: the address that the browser is sent to."""
        answer = self.client.get("/en/identity/port-lumen-id/go/", query)
        assert answer.status_code == 302, answer.content
        return str(answer["Location"])

    def choose(self, there: str, who: str) -> str:
        """Be somebody at the provider: the address that one is sent back to."""
        answer = self.client.post(inside(there), {"who": who})
        assert answer.status_code == 302, answer.content
        return str(answer["Location"])

    def come_back(self, address: str) -> HttpResponse:
        """What one sees at the end of the way back, or where the site leads one on."""
        answer = self.client.get(inside(address))
        assert answer.status_code == 302
        return self.client.get(answer["Location"])

    def go(self, who: str, **query: str) -> HttpResponse:
        """All the way."""
        return self.come_back(self.choose(self.leave(**query), who))


def inside(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@pytest.fixture
def traveller(db: None) -> Traveller:
    return Traveller(Client())
