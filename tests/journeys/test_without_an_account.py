"""Applying without an account and coming back: on a phone, from right to left, without scripts, and past a closed window."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from civium.engines.forms.queries import open_typed
from civium.foundation.identity.models import Person
from civium.foundation.kit.town import the_town
from civium.journeys.applications.models import Application, Way
from civium.journeys.applications.tests.offers import publish_changed
from civium.journeys.catalogue.actions.publish_service import publish_folder
from tests.applying import again, begin, case_of, fill_in
from tests.browser import DESKTOP, PHONE, Watch
from tests.journeys.conftest import Looks
from tests.journeys.walking import fill, go_on, main

if TYPE_CHECKING:
    from playwright.sync_api import Page

OpenPage = Callable[..., "Page"]


@pytest.fixture
def waste(town: object) -> None:
    """The collection of bulky waste, for everybody."""
    publish_folder(Path(settings.CIVIUM_SERVICES) / "bulky-waste", by=None, at=timezone.now())


def next_tour() -> str:
    """A Tuesday that can be planned."""
    soon = the_town().today(timezone.now()) + dt.timedelta(days=4)
    return (soon + dt.timedelta(days=(1 - soon.weekday()) % 7)).isoformat()


@pytest.mark.usefixtures("waste")
@pytest.mark.parametrize(("language", "javascript"), [("en", False), ("ar", True)])
def test_bulky_waste_is_asked_for_followed_and_withdrawn(
    open_as: OpenPage,
    look: Looks,
    watch: Watch,
    do_waiting_jobs: Callable[[], int],
    language: str,
    javascript: bool,
) -> None:
    watch.expected.append("422")
    page = open_as(width=PHONE, language=language, javascript=javascript)
    page.goto(f"/{language}/apply/bulky-waste/")
    look(page)
    go_on(page)
    look(page)
    application = fill_in(Application.objects.get(), collect_on=next_tour(), at=timezone.now())
    page.goto(f"/{language}/applications/{application.pk}/check/")
    go_on(page)
    look(page)  # the address is missing
    fill(page, email="lin@example.org")
    go_on(page)
    look(page)
    do_waiting_jobs()
    case, way = case_of(application), again(application).ways_back.get(way=Way.CASE)
    expect(main(page)).to_contain_text(case.shown_reference)

    other = open_as(width=PHONE, language=language, javascript=javascript)
    other.goto(f"/{language}/come-back/")
    look(other)
    fill(other, code="nonsense")
    go_on(other)
    look(other)
    fill(other, code=way.code)
    go_on(other)
    look(other)
    fill(other, answer=case.reference)
    go_on(other)
    look(other)
    other.goto(f"/{language}/my/cases/{case.reference}/")
    look(other)
    for place in ("account", "withdrawal"):
        other.goto(f"/{language}/applications/{application.pk}/{place}/")
        look(other)
    go_on(other)
    look(other)
    case.refresh_from_db()
    assert case.is_withdrawn


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_stopping_and_the_pages_around_it(
    town: object,
    open_as: OpenPage,
    look: Looks,
    watch: Watch,
    amina: Person,
    boris: Person,
    tmp_path: Path,
    language: str,
    width: int,
) -> None:
    watch.expected.append("422")
    draft = fill_in(begin(amina, at=timezone.now()), at=timezone.now())
    hers = open_as(by=amina, width=width, language=language)
    places = ["later", "answers", "check", "pages/dog"]
    for place in places:
        hers.goto(f"/{language}/applications/{draft.pk}/{place}/")
        look(hers)
    hers.goto(f"/{language}/applications/{draft.pk}/later/")
    for do in ("counter", "code"):  # the second one lacks its question
        hers.locator(f"#{do} summary").click()
        hers.locator(f"button[value={do}]").click()
        look(hers)
    hers.locator("#code-question").select_option("pet")
    hers.locator("#code-answer").fill("Luna")
    hers.locator("button[value=code]").click()
    look(hers)

    publish_changed(
        "dog-licence",
        tmp_path,
        ("service.yaml", 'pattern: "[0-9]{15}", max_length: 15', 'pattern: "ES[0-9]{13}", max_length: 15'),
        ("service.yaml", "sign_in: account", "sign_in: verified"),
    )
    hers.goto(f"/{language}/applications/{draft.pk}/version/")
    look(hers)
    hers.goto(f"/{language}/applications/{draft.pk}/check/")
    look(hers)

    his = open_as(by=boris, width=width, language=language)
    his.goto(f"/{language}/desk/counter/")
    look(his)
    fill(his, code="nonsense")
    go_on(his)
    look(his)
    fill(his, code=draft.ways_back.get(way=Way.COUNTER).code)
    go_on(his)
    look(his)
    his.goto(f"/{language}/desk/counter/")
    look(his)


def test_what_is_typed_survives_a_closed_window(town: object, open_as: OpenPage, amina: Person) -> None:
    draft = begin(amina, at=timezone.now())
    page = open_as(by=amina)
    page.goto(f"/en/applications/{draft.pk}/pages/owner/")
    page.locator("[name=owner_name]").fill("Amina H")
    expect(page.locator("[data-kept]")).to_be_visible(timeout=6000)
    page.locator("[name=owner_name]").fill("Amina Haddad the second")
    page.close()  # in the middle of it, before the pause is over
    again_page = open_as(by=amina)
    expect_typed(again_page, draft, "Amina Haddad the second")


def expect_typed(page: Any, draft: Application, words: str) -> None:
    """The box has the words, as soon as the last of them have arrived."""
    for _try in range(20):
        page.goto(f"/en/applications/{draft.pk}/pages/owner/")
        if page.locator("[name=owner_name]").input_value() == words:
            return
        page.wait_for_timeout(250)
    assert re.search(words, str(open_typed(again(draft).draft)))
