"""Complete and exact: whatever is decrypted of somebody for somebody else has its entry, and no entry tells of anything else.

What is decrypted is traced at the lowest place there is, below everything that could forget to tell.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client

from civium.doors.api.actions.make_token import make_token
from civium.engines.cases.actions.send_message import send_message
from civium.engines.cases.models import Case
from civium.foundation.identity.models import Person
from civium.foundation.journal.models import Entry
from civium.foundation.privacy.events import DataRead
from civium.foundation.privacy.rules import kind_at
from civium.foundation.vault.actions import sealing, streams
from civium.journeys.applications.models import Application
from civium.journeys.rights.actions.question_reading import question_reading
from tests.applying import QUESTION, REASON, apply_for, move, read_by
from tests.cast import NOW
from tests.offer import publish_ours

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "seal", "at_nine")]
Traced = set[tuple[str, str]]


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Each thing that is decrypted: under whose key, and where it lay."""
    seen: list[tuple[str, str]] = []
    decrypt, told = sealing.decrypt, streams.tell_the_watch

    def trace(blob: bytes, *, key: bytes, under: str, at: str) -> bytes:
        seen.append((under, at))
        return decrypt(blob, key=key, under=under, at=at)

    def trace_stream(*, whose: str, under: str, at: str, mark: str) -> None:
        seen.append((under, at))
        told(whose=whose, under=under, at=at, mark=mark)

    monkeypatch.setattr(sealing, "decrypt", trace)
    monkeypatch.setattr(streams, "tell_the_watch", trace_stream)
    return seen


def person_of(under: str) -> str:
    """Whose data it is, asked of the tables and not of the keys."""
    kind, _sep, number = under.partition(":")
    if kind == "application":
        return f"person:{Application.objects.get(pk=number).applicant_id}"
    return under if kind == "person" else ""


def opened_of_others(traced: list[tuple[str, str]], reader: Person) -> Traced:
    found = {(person_of(under), kind_at(at)) for under, at in traced if person_of(under)}
    return {(whose, kind) for whose, kind in found if whose != reader.vault_key}


def shown_in_clear(body: bytes, people: Iterable[Person]) -> Traced:
    """The addresses on a page: no seal covers them, and whoever sees them is on the record all the same."""
    return {(each.vault_key, "contact") for each in people if each.email.encode() in body}


def recorded(after: int, reader: Person) -> Traced:
    entries = Entry.objects.filter(pk__gt=after, kind=DataRead.kind)
    events = [entry.event for entry in entries if entry.by_id == reader.pk]
    assert len(events) == len(entries), "an entry names somebody else as the reader"
    return {(e.of, kind) for e in events if isinstance(e, DataRead) for kind in e.kinds.split()}


def content(answer: HttpResponseBase) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]


def last_entry() -> int:
    return Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


@pytest.fixture
def town(amina: Person, ben: Person, boris: Person, make_person: Callable[..., Person]) -> list[Case]:
    """Cases of several people, with files, messages, questions and decisions."""
    asked = move(move(apply_for(amina), "accept", by=boris), "ask", by=boris, question=QUESTION)
    send_message(asked, words="When will it be ready?", by=amina, at=NOW)
    filed = apply_for(make_person("Lin"), example=2)
    refused = move(move(apply_for(ben), "accept", by=boris), "ask", by=boris, question=REASON)
    return [asked, filed, refused]


def addresses(town: list[Case]) -> Iterator[str]:
    for which in ("mine", "for-my-role", "unassigned", "team", "due-soon", "late", "waiting", "closed"):
        yield f"/en/desk/?queue={which}"
    yield "/en/desk/?queue=found&words=luna"
    yield "/en/desk/?queue=found&words=amina%40cast.example"
    for case in town:
        for page in ("", "moves/accept/", "moves/ask/", "handover/", "links/", "message/", "next/"):
            yield f"/en/desk/cases/{case.reference}/{page}"
    yield "/en/desk/counter/"
    yield "/en/my/"


def test_whatever_the_desk_opens_is_on_the_record_and_nothing_else(
    town: list[Case], omar: Person, traced: list[tuple[str, str]]
) -> None:
    desk, read_anything = Client(), 0
    desk.force_login(omar)
    walk = list(addresses(town))
    while walk:
        address = walk.pop(0)
        traced.clear()
        before = last_entry()
        answer = desk.get(address)
        body = content(answer)
        opened = opened_of_others(traced, omar) | shown_in_clear(body, {case.applicant for case in town})
        assert opened == recorded(before, omar), address
        assert answer.status_code < 500, address
        read_anything += bool(opened)
        if "/files/" not in address and address.count("/") == 5:
            walk += [word for word in body.decode().split('"') if "/files/" in word]
    assert read_anything > len(town)


def test_whatever_a_program_opens_is_on_the_record_and_nothing_else(
    town: list[Case], omar: Person, traced: list[tuple[str, str]]
) -> None:
    _token, secret = make_token(name="x", scopes=["cases:read"], lasts=dt.timedelta(days=1), by=omar, at=NOW)
    asks: dict[str, Any] = {"Authorization": f"Bearer {secret}"}
    read = 0
    for path in ("cases?queue=team", "cases?queue=own", *(f"cases/{case.reference}" for case in town)):
        traced.clear()
        before = last_entry()
        assert Client().get(f"/api/v1/{path}", headers=asks).status_code == 200
        assert opened_of_others(traced, omar) == recorded(before, omar), path
        channels = {e.event.channel for e in Entry.objects.filter(pk__gt=before, kind=DataRead.kind)}  # type: ignore[attr-defined]
        assert channels <= {"api"}
        read += bool(channels)
    assert read == len(town) + 1


def test_reading_ones_own_pages_leaves_no_entry(town: list[Case], amina: Person) -> None:
    before = last_entry()
    client = Client()
    client.force_login(amina)
    for address in ("/en/my/", f"/en/my/cases/{town[0].reference}/", "/en/my/messages/", "/en/my/documents/"):
        assert client.get(address).status_code == 200
    assert not Entry.objects.filter(pk__gt=before, kind=DataRead.kind).exists()


def test_a_question_is_not_there_for_the_program_of_whoever_it_is_about(
    amina: Person, make_person: Callable[..., Person]
) -> None:
    publish_ours("data-request")
    about, colleague = (
        make_person(name, role="officer", agency="data-protection") for name in ("Petya", "Piet")
    )
    number = read_by(about, amina)
    asked = question_reading(number, words="Why was this read?", language="en", by=amina, at=NOW)
    case = Case.objects.get(subject=asked.subject)
    for person, status in ((about, 404), (colleague, 200)):
        _token, secret = make_token(
            name="x", scopes=["cases:read", "cases:write"], lasts=dt.timedelta(days=1), by=person, at=NOW
        )
        bearer = {"Authorization": f"Bearer {secret}"}
        assert Client().get(f"/api/v1/cases/{case.reference}", headers=bearer).status_code == status
        team = Client().get("/api/v1/cases?queue=team", headers=bearer).content.decode()
        assert (case.reference in team) is (status == 200)
        sent = {"move": "reply", "reason": "All was well.", "revision": 1}
        moved = Client().post(
            f"/api/v1/cases/{case.reference}/moves", sent, content_type="application/json", headers=bearer
        )
        assert moved.status_code == status
