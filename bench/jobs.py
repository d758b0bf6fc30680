"""The jobs that are compared: each knows how to ask for one, and fails when the answer is not the right one.

What is made anew is asked for without compression, on both sides: compressing costs the same whoever does it, and the floors
leave it to a proxy. The page from our shelf is asked for as browsers do, compressed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import urljoin

from bench.measure import Ask
from bench.visitor import Visitor

TOKEN = "a" * 32
SERVICE_PAGE = "/en/services/dog-licence/"


FLOOR_QUEUES = [
    f"/queue/{query}"
    for query in (
        "",
        "?service=street-party",
        "?service=building-permit&step=checking",
        "?service=building-permit&step=rare",
    )
]


def our_jobs(port: int, town: dict[str, Any]) -> dict[str, Ask]:
    """What Civium is asked for."""
    reader = Visitor(port, {town["cookie"]: town["reader"]})
    waiting = town["waiting"]
    senders = [Visitor(port, {town["cookie"]: one["session"], town["csrf"]: TOKEN}) for one in waiting]

    def submission(number: int) -> None:
        path = waiting[number]["path"]
        answer = senders[number].ask(path, form={"csrfmiddlewaretoken": TOKEN}, encoding="identity")
        assert answer.status == 302, f"{path} answered {answer.status}"
        assert answer.headers["location"].endswith("/sent/"), answer.headers["location"]
        senders[number].leave()

    program = Visitor(port, token=town["token"])

    def apply(number: int) -> None:
        body = {"service": "street-party", "answers": {**town["answers"], "subject": f"Party {number}"}}
        answer = program.ask("/api/v1/applications", thing=body, encoding="identity")
        assert answer.status == 201, f"the API answered {answer.status}: {answer.body[:300]!r}"
        program.leave()

    clerk = Visitor(port, {town["cookie"]: town["clerk"]})
    return {
        "queue": _queues(clerk, town["queues"], contains=b"</table>"),
        "queue next": _next_queues(clerk, town["queues"]),
        "case page": _page(clerk, town["long_page"], contains=b"page-0-0.pdf"),
        "application by API": apply,
        "service page": _page(Visitor(port), SERVICE_PAGE, encoding="gzip, br"),
        "fresh service page": _page(Visitor(port), SERVICE_PAGE + "?fresh={number}"),
        "my page": _page(reader, "/en/my/", contains=b"Party number"),
        "submission": submission,
    }


def floor_jobs(port: int, session: str) -> dict[str, Ask]:
    """What the floors are asked for."""
    person = Visitor(port, {"sessionid": session, "csrftoken": TOKEN})
    form = {
        "csrfmiddlewaretoken": TOKEN,
        "email": "a@b.example",
        "title": "A street party",
        "story": "y" * 3000,
    }

    def insert(number: int) -> None:
        answer = person.ask("/insert/", form=form, encoding="identity")
        assert answer.status == 302, f"/insert/ answered {answer.status}"
        person.leave()

    return {
        "plain": _page(Visitor(port), "/plain/"),
        "page": _page(Visitor(port), "/page/"),
        "list": _page(person, "/list/", contains=b'<li class="card">'),
        "insert": insert,
        "queue": _queues(person, FLOOR_QUEUES, contains=b"</table>"),
        "queue next": _next_queues(person, FLOOR_QUEUES),
    }


def _queues(visitor: Visitor, paths: list[str], *, contains: bytes) -> Ask:
    """One list after the other."""

    def ask(number: int) -> None:
        path = paths[number % len(paths)]
        answer = visitor.ask(path, encoding="identity")
        assert answer.status == 200, f"{path} answered {answer.status}"
        assert contains in answer.body, f"{path} is not what was expected"

    return ask


def _next_queues(visitor: Visitor, paths: list[str]) -> Ask:
    """The page after the first of one list after the other; where it begins is asked for once."""
    nexts: dict[str, str] = {}

    def ask(number: int) -> None:
        path = paths[number % len(paths)]
        if path not in nexts:
            first = visitor.ask(path, encoding="identity").body.decode()
            found = re.search(r'<a href="([^"]+)" rel="next"', first)
            nexts[path] = urljoin(path, unescape(found[1])) if found else path
        answer = visitor.ask(nexts[path], encoding="identity")
        assert answer.status == 200, f"{nexts[path]} answered {answer.status}"

    return ask


def _page(
    visitor: Visitor, path: str, *, contains: bytes = b"", encoding: str = "identity"
) -> Callable[[int], None]:
    def ask(number: int) -> None:
        answer = visitor.ask(path.format(number=number), encoding=encoding)
        assert answer.status == 200, f"{path} answered {answer.status}"
        assert contains in answer.body, f"{path} is not what was expected"

    return ask
