"""Every operation of the API, every method, every program: the scope, then whose it is; and nobody else's words leak."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from civium.doors.api.api import api

from .actors import PROGRAMS, Program
from .expectations import EVERY_CASE, HER_CASES, OF_THE_AGENCY, OWNERS, TYPED
from .things import CANARIES, readers_of
from .world import World, canaries_in, missing_headers, overhearing

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("policy-0")]
ANYBODY: Final = frozenset({"anybody"})
OWNER_OR_AGENCY: Final = frozenset({"owner", *OF_THE_AGENCY})
METHODS = ("get", "post", "put", "patch", "delete", "head")


@dataclass(frozen=True)
class Operation:
    """What a program may do: with which scope (or one of several), and who with the thing; without a scope, everybody.

    ``query`` and ``headers`` are sent along; ``refused`` is what whoever may not is told.
    """

    scope: str = ""
    may: frozenset[str] = ANYBODY
    things: tuple[str, ...] = ("",)
    body: dict[str, Any] = field(default_factory=dict)
    files: bool = False
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    refused: int = 404


OPERATIONS: Final[dict[tuple[str, str], Operation]] = {
    ("get", "/api/v1/services"): Operation(),
    ("get", "/api/v1/services/{service}"): Operation(things=("service",)),
    ("post", "/api/v1/applications"): Operation(
        "applications:write", body={"service": "dog-licence", "answers": {"breed": TYPED}}
    ),
    ("get", "/api/v1/applications/{reference}"): Operation(
        "applications:read", frozenset({"owner"}), EVERY_CASE
    ),
    ("get", "/api/v1/applications/{reference}/corrections"): Operation(
        "applications:read", frozenset({"owner"}), ("asked_case",)
    ),
    ("post", "/api/v1/applications/{reference}/corrections"): Operation(
        "applications:write", frozenset({"owner"}), ("asked_case",), {"answers": {"breed": TYPED}}
    ),
    ("get", "/api/v1/cases"): Operation("cases:read"),
    ("get", "/api/v1/cases/{reference}"): Operation("cases:read", OWNER_OR_AGENCY, EVERY_CASE),
    ("post", "/api/v1/cases/{reference}/moves"): Operation(
        "cases:write",
        frozenset(OF_THE_AGENCY),
        EVERY_CASE,
        {"move": "accept", "reason": TYPED, "revision": 1},
    ),
    ("post", "/api/v1/cases/{reference}/messages"): Operation(
        "cases:write", OWNER_OR_AGENCY, EVERY_CASE, {"text": TYPED}
    ),
    ("post", "/api/v1/cases/{reference}/files"): Operation(
        "cases:write", OWNER_OR_AGENCY, EVERY_CASE, files=True
    ),
    # Whoever asks about somebody else, or about nobody, is told the same.
    ("get", "/api/data-tracker/v2/findUsage"): Operation(
        "readings:read readings:show",
        frozenset({"owner", "portal"}),
        ("her_code",),
        query={"userCode": CANARIES["address"]},
        headers={"X-Road-UserId": CANARIES["address"]},
        refused=403,
    ),
    ("get", "/api/data-tracker/v2/usagePeriod"): Operation(),
    ("get", "/api/data-tracker/v2/heartbeat"): Operation(),
}


def described() -> set[tuple[str, str]]:
    """Every operation of the API by its own description."""
    schema = api.get_openapi_schema()
    return {(method, path) for path, methods in schema["paths"].items() for method in methods}


def test_every_operation_says_who_may_do_it() -> None:
    assert described() == set(OPERATIONS), "declare the new operation here"


def stands(program: Program, thing: str) -> str:
    """How whose rights the program has stands to the thing: as its owner, in a role of its agency, or not at all."""
    if program.portal:
        return "portal"
    if thing and program.whose == OWNERS.get(thing, "amina"):
        return "owner"
    whose = "officer" if program.agency and program.whose == "animal-welfare" else program.whose
    is_agencys = thing in HER_CASES or thing == "clerks_case"
    return whose if is_agencys and whose in OF_THE_AGENCY else "stranger"


def expected(operation: Operation, program: Program, thing: str) -> set[int]:
    """What a program is told; what it may do may still be impossible with the thing as it is."""
    if not operation.scope:
        return {200}
    if program.state != "good":
        return {401}
    if set(operation.scope.split()).isdisjoint(program.scopes):
        return {403}
    if operation.may == ANYBODY or stands(program, thing) in operation.may:
        return {200, 201, 403, 409, 422} if operation.body or operation.files else {200}
    return {operation.refused}


def calls() -> Iterator[tuple[str, str, Operation, str, Program, str]]:
    """Every operation with every thing, by every program and every method."""
    for (method, path), operation in OPERATIONS.items():
        for thing in operation.things:
            for program in PROGRAMS:
                tried = METHODS if program.name in ("none", "amina's", "clerk's") else (method,)
                yield from ((method, path, operation, thing, program, each) for each in tried)


def test_programs_may_do_what_is_declared_and_read_what_is_theirs(world: World) -> None:
    wrong = []
    with overhearing(world) as overheard:
        for method, path, operation, thing, program, tried in calls():
            address = path.format(**{key: str(value) for key, value in world.things.words[thing].items()})
            sent = {"data": operation.body, "content_type": "application/json"}
            if operation.files:
                sent = {"data": {"files": [SimpleUploadedFile(f"{TYPED}.pdf", b"no document")]}}
            more = sent if tried == method == "post" else {}
            if operation.query and tried in ("get", "head"):
                more = {"data": operation.query, "headers": operation.headers}
            response, changed = world.ask(program.name, tried, address, program=True, **more)
            problem = ""
            if tried == method or (tried == "head" and method == "get"):
                wanted = expected(operation, program, thing)
                problem = (
                    "" if response.status_code in wanted else f"told {response.status_code}, not {wanted}"
                )
                problem += " changed something" if changed and wanted <= {401, 403, 404} else ""
            elif (
                response.status_code not in (401, 403, 404, 405)
                and ("get" if tried == "head" else tried, path) not in OPERATIONS
            ) or changed:
                problem = f"told {response.status_code}"
            reader = program.whose if not program.agency else stands(program, "open_case")
            for canary in canaries_in(response):
                problem += (
                    "" if reader in readers_of(canary) and program.state == "good" else f" reads {canary}"
                )
            problem += "".join(f" lacks {header}" for header in missing_headers(response))
            if problem:
                wrong.append(f"{tried.upper():6} {path} ({thing}) by {program.name}: {problem}")
    assert wrong == [], "\n" + "\n".join(wrong)
    assert overheard == [], "the log has words about people"


def test_programs_read_the_words_that_are_theirs(world: World) -> None:
    """Else the test above could not fail."""
    reference = world.things.words["open_case"]["reference"]
    for name in ("amina's", "officer's", "agency's"):
        response, _changed = world.ask(name, "get", f"/api/v1/cases/{reference}", program=True)
        assert {"answer", "message"} <= set(canaries_in(response)), name


def test_there_are_enough_calls() -> None:
    assert sum(1 for _call in calls()) >= 1_000
