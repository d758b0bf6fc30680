"""What programs that watch are told: the truth, and nothing of anybody."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from civium.doors.watch.queries import find_parts
from civium.foundation.identity.models import Person
from civium.foundation.journal.tasks import sign_the_record
from tests.applying import apply_for

pytestmark = pytest.mark.django_db


def _wrong(at: dt.datetime) -> dict[str, str]:
    return {part.name: part.wrong for part in find_parts(at=at) if part.wrong}


@pytest.mark.usefixtures("seal")
def test_alive_and_ready(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.CIVIUM_ERASURES = tmp_path / "erasures"  # other tests erase, and roll back
    assert client.get("/health/live").content == b"ok"
    answer = client.get("/health/ready")
    assert (answer.status_code, set(answer.json().values())) == (200, {"ok"})


def test_without_its_root_key_it_is_not_ready(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.CIVIUM_KEYS = tmp_path
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["keys"] == "see-civium-check"


def test_a_record_that_nobody_signs_is_not_ready(amina: Person, settings: Any) -> None:
    settings.CIVIUM_RECORD_SIGNED_WITHIN = dt.timedelta(minutes=15)
    sign_the_record.call()
    assert "record" not in _wrong(timezone.now())
    assert _wrong(timezone.now() + dt.timedelta(minutes=16))["record"] == "not-signed"


def test_a_queue_that_stands_still_is_not_ready(amina: Person) -> None:
    sign_the_record.enqueue()
    assert "queue" not in _wrong(timezone.now())
    assert _wrong(timezone.now() + dt.timedelta(minutes=16))["queue"] == "stands-still"


def test_a_part_that_cannot_be_asked_is_not_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civium.doors.watch.queries.find_head", None)
    monkeypatch.setattr("civium.doors.watch.queries.find_unreplayed", None)
    assert _wrong(timezone.now())["erasures"] == "TypeError"


def test_numbers_are_for_this_machine_or_the_token(client: Client, settings: Any, tmp_path: Path) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    for passed_on in (
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Real-IP",
        "Forwarded",
        "Via",
    ):
        for said in ("127.0.0.1", "", "::1"):
            assert client.get("/metrics", headers={passed_on: said}).status_code == 404, passed_on
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404
    assert client.get("/metrics").status_code == 404, "behind a proxy everybody comes from this machine"
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1, 203.0.113.9"}).status_code == 404
    settings.CIVIUM_KEYS = tmp_path
    (tmp_path / "metrics-token").write_text("a-token-of-the-watchers\n")
    for shown, status in (
        ("Bearer a-token-of-the-watchers", 200),
        ("Bearer x", 404),
        ("", 404),
        ("Bearer ü", 404),
    ):
        assert client.get("/metrics", headers={"Authorization": shown}).status_code == status


_LINE = re.compile(r'(# (HELP|TYPE) civium_\w+ .+|civium_\w+(\{\w+="[\w-]+"\})? -?\d+(\.\d+)?(e[+-]\d+)?)')


@pytest.mark.usefixtures("demo_services", "seal")
def test_the_numbers_are_in_prometheus_format_and_name_nobody(amina: Person, client: Client) -> None:
    case = apply_for(amina)
    said = client.get("/metrics").content.decode()
    assert [line for line in said.splitlines() if not _LINE.fullmatch(line)] == []
    assert f'civium_cases_open{{agency="{case.agency_id}"}} 1' in said.splitlines()
    for personal in (amina.name, amina.email, str(amina.pk), case.reference, str(case.pk), case.about):
        assert personal not in said
