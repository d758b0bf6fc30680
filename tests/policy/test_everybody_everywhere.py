"""Every address, every method, everybody: what is declared in ``expectations`` is what happens, and nobody else's words leak."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, reverse
from django.utils.translation import override

from civium.foundation.identity.checks import walk_patterns
from civium.foundation.identity.models import Person
from civium.foundation.journal.models import Entry
from tests.applying import downloaded, without_tokens

from .expectations import ACCOUNT_PAGES_FOR_ANYONE, ADDRESSES, EVERYBODY, OF_THE_AGENCY, SIGNED_IN, Address
from .things import CANARIES, Things, make_people, make_things

# What browsers send is tried as everybody, the rest as one of each kind.
USUAL, UNUSUAL = ("get", "post"), ("head", "put", "patch", "delete", "options")
ONE_OF_EACH = {"anonymous", "amina", "ben", "officer"}
# The demo town shows its whole outbox to everybody, and the payer's own bank page to whoever has its address.
SHOWS_ALL_BY_DESIGN = {"portal:outbox", "portal:letter"}
NOT_THERE, SIGN_IN = "not found", "sign in"


def names() -> Iterator[str]:
    """Every address of ours by the name that ``reverse`` knows."""
    for _route, pattern in walk_patterns():
        if not pattern.callback.__module__.startswith("allauth."):
            yield name_of(pattern)


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


def name_of(pattern: URLPattern) -> str:
    """``room:name``, as ``reverse`` knows it; the library's SAML addresses have no room before their name."""
    if str(pattern.name).startswith("saml_"):
        return str(pattern.name)
    module = pattern.callback.__module__
    return f"{NAMESPACES.get(f'{module}:{pattern.name}') or NAMESPACES.get(module) or module.split('.')[2]}:{pattern.name}"


def test_every_address_says_who_may_do_what() -> None:
    assert set(names()) == set(ADDRESSES), "declare the new address in expectations.py"


def place(name: str, words: Mapping[str, Any]) -> str:
    """The address in English, whatever language the last page was in."""
    with override("en"):
        return reverse(name, kwargs=words)


class World:
    """Everybody at their browsers, and Amina's things."""

    def __init__(self, people: dict[str, Person], things: Things) -> None:
        self.things = things
        self.clients = {name: Client(raise_request_exception=False) for name in EVERYBODY}
        for name, person in people.items():
            self.clients[name].force_login(person)

    def ask(
        self, who: str, method: str, address: str, body: dict[str, Any] | None = None, **more: Any
    ) -> tuple[HttpResponse, bool]:
        """The answer, and whether anything changed; whatever changed is taken back."""
        client = self.clients[who]
        cookies = client.cookies.output()
        with transaction.atomic():
            before = Entry.objects.count()
            response = getattr(client, method)(address, body or {}, **more)
            response.data = downloaded(response)
            changed = Entry.objects.count() != before
            transaction.set_rollback(True)
        client.cookies.clear()
        client.cookies.load(cookies.replace("Set-Cookie: ", ""))
        return response, changed


@pytest.fixture
def world(
    demo_services: dict[str, int], seal: Any, at_nine: Any, make_person: Callable[..., Person]
) -> World:
    people = make_people(make_person)
    return World(people, make_things(people))


def told(response: HttpResponse) -> str:
    """What became of a request: not found, sign in, or the status as text."""
    if response.status_code == 404:
        return NOT_THERE
    if response.status_code == 302 and "/account/login/" in response["Location"]:
        return SIGN_IN
    return str(response.status_code)


def visits(names: dict[str, Address]) -> Iterator[tuple[str, str, Address]]:
    for name, expected in names.items():
        for thing in expected.things:
            yield name, thing, expected


@pytest.mark.django_db
def test_everybody_may_do_what_is_declared_and_nothing_else(world: World) -> None:
    wrong = []
    for name, thing, expected in visits(ADDRESSES):
        address = place(name, world.things.words[thing])
        for who in sorted(EVERYBODY):
            for method in (*USUAL, *(UNUSUAL if who in ONE_OF_EACH else ())):
                response, changed = world.ask(
                    who, method, address, expected.body if method == "post" else None
                )
                problem = breach(name, expected, who, method, response, changed)
                if problem:
                    wrong.append(f"{method.upper():7} {address} as {who}: {problem}")
    assert wrong == [], "\n" + "\n".join(wrong)


def breach(name: str, expected: Address, who: str, method: str, response: HttpResponse, changed: bool) -> str:
    """What is wrong with an answer; nothing when it is as declared."""
    if response.status_code >= 500:
        return f"a defect, {response.status_code}"
    may = {"get": expected.asks, "head": expected.asks, "post": expected.sends}.get(method, set())
    found = told(response)
    if _policy(name).name == "anyone" and who not in may:
        return "it changed something" if changed else ""
    if found == "403" and method == "post" and who in expected.asks:
        # Who may see the thing may hear that changing it is for another role.
        return ""
    if name in {"api:openapi-json", "api:api-root", "api:nothing"}:  # for everybody, whatever the method
        return "it changed something" if changed else ""
    if who in may:
        return (
            "" if found not in {NOT_THERE, SIGN_IN, "403", "405"} else f"expected to get in, was told {found}"
        )
    if found == "405" and who in expected.asks | expected.sends | _at_the_door(name):
        return "it changed something" if changed else ""
    if name.startswith("api:"):  # a session is no token
        return "" if found in {"401", "404", "405"} and not changed else f"without a token, was told {found}"
    if name == "payments:webhook":
        return "" if found in {"400", "405"} and not changed else f"an unsigned call was told {found}"
    if changed:
        return "it changed something"
    wanted = SIGN_IN if who == "anonymous" and _needs_sign_in(name) else NOT_THERE
    return "" if found == wanted else f"expected {wanted}, got {found}"


def _policy(name: str) -> Any:
    return next(
        pattern.callback.policy
        for _route, pattern in walk_patterns()
        if hasattr(pattern.callback, "policy") and name_of(pattern) == name
    )


def _needs_sign_in(name: str) -> bool:
    return bool(_policy(name).needs_sign_in)


def _at_the_door(name: str) -> set[str]:
    """Who may knock at all: they may hear that the door is not opened that way, which says nothing about the thing."""
    policy = _policy(name).name
    if policy == "signed-in":
        return SIGNED_IN
    if policy.startswith("staff:"):
        roles = set(policy.removeprefix("staff:").split(","))
        return roles | ({"stranger"} if "officer" in roles else set())
    return EVERYBODY


# --- not yours and not there -----------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_what_is_somebody_elses_looks_exactly_like_what_does_not_exist(world: World, accept: str) -> None:
    """Byte for byte, apart from the name that was asked for and the form's token; headers too."""
    different = []
    for name, thing, expected in visits(ADDRESSES):
        if not expected.asks | expected.sends < SIGNED_IN or thing == "":
            continue
        hers, nobodys = world.things.words[thing], world.things.made_up(thing)
        for who in sorted(EVERYBODY - expected.asks - expected.sends):
            for method in ("get", "post", *(["put"] if who == "ben" else [])):
                answers = [
                    plain(world, who, method, place(name, words), expected, accept)
                    for words in (hers, nobodys)
                ]
                if answers[0] != answers[1]:
                    different.append(f"{method.upper()} {name} ({thing}) as {who}")
    assert different == []


def plain(
    world: World,
    who: str,
    method: str,
    address: str,
    expected: Address,
    accept: str,
) -> tuple[Any, ...]:
    body = expected.body if method == "post" else None
    response, _changed = world.ask(who, method, address, body, headers={"Accept": accept})
    own = address.removeprefix("/en")
    headers = {
        key: value.replace(own, "NAME") for key, value in response.headers.items() if key != "Content-Length"
    }
    return response.status_code, headers, without_tokens(response, own) if response.content else b""


# --- words that leak -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_amina_wrote_is_read_by_her_and_her_caseworkers_only(world: World) -> None:
    leaks = []
    for name, thing, expected in visits(ADDRESSES):
        if name in SHOWS_ALL_BY_DESIGN:
            continue
        address = place(name, world.things.words[thing])
        for who in sorted(EVERYBODY - {"amina"} - OF_THE_AGENCY):
            for method in ("get", "post"):
                response, _changed = world.ask(
                    who, method, address, expected.body if method == "post" else None
                )
                leaks += [f"{method} {name} as {who}: {what}" for what in canaries_in(response)]
    assert leaks == []


@pytest.mark.django_db
def test_the_words_are_where_they_belong(world: World) -> None:
    """Else the test above could not fail."""
    seen = set()
    for who, name, thing in (
        ("amina", "portal:case", "asked_case"),
        ("clerk", "desk:case", "asked_case"),
        ("amina", "portal:case", "decided_case"),
        ("amina", "portal:document", "case_file"),
        ("clerk", "desk:file", "file_of_case"),
        ("amina", "portal:profile", ""),
    ):
        response, _changed = world.ask(who, "get", place(name, world.things.words[thing]))
        assert response.status_code == 200
        seen |= set(canaries_in(response))
    draft = place("applications:page", {**world.things.words["draft"], "page": "description"})
    seen |= set(canaries_in(world.ask("amina", "get", draft)[0]))
    assert seen == set(CANARIES)


@pytest.mark.django_db
def test_a_caseworker_reads_nothing_of_what_was_not_sent(world: World) -> None:
    read = []
    for name, thing, _expected in visits(ADDRESSES):
        for who in sorted(OF_THE_AGENCY if name not in SHOWS_ALL_BY_DESIGN else ()):
            response, _changed = world.ask(who, "get", place(name, world.things.words[thing]))
            read += [f"{name} as {who}"] if "draft" in canaries_in(response) else []
    assert read == []


def canaries_in(response: HttpResponse) -> list[str]:
    """Which of Amina's words are in the answer: in its body, its headers, its cookies."""
    body = response.data + (contents_of(response.data) if response.data.startswith(b"%PDF") else b"")
    said = body.decode("utf-8", "replace") + json.dumps(dict(response.headers)) + str(response.cookies)
    return [what for what, word in CANARIES.items() if word in said]


def contents_of(pdf: bytes) -> bytes:
    """What is drawn on the pages of a PDF, unpacked."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return b"".join(page.obj.Contents.read_bytes() for page in document.pages if "/Contents" in page.obj)


# --- the account library ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_account_pages_ask_who_one_is(world: World) -> None:
    wrong = []
    for _route, pattern in walk_patterns():
        if not pattern.callback.__module__.startswith("allauth."):
            continue
        address = _account_address(str(pattern.name))
        for method in ("get", "post"):
            response, _changed = world.ask("anonymous", method, address)
            found = told(response)
            is_open = pattern.name in ACCOUNT_PAGES_FOR_ANYONE
            if response.status_code >= 500 or canaries_in(response):
                wrong.append(f"{method} {pattern.name}: {found}")
            if not is_open and found not in {SIGN_IN, NOT_THERE, "405"}:
                wrong.append(f"{method} {pattern.name}: an anonymous visitor got {found}")
            for who in ("ben", "clerk"):
                response, _changed = world.ask(who, method, address)
                if response.status_code >= 500 or canaries_in(response):
                    wrong.append(f"{method} {pattern.name} as {who}: {response.status_code}")
    assert wrong == []


def _account_address(name: str) -> str:
    for words in ({}, {"pk": 1}, {"uidb36": "1", "key": "x-y"}):
        try:
            return place(name, words)
        except NoReverseMatch:
            continue
    raise AssertionError(f"no address for {name}")


@pytest.mark.django_db
def test_the_outbox_is_the_demo_towns_alone(world: World, settings: Any) -> None:
    settings.CIVIUM_DEMO = False
    for name in sorted(SHOWS_ALL_BY_DESIGN):
        thing = ADDRESSES[name].things[0]
        for who in sorted(EVERYBODY):
            response, _changed = world.ask(who, "get", place(name, world.things.words[thing]))
            assert (response.status_code, canaries_in(response)) == (404, [])
