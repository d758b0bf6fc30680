"""The data-protection officer checks who read what, on a phone and at a desk, in English and in Arabic, full and empty."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.utils import timezone

from civium.foundation.identity.models import Person
from civium.foundation.journal.models import Entry
from civium.foundation.privacy.actions.declare_reading import note_reading
from civium.foundation.privacy.actions.watch_readings import readings
from civium.foundation.privacy.events import DataRead
from civium.journeys.catalogue.actions.publish_service import publish_folder
from civium.journeys.rights.actions.question_reading import question_reading
from tests.browser import DESKTOP, PHONE
from tests.journeys.conftest import Looks

if TYPE_CHECKING:
    from playwright.sync_api import Page

OpenPage = Callable[..., "Page"]


@pytest.fixture
def petra(town: object, make_person: Callable[..., Person]) -> Person:
    return make_person("Petra", role="data-protection-officer")


@pytest.fixture
def full(petra: Person, amina: Person, boris: Person) -> None:
    """Readings of every sort, and a question about one."""
    now = timezone.now()
    publish_folder(Path(settings.CIVIUM_SERVICES) / "data-request", by=None, at=now - dt.timedelta(days=9))
    for days, purpose, channel in (
        (1, "work-on-case", "screen"),
        (2, "find-case", "search"),
        (3, "break-glass", "break-glass"),
    ):
        with readings(at=now - dt.timedelta(days=days)):
            note_reading(
                of=amina.pk, kinds={"answers", "name", "files"}, purpose=purpose, channel=channel,
                by=boris, agency="animal-welfare", role="clerk",
            )  # fmt: skip
    read = Entry.objects.filter(stream=amina.vault_key, kind=DataRead.kind).latest("pk")
    question_reading(read.pk, words="Why?", language="en", by=amina, at=now - dt.timedelta(hours=5))


ADDRESSES = (
    "desk/readings/",
    "desk/readings/?from=never&agency=planning",
    "desk/readings-by-staff/?days=7",
    "desk/asked-readings/",
    "desk/asked-readings/?which=late",
    "desk/asked-readings/?which=answered",
)


@pytest.mark.parametrize(("language", "width"), [("ar", PHONE), ("en", DESKTOP)])
def test_the_pages_read_well(
    open_as: OpenPage, look: Looks, petra: Person, full: None, language: str, width: int
) -> None:
    page = open_as(by=petra, language=language, width=width)
    for address in ADDRESSES:
        page.goto(f"/{language}/{address}")
        look(page)


def test_empty_pages_read_well_and_one_persons_readings_are_found(
    open_as: OpenPage, look: Looks, petra: Person, amina: Person, boris: Person
) -> None:
    page = open_as(by=petra, width=PHONE)
    for address in ADDRESSES[:4]:
        page.goto(f"/en/{address}")
        look(page)
    with readings(at=timezone.now()):
        note_reading(
            of=amina.pk, kinds={"name"}, purpose="find-case", by=boris, agency="animal-welfare", role="clerk"
        )
    page.goto("/en/desk/readings/")
    page.locator("#person").fill(amina.email)
    page.get_by_role("button", name="Find").click()
    page.locator("ul.narrowed").wait_for()
    assert "@" not in page.url
    # The list that she looked at before is a reading, too, and her own.
    assert page.locator("tr[data-row]", has_text="Boris").count() == 1
    look(page)
