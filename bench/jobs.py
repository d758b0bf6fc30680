"""The jobs that are compared: each knows how to ask for one, and fails when the answer is not the right one.

What is made anew is asked for without compression, on both sides: compressing costs the same whoever does it, and the floors
leave it to a proxy. The page from our shelf is asked for as browsers do, compressed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench.documents import vocabulary
from bench.measure import Ask
from bench.visitor import Visitor

TOKEN = "a" * 32
SERVICE_PAGE = "/en/services/dog-licence/"
# Words of the documents by how common they are: what some thirty of a hundred thousand documents have, and what most have.
RARE_WORDS, COMMONEST = slice(8000, 8400), slice(0, 1)


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

    return {
        "application by API": apply,
        "service page": _page(Visitor(port), SERVICE_PAGE, encoding="gzip, br"),
        "fresh service page": _page(Visitor(port), SERVICE_PAGE + "?fresh={number}"),
        "my page": _page(reader, "/en/my/", contains=b"Party number"),
        "submission": submission,
        "search": _search(Visitor(port), "/en/search/?q={word}", RARE_WORDS),
        "search common": _search(Visitor(port), "/en/search/?q={word}", COMMONEST),
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
        "search": _search(Visitor(port), "/search/?q={word}", RARE_WORDS),
    }


def _search(visitor: Visitor, path: str, words: slice) -> Callable[[int], None]:
    asked = vocabulary()[words]

    def ask(number: int) -> None:
        address = path.format(word=asked[number % len(asked)])
        answer = visitor.ask(address, encoding="identity")
        assert answer.status == 200, f"{address} answered {answer.status}"
        assert b"/documents/" in answer.body, f"{address} found nothing"

    return ask


def _page(
    visitor: Visitor, path: str, *, contains: bytes = b"", encoding: str = "identity"
) -> Callable[[int], None]:
    def ask(number: int) -> None:
        answer = visitor.ask(path.format(number=number), encoding=encoding)
        assert answer.status == 200, f"{path} answered {answer.status}"
        assert contains in answer.body, f"{path} is not what was expected"

    return ask
