"""Every address, every method, everybody: what is declared in ``expectations`` is what happens, and nobody else's words leak."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.urls import NoReverseMatch

from civium.engines.notices.queries import find_outbox
from civium.foundation.identity.checks import walk_patterns
from tests.applying import downloaded, without_tokens

from .actors import ACTORS, NOT_SIGNED_IN
from .expectations import ACCOUNT_PAGES_FOR_ANYONE, ADDRESSES, EVERYBODY, SIGNED_IN, STAFF, Address
from .things import CANARIES, ON_NO_PAGE, readers_of
from .world import (
    NOT_THERE,
    ONE_ADDRESS,
    SIGN_IN,
    World,
    canaries_in,
    listed,
    missing_headers,
    name_of,
    names,
    overhearing,
    place,
    told,
    visits,
    words_in,
)

pytestmark = pytest.mark.django_db
# What browsers send is tried as everybody, the rest as one of each kind.
USUAL, UNUSUAL = ("get", "post"), ("head", "put", "patch", "delete", "options")
ONE_OF_EACH = {"anonymous", "amina", "ben", "officer"}
PAGE = "text/html"
AS_PAGE = {"Accept": PAGE}
# The demo town shows its whole outbox to everybody, and the payer's own bank page to whoever has its address.
SHOWS_ALL_BY_DESIGN = {"portal:outbox", "portal:letter"}
# Two halves, so that two processes share the work.
HALVES = [
    pytest.param(half, marks=pytest.mark.xdist_group(f"policy-{nth}"), id=f"half-{nth}")
    for nth, half in enumerate((ACTORS[::2], ACTORS[1::2]))
]
FEWEST_CELLS = 5_000
Cell = tuple[str, str, Address, str, str]


def cells(actors: Iterable[Any]) -> Iterator[Cell]:
    """Every address with every thing, as these actors, by every method."""
    for name, thing, expected in visits():
        for actor in actors:
            for method in (*USUAL, *(UNUSUAL if actor.name in ONE_OF_EACH else ())):
                yield name, thing, expected, actor.name, method


def test_every_address_says_who_may_do_what() -> None:
    assert set(names()) == set(ADDRESSES), "declare the new address in expectations.py"


def test_the_table_is_large() -> None:
    assert len(ACTORS) >= 14
    assert ONE_ADDRESS or sum(1 for _cell in cells(ACTORS)) >= FEWEST_CELLS


@pytest.mark.parametrize("actors", HALVES)
def test_everybody_may_do_what_is_declared_and_reads_what_is_theirs(world: World, actors: Any) -> None:
    wrong = []
    with overhearing(world) as overheard:
        for name, thing, expected, who, method in cells(actors):
            address = place(name, world.things.words[thing])
            response, changed = world.ask(
                who, method, address, expected.body if method == "post" else None, headers=AS_PAGE
            )
            if who not in expected.all_who_may(thing):
                world.refusals[who, method, address] = shape(response, address)
            problem = breach(name, thing, expected, who, method, response, changed)
            canaries = canaries_in(response) if name not in SHOWS_ALL_BY_DESIGN else []
            for canary in canaries:
                problem += "" if who in readers_of(canary, at=name) else f" reads {canary}"
            problem += "".join(f" lacks {header}" for header in missing_headers(response))
            if canaries and not {"no-store", "private"} & set(response["Cache-Control"].split(", ")):
                problem += " may be kept by a cache of others"
            problem += " leads off the site" if leads_off(response) else ""
            if problem:
                wrong.append((name, f"{method.upper()} ({thing}) as {who}: {problem}"))
    assert not wrong, listed(wrong)
    assert overheard == [], "the log has words about people"


def leads_off(response: HttpResponse) -> bool:
    """Whether a browser is sent to another site. Who goes to one goes by a page of ours that says where to."""
    there = urlsplit(response.headers.get("Location", ""))
    return bool(there.netloc) and f"{there.scheme}://{there.netloc}" != settings.CIVIUM_ORIGIN


def test_being_led_off_would_be_noticed() -> None:
    for there, off in (
        ("https://evil.example/", True),
        ("//evil.example/x", True),
        ("/en/", False),
        (f"{settings.CIVIUM_ORIGIN}/en/", False),
    ):
        assert leads_off(HttpResponse(status=302, headers={"Location": there})) is off


def breach(
    name: str, thing: str, expected: Address, who: str, method: str, response: HttpResponse, changed: bool
) -> str:
    """What is wrong with an answer; nothing when it is as declared."""
    if response.status_code >= 500:
        return f"a defect, {response.status_code}"
    may = expected.may(method, thing)
    found = told(response)
    if _policy(name).name == "anyone" and who not in may:
        return "it changed something" if changed else ""
    if found == "403" and method == "post" and who in expected.may("get", thing):
        # Who may see the thing may hear that changing it is for another role.
        return ""
    if name in {"api:openapi-json", "api:api-root", "api:nothing"}:  # for everybody, whatever the method
        return "it changed something" if changed else ""
    if who in may:
        return (
            "" if found not in {NOT_THERE, SIGN_IN, "403", "405"} else f"expected to get in, was told {found}"
        )
    if found == "405" and who in expected.all_who_may(thing) | _at_the_door(name):
        return "it changed something" if changed else ""
    if name.startswith("api:"):  # a session is no token
        return "" if found in {"401", "404", "405"} and not changed else f"without a token, was told {found}"
    if name == "payments:webhook":
        return "" if found in {"400", "405"} and not changed else f"an unsigned call was told {found}"
    if changed:
        return "it changed something"
    wanted = SIGN_IN if who in NOT_SIGNED_IN and _policy(name).needs_sign_in else NOT_THERE
    return "" if found == wanted else f"expected {wanted}, got {found}"


def _policy(name: str) -> Any:
    return POLICIES[name]


POLICIES = {
    name_of(pattern): pattern.callback.policy
    for _route, pattern in walk_patterns()
    if hasattr(pattern.callback, "policy")
}


def _at_the_door(name: str) -> set[str]:
    """Who may knock at all: they may hear that the door is not opened that way, which says nothing about the thing."""
    policy = _policy(name).name
    if policy.removesuffix("+fresh") == "signed-in":
        return SIGNED_IN
    if policy.startswith("staff:"):
        roles = set(policy.removeprefix("staff:").removesuffix("+fresh").split(","))
        return {actor.name for actor in ACTORS if actor.role in roles and actor.name in STAFF}
    return EVERYBODY


# --- not yours and not there -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("actors", HALVES)
def test_what_is_somebody_elses_looks_exactly_like_what_does_not_exist(world: World, actors: Any) -> None:
    """Byte for byte, apart from the name that was asked for and the form's token; headers too."""
    different = []
    for name, thing, expected in visits():
        if not expected.all_who_may(thing) < EVERYBODY or thing == "":
            continue
        hers, nobodys = place(name, world.things.words[thing]), world.nobodys(name, thing)
        for who in {actor.name for actor in actors} - expected.all_who_may(thing):
            for method, accept in tries(who):
                if plain(world, who, method, hers, expected, accept) != plain(
                    world, who, method, nobodys, expected, accept
                ):
                    different.append((name, f"{method.upper()} ({thing}) as {who}, {accept}"))
    assert not different, listed(different)


def tries(who: str) -> Iterator[tuple[str, str]]:
    """As pages by everybody, as data and with another method by one citizen and one officer."""
    yield from (("get", PAGE), ("post", PAGE))
    if who in ("ben", "stranger"):
        yield from (("get", "application/json"), ("post", "application/json"), ("put", PAGE))


def plain(
    world: World,
    who: str,
    method: str,
    address: str,
    expected: Address,
    accept: str,
) -> tuple[Any, ...]:
    """What is told, asked once: what the test above was told already, and what is told of nobody's, is not asked again."""
    asked = (who, method, address) if accept == PAGE else (who, method, address, accept)
    if asked not in world.refusals:
        body = expected.body if method == "post" else None
        response, _changed = world.ask(who, method, address, body, headers={"Accept": accept})
        world.refusals[asked] = shape(response, address)
    return world.refusals[asked]


def shape(response: HttpResponse, address: str) -> tuple[Any, ...]:
    """The answer without the name that was asked for, and the form's token."""
    own = address.removeprefix("/en")
    headers = {
        key: value.replace(own, "NAME") for key, value in response.headers.items() if key != "Content-Length"
    }
    content = without_tokens(response, own) if not response.streaming and response.content else b""
    return response.status_code, headers, content


# --- words that leak -------------------------------------------------------------------------------------------------


@pytest.mark.xdist_group("policy-0")
def test_the_words_are_where_they_belong(world: World) -> None:
    """Else the test above could not fail: each word is really there to be read, by those who may."""
    seen = set()
    for who, name, thing in (
        ("amina", "portal:case", "asked_case"),
        ("amina", "portal:case", "open_case"),
        ("amina", "portal:case", "decided_case"),
        ("amina", "portal:case", "reopened_case"),
        ("amina", "portal:document", "case_file"),
        ("amina", "portal:profile", ""),
        ("amina", "access:tokens", ""),
        ("amina", "identity:sign_in", ""),
        ("amina", "federation:identities", ""),
        ("amina", "portal:mandates", ""),
        ("clerk", "desk:case", "asked_case"),
        ("officer", "desk:case", "open_case"),
        ("officer", "desk:case", "reopened_case"),
        ("clerk", "desk:file", "file_of_case"),
        ("clerk", "applications:page", "helped_page"),
        ("guardian", "portal:case", "childs_case"),
        ("guardian", "applications:page", "childs_page"),
        ("guest", "applications:page", "guests_page"),
        ("guest", "applications:answers", "guests_draft"),
        ("guest", "applications:check", "guests_draft"),
        ("guest", "applications:later", "guests_draft"),
        ("supervisor", "desk:emergency_review", "emergency"),
        ("supervisor", "desk:emergency_review", "reviewed_emergency"),
        ("finance", "desk:money", ""),
    ):
        response, _changed = world.ask(who, "get", place(name, world.things.words[thing]))
        assert response.status_code == 200, f"{name} ({thing}) as {who}"
        seen |= set(canaries_in(response))
    draft = place("applications:page", {**world.things.words["draft"], "page": "description"})
    seen |= set(canaries_in(world.ask("amina", "get", draft)[0]))
    with transaction.atomic():  # what the law keeps is read once it is said why
        officer, kept = (
            world.clients["data-protection-officer"],
            place("desk:kept_case", world.things.words["kept_case"]),
        )
        officer.post(kept, {"occasion": "claim", "reason": "Somebody sues the town about this licence."})
        opened = officer.get(kept)
        opened.data = downloaded(opened)
        seen |= set(canaries_in(opened))
        transaction.set_rollback(True)
    assert set(CANARIES) - seen == ON_NO_PAGE, "it is in no page: nothing shows that it is kept from others"


@pytest.mark.xdist_group("policy-0")
def test_a_mandate_opens_her_case_and_its_end_closes_the_page_that_is_open(world: World) -> None:
    """Else those who act would be strangers, and the tests above show nothing."""
    for thing, words in (("asked_case", {"question", "reply"}), ("open_case", {"answer", "message"})):
        address = place("portal:case", world.things.words[thing])
        acting, over = (world.ask(who, "get", address)[0] for who in ("delegate", "ended delegate"))
        assert words <= set(canaries_in(acting)), thing
        assert (over.status_code, canaries_in(over)) == (404, [])
    assert world.clients["ended delegate"].session["acting_for"], "they came with the page still open"


@pytest.mark.xdist_group("policy-0")
def test_mail_tells_nobody_what_is_not_theirs(world: World) -> None:
    mails = find_outbox(limit=500)
    assert {"amina@cast.example", CANARIES["guest's address"]} <= {mail.to for mail in mails}
    told_others = [
        f"{mail.subject} to {mail.to}: {canary}"
        for mail in mails
        for canary in words_in(mail.subject + mail.text + mail.html)
        if CANARIES[canary] != mail.to
        and mail.to.partition("@")[0].removeprefix("canary") not in readers_of(canary)
    ]
    assert told_others == []


# --- the account library ---------------------------------------------------------------------------------------------


@pytest.mark.xdist_group("policy-1")
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


@pytest.mark.xdist_group("policy-1")
def test_the_outbox_is_the_demo_towns_alone(world: World, settings: Any) -> None:
    settings.CIVIUM_DEMO = False
    for name in sorted(SHOWS_ALL_BY_DESIGN):
        thing = ADDRESSES[name].things[0]
        for who in sorted(EVERYBODY):
            response, _changed = world.ask(who, "get", place(name, world.things.words[thing]))
            read = [each for each in canaries_in(response) if who not in readers_of(each, at=name)]
            assert (response.status_code, read) == (404, [])
