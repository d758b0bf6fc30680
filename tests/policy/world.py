"""The world in which everything is tried: everybody at their browsers, programs with their tokens, and Amina's things."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import time_machine
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, reverse
from django.utils.translation import override

from civium.foundation.identity.actions.end_mandate import end_mandate
from civium.foundation.identity.checks import walk_patterns
from civium.foundation.identity.models import Person
from civium.foundation.jobs.models import QueuedJob
from civium.foundation.journal.models import Entry
from civium.foundation.vault.actions import sealing
from civium.foundation.vault.actions.make_seal_key import make_seal_key
from civium.journeys.applications.models import Application
from civium.journeys.applications.policy import LET_IN, LET_IN_FOR
from tests.applying import downloaded
from tests.cast import NOW, make_one
from tests.keys import copy_keys
from tests.offer import DEMO_SERVICES, publish_ours

from .actors import ACTORS, PROGRAMS
from .expectations import ADDRESSES, TYPED, Address
from .things import CANARIES, Things, make_people, make_things, make_tokens

# One address to try alone (``desk:case``), where it is set: everything takes minutes.
ONE_ADDRESS = os.environ.get("CIVIUM_TEST_ADDRESS", "")
NOT_THERE, SIGN_IN = "not found", "sign in"
# Views whose addresses carry no language while those of their room do.
NAMESPACES = {
    "civium.journeys.catalogue.views.data": "catalogue_data",
    "civium.doors.api.views": "access",
    "civium.doors.api.api": "access",
    "civium.foundation.federation.views.demo": "federation_machine",
    "civium.foundation.federation.urls": "idp:oidc",
    "civium.foundation.federation.views.systems:authorization": "idp:oidc",
    "civium.foundation.federation.views.systems:device_authorization": "idp:oidc",
    "civium.foundation.federation.views.systems:device_code": "idp:oidc",
    "civium.foundation.federation.views.systems:logout": "idp:oidc",
    "civium.journeys.rights.views:gpc": "privacy_signal",
    "civium.foundation.federation.views.arriving:back": "federation_machine",
}


def names() -> Iterator[str]:
    """Every address of ours by the name that ``reverse`` knows."""
    for _route, pattern in walk_patterns():
        if not pattern.callback.__module__.startswith("allauth."):
            yield name_of(pattern)


def name_of(pattern: URLPattern) -> str:
    """``room:name``, as ``reverse`` knows it; the library's SAML addresses have no room before their name."""
    if str(pattern.name).startswith("saml_"):
        return str(pattern.name)
    module = pattern.callback.__module__
    namespace = NAMESPACES.get(f"{module}:{pattern.name}") or NAMESPACES.get(module) or module.split(".")[2]
    return f"{namespace}:{pattern.name}"


def place(name: str, words: Mapping[str, Any]) -> str:
    """The address in English, whatever language the last page was in."""
    with override("en"):
        return reverse(name, kwargs=words)


def visits() -> Iterator[tuple[str, str, Address]]:
    """Every address, or the one that is asked for, with every thing for which it is tried."""
    assert ONE_ADDRESS in {"", *ADDRESSES}, (
        f"no line for “{ONE_ADDRESS}” in ADDRESSES of tests/policy/expectations.py: write first who may open it"
    )
    for name, expected in ({ONE_ADDRESS: ADDRESSES[ONE_ADDRESS]} if ONE_ADDRESS else ADDRESSES).items():
        for thing in expected.things:
            yield name, thing, expected


def listed(wrong: Sequence[tuple[str, str]]) -> str:
    """What is wrong at which address, one below the other, and how to try one of them alone."""
    lines = [f"{name}: {problem}" for name, problem in wrong]
    again = f"CIVIUM_TEST_ADDRESS={wrong[0][0] if wrong else ''} .venv/bin/python -m pytest tests/policy --show-capture=no"
    return "\n".join(["", *lines, f'Try an address alone:  {again} -k "half or nobody_offered_changes"'])


class World:
    """Everybody, and Amina's things. Whatever somebody changes is taken back."""

    def __init__(
        self,
        people: dict[str, Person],
        things: Things,
        secrets: Mapping[str, str],
        sealed: Mapping[bytes, bytes],
    ) -> None:
        self.things = things
        # Everything that was sealed while it was made, by what it is when it is sealed.
        self.sealed = sealed
        # What opens something by itself, and stands in an address.
        self.secrets = [str(things.words[thing][key]) for thing, key in OPENERS]
        self.clients = {actor.name: Client(raise_request_exception=False) for actor in ACTORS}
        for name, person in people.items():
            self.clients[name].force_login(person)
        for name, mandate in things.mandates.items():
            assert self.clients[name].post(place("portal:act_for", {"id": mandate.pk})).status_code == 302
        end_mandate(things.mandates["ended delegate"], by=people["amina"], at=NOW)
        _let_in(self.clients["guest"], [things.words[name]["id"] for name in ("guests_draft", "guests_sent")])
        self.programs = {
            program.name: Client(
                raise_request_exception=False,
                headers={"Authorization": f"Bearer {secrets[program.name]}"} if secrets[program.name] else {},
            )
            for program in PROGRAMS
        }
        # Nothing that is tried stays, so these are the same before each try.
        self.refusals: dict[tuple[str, ...], tuple[Any, ...]] = {}
        self._nobodys: dict[Any, str] = {}
        self.last, self.jobs = newest_entry(), QueuedJob.objects.count()

    def nobodys(self, name: str, thing: str) -> str:
        """An address of the same shape that leads to nothing: the same one for all things that differ by what is made up."""
        hers, made_up = self.things.words[thing], self.things.made_up(thing)
        kind = tuple((key, type(made), made if made == hers[key] else "") for key, made in made_up.items())
        return self._nobodys.setdefault((name, kind), place(name, made_up))

    def ask(
        self,
        who: str,
        method: str,
        address: str,
        body: dict[str, Any] | None = None,
        *,
        program: bool = False,
        **more: Any,
    ) -> tuple[HttpResponse, bool]:
        """The answer, and whether anything changed. What was typed must not be put on the record or on the queue."""
        client = (self.programs if program else self.clients)[who]
        cookies = client.cookies.output()
        with transaction.atomic():
            with Writes() as writes:
                response = getattr(client, method)(address, **({"data": body or {}} | more))
                response.data = downloaded(response)
            entries = list(Entry.objects.filter(pk__gt=self.last)) if writes.tables else []
            # Each page of whoever acts for somebody says for whom: that they read the name is on the record.
            changed = any(SHOWS_FOR_WHOM not in entry.data for entry in entries)
            if entries:
                said = str([entry.data for entry in entries])
                assert not words_in(said), f"{method} {address} put words on the record"
            if writes.tables and QueuedJob.objects.count() != self.jobs:
                said = str(list(QueuedJob.objects.values_list("args_kwargs", flat=True)))
                assert not words_in(said), f"{method} {address} put words on the queue"
            transaction.set_rollback(True)
        client.cookies.clear()
        client.cookies.load(cookies.replace("Set-Cookie: ", ""))
        return response, changed


_WRITES = re.compile(
    r'\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO)\s+"?(\w+)', re.IGNORECASE
)
_READS = re.compile(r"\s*(?:SELECT|SAVEPOINT|RELEASE|ROLLBACK|PRAGMA|SET|EXPLAIN)\b", re.IGNORECASE)


class Writes:
    """Which tables are written to, whatever the database is. A statement that is not known counts as one, ``?``."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __enter__(self) -> Writes:
        self._watching = connection.execute_wrapper(self._note)
        self._watching.__enter__()
        return self

    def __exit__(self, *problem: Any) -> None:
        self._watching.__exit__(*problem)

    def _note(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if written := _WRITES.match(sql):
            self.tables.add(written[1])
        elif not _READS.match(sql):
            self.tables.add("?")
        return execute(sql, params, many, context)


def newest_entry() -> int:
    """The number of the last entry of the record."""
    return Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def words_in(text: str) -> list[str]:
    """Which of the words that are nobody else's business are in the text."""
    return [what for what, word in {**CANARIES, "typed": TYPED}.items() if word in text]


def _let_in(client: Client, applications: list[Any]) -> None:
    """As if the browser had come with the codes of these applications."""
    session = client.session
    session[LET_IN] = {
        str(Application.objects.get(pk=id).pk): (NOW + LET_IN_FOR).isoformat() for id in applications
    }
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key


class Overheard(logging.Handler):
    """Everything that anything said to the log, whatever its level."""

    def __init__(self, secrets: Collection[str]) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[str] = []
        self.secrets = secrets

    def emit(self, record: logging.LogRecord) -> None:
        said = self.format(record) + (str(record.exc_info[1]) if record.exc_info else "")
        if words_in(said) or any(secret in said for secret in self.secrets):
            self.said.append(said)


@contextmanager
def overhearing(world: World) -> Iterator[list[str]]:
    """The lines of the log that have words in them which are nobody's business, or open something."""
    ear, root = Overheard(world.secrets), logging.getLogger()
    level = root.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    try:
        yield ear.said
    finally:
        root.removeHandler(ear)
        root.setLevel(level)


@contextmanager
def noting_seals() -> Iterator[dict[bytes, bytes]]:
    """What is sealed from now on, by what it is when it is sealed."""
    found: dict[bytes, bytes] = {}
    encrypt = sealing.encrypt

    def note(data: bytes, **where: Any) -> bytes:
        made = encrypt(data, **where)
        found[made] = data
        return made

    with pytest.MonkeyPatch.context() as patching:
        patching.setattr(sealing, "encrypt", note)
        yield found


@contextmanager
def making_world(keys: Path) -> Iterator[World]:
    """Everybody and everything, once for many tests; nothing of it stays."""
    copy_keys(keys, with_seal=False)
    with (
        time_machine.travel(NOW, tick=False),
        override_settings(CIVIUM_KEYS=keys),
        transaction.atomic(),
    ):
        make_seal_key(at=NOW.replace(day=1))
        publish_ours(*DEMO_SERVICES)
        with noting_seals() as sealed:
            people = make_people(make_one)
            things = make_things(people)
            secrets = make_tokens(people)
        yield World(people, things, secrets, sealed)
        transaction.set_rollback(True)


def told(response: HttpResponse) -> str:
    """What became of a request: not found, sign in, or the status as text."""
    if response.status_code == 404:
        return NOT_THERE
    if response.status_code == 302 and "/account/login/" in response["Location"]:
        return SIGN_IN
    return str(response.status_code)


SHOWS_FOR_WHOM = '"purpose":"act-for-you"'
OPENERS = (("link", "token"), ("checkout", "token"), ("invitation", "code"))
STRICT = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "form-action 'self'",
)


def missing_headers(response: HttpResponse) -> list[str]:
    """What the answer fails to tell the browser about keeping it safe, whatever its status."""
    policy = response.headers.get("Content-Security-Policy", "")
    is_download = policy == "sandbox; default-src 'none'"
    directives = [each.strip() for each in policy.split(";")]
    missing = (
        [] if is_download else [each for each in STRICT if not any(d.startswith(each) for d in directives)]
    )
    missing += [word for word in ("unsafe-", "*", "http:") if word in policy]
    wanted = {
        "X-Content-Type-Options": ("nosniff",),
        "Referrer-Policy": ("same-origin", "no-referrer"),
        "Cross-Origin-Opener-Policy": ("same-origin",),
        "Cross-Origin-Resource-Policy": ("same-origin",),
    }
    missing += [name for name, values in wanted.items() if response.headers.get(name) not in values]
    missing += [] if "camera=()" in response.headers.get("Permissions-Policy", "") else ["Permissions-Policy"]
    missing += [] if response.headers.get("Cache-Control") else ["Cache-Control"]
    if is_download and not response.headers.get("Content-Disposition", "").startswith("attachment"):
        missing.append("Content-Disposition")
    return missing


def canaries_in(response: HttpResponse) -> list[str]:
    """Which of the words that are nobody else's business are in the answer: in its body, its headers, its cookies."""
    body = response.data + (contents_of(response.data) if response.data.startswith(b"%PDF") else b"")
    said = body.decode("utf-8", "replace") + json.dumps(dict(response.headers)) + str(response.cookies)
    return [what for what, word in CANARIES.items() if word in said]


def contents_of(pdf: bytes) -> bytes:
    """What is drawn on the pages of a PDF, unpacked."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return b"".join(page.obj.Contents.read_bytes() for page in document.pages if "/Contents" in page.obj)
