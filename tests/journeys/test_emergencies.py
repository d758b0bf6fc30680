"""An emergency from first to last, and what the law keeps: on a phone, from left to right and from right to left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from civium.engines.cases.models import Case
from civium.foundation.identity.models import Person
from civium.foundation.privacy.actions.erase_owner import erase_owner
from civium.journeys.emergencies.models import Emergency
from tests.applying import apply_for, move
from tests.browser import PHONE, Watch
from tests.journeys.conftest import Looks

if TYPE_CHECKING:
    from playwright.sync_api import Page

OpenPage = Callable[..., "Page"]
BECAUSE = "The hospital asks whether this dog is vaccinated: it bit a child this morning."


@pytest.fixture
def dario(make_person: Callable[..., Person]) -> Person:
    return make_person("Dario", role="data-protection-officer")


def kept_case(person: Person, clerk: Person, officer: Person, now: dt.datetime) -> Case:
    case = apply_for(person, example=2, at=now, dog_name="Luna")
    case = move(move(case, "accept", by=clerk, at=now), "grant", by=officer, at=now)
    erase_owner(person.vault_key, because="asked", by=None, at=now)
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_emergency_is_asked_for_read_ended_and_reviewed(
    town: object,
    open_as: OpenPage,
    look: Looks,
    watch: Watch,
    do_waiting_jobs: Callable[[], int],
    amina: Person,
    ben: Person,
    boris: Person,
    omar: Person,
    chen: Person,
    dario: Person,
    language: str,
) -> None:
    watch.expected.append("status of 422")
    now = timezone.now()
    case, kept = apply_for(amina, example=2, at=now, dog_name="Luna"), kept_case(ben, boris, omar, now)
    page = open_as(by=dario, language=language, width=PHONE)
    page.goto(f"/{language}/desk/emergencies/")
    look(page)
    page.locator("main .button--warning").click()
    look(page)
    page.locator("main button.button--warning").click()
    page.locator(".govuk-error-summary").wait_for()
    look(page)
    page.fill("#reference", case.shown_reference)
    page.check("input[name=why][value=life]")
    page.fill("#reason", BECAUSE)
    page.locator("main button.button--warning").click()
    page.wait_for_url("**/desk/emergencies/*-*/")
    assert "Luna" in page.locator("main").inner_text()
    look(page)
    do_waiting_jobs()
    page.goto(f"/{language}/desk/emergencies/?while=open")  # an address of its own: each state is looked at
    look(page)
    (emergency,) = Emergency.objects.all()

    second = open_as(by=chen, language=language, width=PHONE)
    second.goto(f"/{language}/desk/emergencies/")
    look(second)
    second.locator("main table a").first.click()
    second.wait_for_url(f"**/{emergency.pk}/review/")
    assert BECAUSE in second.locator("main").inner_text()
    look(second)
    second.check("input[name=verdict][value=justified]")
    second.fill("#words", "A child was bitten.")
    second.locator("main form button").click()
    second.wait_for_url("**/desk/emergencies/")
    second.goto(f"/{language}/desk/emergencies/{emergency.pk}/review/")
    assert "A child was bitten." in second.locator("main").inner_text()

    citizen = open_as(by=amina, language=language, width=PHONE)
    citizen.goto(f"/{language}/my/data/who-looked/")
    assert citizen.locator("main .tag--coral").count() == 1
    look(citizen)

    page.goto(f"/{language}/desk/emergencies/{emergency.pk}/")
    page.locator("main .banner form button").click()
    page.wait_for_url("**/desk/emergencies/")
    page.goto(f"/{language}/desk/emergencies/?when=over")
    look(page)

    page.goto(f"/{language}/desk/kept/")
    look(page)
    page.locator("main table a").first.click()
    page.wait_for_url(f"**/desk/kept/{kept.reference}/")
    look(page)
    page.check("input[name=occasion][value=claim]")
    page.fill("#reason", "The court asks for it in case 12 C 34/26.")
    page.locator("main button.button--warning").click()
    page.locator("main .timeline").wait_for()
    assert "Luna" in page.locator("main").inner_text()
    page.goto(f"/{language}/desk/kept/{kept.reference}/?while=open")
    look(page)
