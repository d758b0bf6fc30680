"""Asks a server for pages over one connection that stays open, cheaply enough not to disturb what it measures."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass, field
from urllib.parse import urlencode


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers by lower-case name, body as it was on the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Visitor:
    """A client with cookies of its own."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    _connection: http.client.HTTPConnection | None = None

    def ask(
        self, path: str, *, form: dict[str, str] | None = None, thing: object = None, encoding: str = "gzip"
    ) -> Answer:
        """GET, or POST when there is a form or a thing (sent as JSON). Cookies are sent, and kept when new ones come."""
        headers = {"Host": f"localhost:{self.port}", "Accept-Encoding": encoding, "Accept": "text/html"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if form is not None:
            body = urlencode(form).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = f"http://localhost:{self.port}"
        if thing is not None:
            body = json.dumps(thing).encode()
            headers["Content-Type"] = "application/json"
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self._connection.request("GET" if body is None else "POST", path, body=body, headers=headers)
        response = self._connection.getresponse()
        answer = Answer(response.status, {}, response.read())
        for name, value in response.getheaders():
            answer.headers[name.lower()] = value
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return answer

    def leave(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
