"""What the site itself asks of identity providers goes out through ``kit.outgoing``: only to the hosts that the file of identities names."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers

from civium.foundation.kit.outgoing import NotAsked, ask

from ..queries import find_places_to_ask

ANSWERS_WITHIN: Final = 8.0
LOOK_UP: Final = socket.getaddrinfo


def provider_session() -> requests.Session:
    """A session of the account library's own client: no redirects, no proxy, no password from a file of the machine."""
    session = requests.Session()
    session.trust_env = False
    for scheme in ("https://", "http://"):
        session.mount(scheme, OneWayOut())
    return session


class OneWayOut(BaseAdapter):  # type: ignore[misc]
    """Carries what ``requests`` prepared. A refusal is an error of the connection, as if nobody were there."""

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        body = request.body or b""
        try:
            answer = ask(
                str(request.url),
                allowed=find_places_to_ask(),
                method=str(request.method),
                body=body.encode() if isinstance(body, str) else bytes(body),
                headers={name: str(value) for name, value in request.headers.items() if name not in _OWN},
                seconds=ANSWERS_WITHIN,
                resolve=LOOK_UP,
            )
        except NotAsked as refusal:
            raise requests.ConnectionError(refusal.why, request=request) from None
        heard = requests.Response()
        heard.status_code = answer.status
        heard.headers = CaseInsensitiveDict(answer.headers)
        heard.encoding = get_encoding_from_headers(heard.headers)
        heard.raw = BytesIO(answer.body)
        heard.url, heard.request = str(request.url), request
        return heard

    def close(self) -> None:
        """Nothing is held open."""


# What the connection says for itself.
_OWN: Final = frozenset({"Accept-Encoding", "Connection", "Content-Length", "Host"})
