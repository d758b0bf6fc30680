"""What the API does is what its description says, for whatever a program may send (schemathesis)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS

from civium.doors.api.actions.make_token import make_token
from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import get_agency

# What a description cannot say is left out: whether a thing with this name exists.
WANTED = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
          "response_headers_conformance", "unsupported_method")  # fmt: skip


@pytest.fixture
def described(demo_services: dict[str, int], chen: Person, amina: Person) -> Iterator[Any]:
    """The description, and the site behind it in the transaction of the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/openapi.json", WSGIHandler())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def bearers(
    demo_services: dict[str, int], chen: Person, amina: Person, make_person: Callable[..., Person]
) -> list[dict[str, str]]:
    """Nobody, a citizen's program, an agency's and the national portal's."""
    scopes = ("applications:read", "applications:write", "cases:read", "cases:write", "readings:read")
    secrets = [
        make_token(
            name="Any", scopes=scopes, lasts=dt.timedelta(days=1), agency=agency, by=person, at=timezone.now()
        )[1]
        for person, agency in ((amina, None), (chen, get_agency("animal-welfare")))
    ]
    petra = make_person("Petra", role="data-protection-officer")
    portal = make_token(
        name="Portal", scopes=(), lasts=dt.timedelta(days=1), for_portal=True, by=petra, at=timezone.now()
    )[1]
    secrets.append(portal)
    return [{}, *({"Authorization": f"Bearer {secret}"} for secret in secrets)]


OPERATIONS = (
    ("GET", "/api/v1/services"),
    ("GET", "/api/v1/services/{service}"),
    ("POST", "/api/v1/applications"),
    ("GET", "/api/v1/applications/{reference}"),
    ("GET", "/api/v1/applications/{reference}/corrections"),
    ("POST", "/api/v1/applications/{reference}/corrections"),
    ("GET", "/api/v1/cases"),
    ("GET", "/api/v1/cases/{reference}"),
    ("POST", "/api/v1/cases/{reference}/moves"),
    ("POST", "/api/v1/cases/{reference}/messages"),
    ("POST", "/api/v1/cases/{reference}/files"),
    ("GET", "/api/data-tracker/v2/findUsage"),
    ("GET", "/api/data-tracker/v2/usagePeriod"),
    ("GET", "/api/data-tracker/v2/heartbeat"),
)
# These take nothing, so nothing that is sent with them can be wrong.
BARE = {"/api/data-tracker/v2/usagePeriod", "/api/data-tracker/v2/heartbeat"}
TRIED = [
    pytest.param(method, path, mode, id=f"{mode.value}-{method}-{path}")
    for mode in schemathesis.GenerationMode
    for method, path in OPERATIONS
    if path not in BARE or mode == schemathesis.GenerationMode.POSITIVE
]


@pytest.mark.parametrize(("method", "path", "mode"), TRIED)
def test_nothing_breaks_and_nothing_breaches_the_description(
    described: Any, bearers: list[dict[str, str]], method: str, path: str, mode: Any
) -> None:
    checks = CHECKS.get_by_names(WANTED)

    @settings(
        max_examples=20,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=described[path][method].as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        for headers in bearers:
            case.call_and_validate(headers={"Accept-Encoding": "identity", **headers}, checks=checks)

    send()


def test_every_operation_is_tried(described: Any) -> None:
    operations = [each.ok() for each in described.get_all_operations()]
    assert {(one.method.upper(), one.path) for one in operations} == set(OPERATIONS)
