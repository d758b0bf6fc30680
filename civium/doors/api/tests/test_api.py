"""Programs: what the town offers, applying, working on cases, by token."""

from __future__ import annotations

import datetime as dt
import json
from base64 import b64encode
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from civium.doors.api.actions.end_token import end_token
from civium.doors.api.actions.make_token import make_token
from civium.doors.api.models import KeptAnswer, Token
from civium.engines.cases.models import Case
from civium.foundation.identity.models import Agency, Person
from civium.foundation.identity.queries import get_agency
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.journal.queries import find_entries
from civium.foundation.kit.refusals import NotFound
from civium.journeys.applications.models import Application
from tests.offer import publish

EVERYTHING = ("applications:read", "applications:write", "cases:read", "cases:write")


class Program:
    """A client with a token."""

    def __init__(self, person: Person, *scopes: str, agency: Agency | None = None, role: str = "clerk") -> None:
        self.token, self.secret = make_token(
            name="Test program", scopes=scopes or EVERYTHING, lasts=dt.timedelta(days=1), agency=agency, role=role,
            by=person, at=timezone.now(),
        )  # fmt: skip
        self.client = Client()

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query, headers={"Authorization": f"Bearer {self.secret}"})

    def post(self, path: str, body: Any, key: str = "") -> Any:
        headers = {"Authorization": f"Bearer {self.secret}"} | ({"Idempotency-Key": key} if key else {})
        return self.client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=headers)


@pytest.fixture
def offered(db: None) -> None:
    publish("heating-allowance")
