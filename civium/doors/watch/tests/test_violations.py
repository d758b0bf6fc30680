"""What browsers refused reaches the log, in our words; whatever else is sent there does nothing."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.test import Client

from civium.doors.watch import views
from civium.doors.watch.violations import LONGEST

pytestmark = pytest.mark.django_db
PLACE = "/csp-reports"
OLD = {
    "csp-report": {
        "document-uri": "http://localhost:8000/en/my/cases/7K4M92QX/?words=Canary",
        "blocked-uri": "https://canary.example/x.js?secret=Canary",
        "effective-directive": "script-src-elem",
        "violated-directive": "script-src-elem",
        "script-sample": "Canary",
        "referrer": "https://canary.example/",
    }
}
NEW = [
    {
        "type": "csp-violation",
        "url": "http://localhost:8000/en/",
        "body": {
            "documentURL": "http://localhost:8000/en/services/",
            "blockedURL": "inline",
            "effectiveDirective": "style-src-attr",
            "sample": "Canary",
        },
    },
    {"type": "deprecation", "body": {"message": "Canary"}},
]


def send(sent: Any, **more: Any) -> int:
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    browser = Client(enforce_csrf_checks=True)
    return browser.post(PLACE, body, content_type="application/csp-report", **more).status_code


def test_every_page_says_where_to_report_and_what_is_reported_is_in_the_log(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    for page in ("/en/", "/en/nothing-here/", "/en/account/login/"):
        assert f"report-uri {PLACE}" in client.get(page)["Content-Security-Policy"], page
    with caplog.at_level(logging.WARNING, logger=views.__name__):
        assert (send(OLD), send(NEW)) == (204, 204)
    said = [record.getMessage() for record in caplog.records if record.name == views.__name__]
    assert said == [
        "a browser refused another site (script-src-elem) on the page en/my/cases/<str:reference>/",
        "a browser refused inline (style-src-attr) on the page en/services/",
    ]
    assert "anary" not in caplog.text
    assert "7K4M92QX" not in caplog.text


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[" * 9_000, 400),
        ({"csp-report": "Canary"}, 400),
        ({"other": 1}, 400),
        ("Canary", 400),
        ([], 204),
        ([1, None, {"type": "csp-violation", "body": "Canary"}], 204),
        ({"csp-report": {}}, 204),
        (
            {
                "csp-report": {
                    "effective-directive": "Canary\n",
                    "blocked-uri": "http://[",
                    "document-uri": ["Canary"],
                }
            },
            204,
        ),
        (
            {"csp-report": {"effective-directive": "x", "blocked-uri": 7, "document-uri": "//Canary/\u0000"}},
            204,
        ),
        (b'{"csp-report": {"script-sample": "' + b"x" * LONGEST + b'"}}', 413),
        (b"\xff\xfe", 400),
    ],
)
def test_whatever_is_sent_breaks_nothing_and_is_not_repeated(
    sent: Any, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert send(sent) == status
    assert "anary" not in caplog.text


def test_a_flood_ends(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(views, "REPORTS_FROM_ADDRESS", 3)
    monkeypatch.setattr(views, "REPORTS", 4)
    assert [send(NEW) for _ in range(4)] == [204, 204, 204, 429]
    assert [send(NEW, REMOTE_ADDR="203.0.113.9") for _ in range(2)] == [204, 429]


def test_nobody_reads_there(client: Client) -> None:
    assert client.get(PLACE).status_code == 405
