"""Five thousand rows in a list: saved, checked, sent and read by both sides, calmly, and never more than a page can bear."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from civium.engines.forms.actions.save_answers import save_answers
from civium.foundation.identity.models import Person
from civium.journeys.applications.actions.start_application import start_application
from civium.journeys.catalogue.actions.publish_service import publish_folder
from civium.journeys.catalogue.queries import get_offer
from tests.applying import again, case_of, send
from tests.cast import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_nine")]
MOST = 5000
SERVICE: dict[str, Any] = {
    "service": "guest-list",
    "agency": "planning",
    "topics": ["home"],
    "form": [
        {
            "page": "guests",
            "repeat": {"name": "guests", "at_least": 1, "at_most": MOST},
            "ask": [{"name": "guest", "type": "text"}, {"name": "seats", "type": "number"}],
        }
    ],
    "steps": {
        "received": {"moves": [{"name": "grant", "to": "granted", "by": "officer"}]},
        "granted": {"end": "granted"},
    },
    "notices": {"received": "receipt", "granted": "granted-notice"},
    "keep": {"granted": "3 years"},
}
TEXTS: dict[str, Any] = {
    **dict.fromkeys(("title", "summary", "who", "cost", "how_long", "next", "other_ways"), "Guest list"),
    "need": ["A list"],
    "keywords": ["guests"],
    "pages": {"guests": {"title": "Your guests", "row": "Guest"}},
    "questions": {"guest": {"label": "Guest's name"}, "seats": {"label": "Seats"}},
    "steps": {"received": "Received", "granted": "Granted"},
    "moves": {"grant": "Grant"},
    "notices": {
        "receipt": {"subject": "We have it", "body": "Thank you"},
        "granted-notice": {"subject": "Granted", "body": "Thank you"},
    },
}


@pytest.fixture
def guests(tmp_path: Path, amina: Person) -> Any:
    """Amina's application with 5,000 guests."""
    folder = tmp_path / "guest-list"
    folder.mkdir()
    (folder / "service.yaml").write_text(yaml.safe_dump(SERVICE, sort_keys=False), encoding="utf-8")
    (folder / "texts.en.yaml").write_text(yaml.safe_dump(TEXTS), encoding="utf-8")
    publish_folder(folder, by=None, at=NOW)
    application = start_application(get_offer("guest-list"), by=amina, language="en", at=NOW)
    rows = [
        {"_id": f"{at:08x}", "guest": f"Guest number {at}", "seats": at % 9 + 1} for at in range(1, MOST + 1)
    ]
    save_answers(application.draft, {"guests": rows}, at=NOW)
    return again(application)


def get(client: Client, address: str) -> tuple[BeautifulSoup, float, int]:
    """The page, the seconds of CPU it took, and its compressed size."""
    begun = time.process_time()
    answer = client.get(address)
    spent = time.process_time() - begun
    assert answer.status_code == 200, answer
    return BeautifulSoup(answer.content, "html.parser"), spent, len(gzip.compress(answer.content))


def test_five_thousand_rows_are_read_in_parts_from_the_form_to_the_desk(
    guests: Any, amina: Person, make_staff: Callable[[str], dict[str, Person]], client: Client
) -> None:
    client.force_login(amina)
    own = reverse("applications:page", args=[guests.pk, "guests"])
    for address in (own, own + "?rows=4951", reverse("applications:check", args=[guests.pk])):
        page, spent, size = get(client, address)
        assert (spent < 10, size < 30_000) == (True, True), (address, spent, size)
        assert len(page.select("#_list .summary__row, .answer-table tbody tr")) == 50
    assert "4951 to 5000 of 5000" in get(client, own + "?rows=4951")[0].text

    answer = client.post(
        own + f"?row={1:08x}", {"guest": "Somebody else", "seats": "2", "_shown": ["guest", "seats"]}
    )
    assert answer.status_code == 302
    assert "Somebody else" in get(client, own)[0].text

    case = case_of(send(guests))
    theirs, spent, size = get(client, reverse("portal:case", args=[case.reference]))
    assert (spent < 10, size < 30_000) == (True, True), (spent, size)
    assert theirs.select_one("a[href='?rows=guests-51']")

    client.force_login(make_staff("planning")["officer"])
    at_the_desk = reverse("desk:case", args=[case.reference])
    page, spent, size = get(client, at_the_desk + "?rows=guests-101")
    assert (spent < 10, size < 30_000) == (True, True), (spent, size)
    assert page.select_one(".answer-table tbody tr").text.startswith("101Guest number 101")
    assert page.select_one("a[href='?rows=guests-151']")
    assert page.select_one("a[href='?rows=guests-51']")
