"""HTTP from the site to itself without a network: what one half of a protocol asks, the other half answers in the same test.

``OwnHttp`` is a transport of ``requests``, so everything above it is the real thing: sessions, headers, status codes, bodies.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.test import Client
from requests.adapters import BaseAdapter

from civium.foundation.federation.adapters.allauth import Identities


class OwnHttp(BaseAdapter):
    """Carries requests for the site's own origin to the site."""

    def send(self, request: requests.PreparedRequest, **_options: Any) -> requests.Response:
        parts = urlsplit(str(request.url))
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        answer = Client().generic(
            str(request.method),
            parts.path + (f"?{parts.query}" if parts.query else ""),
            body,
            content_type=request.headers.get("Content-Type", "application/octet-stream"),
            headers={
                k: v
                for k, v in request.headers.items()
                if k not in ("Content-Type", "Content-Length", "Accept-Encoding")
            },
        )
        found = requests.Response()
        found.status_code = answer.status_code
        found.headers.update(answer.headers)
        found.raw = BytesIO(answer.content)
        found.url = str(request.url)
        found.request = request
        return found

    def close(self) -> None:
        """Nothing is held open."""


class IdentitiesOverOwnHttp(Identities):  # type: ignore[misc]
    """The site's own adapter, over that transport."""

    def get_requests_session(self) -> requests.Session:
        session = super().get_requests_session()
        session.mount(settings.CIVIUM_ORIGIN, OwnHttp())
        return session
