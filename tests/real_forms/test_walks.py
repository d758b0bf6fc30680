"""The real forms in a real browser, from the start page to a decided case that the citizen reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from civium.foundation.identity.actions.grant_role import grant_role
from civium.foundation.identity.queries import get_agency
from civium.foundation.kit.town import the_town
from civium.journeys.catalogue.actions.publish_service import publish_folder
from civium.journeys.catalogue.queries import get_offer
from tests.browser import PHONE, axe, fits
from tests.cast import NOW
from tests.real_forms import caregivers
from tests.real_forms.caregivers import as_answers
from tests.real_forms.sources import OURS, official
from tests.real_forms.test_defra import CLEAN_AIR, PASSPORT, our_example, passport_answers
from tests.real_forms.walking import answer_pages, begin, expected_answers, follow, shown_answers

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from civium.foundation.identity.models import Person
    from civium.journeys.catalogue.offers import Offer

pytestmark = [pytest.mark.browser, pytest.mark.slow]

REASON = "The passport of applicant 3 ran out on 1 February."


@dataclass
class Town:
    """Where the walk happens, and who walks it: Amina on her phone, staff at their desks."""

    open_page: Callable[..., Page]
    amina: Person
    clerk: Person
    officer: Person
    do_waiting_jobs: Callable[[], None]

    def offer(self, service: str) -> Offer:
        """Publish one of the real forms."""
        publish_folder(OURS / service, by=None, at=NOW)
        return get_offer(service)


@pytest.fixture
def town(
    new_page: Callable[..., Any],
    amina: Person,
    make_person: Callable[..., Person],
    do_waiting_jobs: Callable[[], None],
) -> Town:
    return Town(
        new_page,
        amina,
        _of(make_person, "clerk"),
        _of(make_person, "officer"),
        do_waiting_jobs,
    )


def _of(make_person: Callable[..., Person], role: str) -> Person:
    """Somebody who works for both agencies that offer these forms."""
    person = make_person(f"the-{role}", role=role, agency="social-support")
    grant_role(person, role=role, agency=get_agency("planning"), shown_as=role, by=None, at=NOW)
    return person


def today() -> dt.date:
    return the_town().today(dt.datetime.now(dt.UTC))


def apply(town: Town, offer: Offer, answers: dict[str, Any]) -> str:
    """Amina answers, checks and sends; the reference."""
    page = town.open_page(by=town.amina, width=PHONE)
    begin(page, offer.name)
    seen = answer_pages(page, offer, answers)
    journey, wrong = offer.form.validate_answers(answers, today=today())
    assert wrong == {}
    whole = offer.form.journey({**dict.fromkeys(_optional(offer)), **journey.answers}, today=today())
    assert seen == whole.page_names
    assert page.url.endswith("/check/")
    axe(page)
    fits(page)
    assert shown_answers(page) == expected_answers(offer, whole.answers, today=today())
    follow(page, page.get_by_role("button", name="Send application"))
    town.do_waiting_jobs()
    axe(page)
    return page.locator(".done .reference").inner_text()


def _optional(offer: Offer) -> list[str]:
    return [ready.name for page in offer.form.pages for ready in page.asked if ready.question.optional]


def move(town: Town, worker: Person, reference: str, words: str, *, reason: str = "") -> Page:
    """A member of staff finds the case by its reference, takes it if nobody has it, and moves it."""
    page = town.open_page(by=worker)
    page.goto("/en/desk/")
    page.get_by_role("searchbox").fill(reference)
    follow(page, page.get_by_role("button", name="Find"))
    axe(page)
    if page.get_by_role("button", name="Take this case").count():
        follow(page, page.get_by_role("button", name="Take this case"))
    follow(page, page.get_by_role("link", name=words))
    axe(page)
    if reason:
        page.locator("[name=reason]").fill(reason)
    follow(page, page.get_by_role("button", name=words))
    town.do_waiting_jobs()
    axe(page)
    return page


def read_decision(town: Town, reference: str) -> Page:
    """Amina finds the case on her page, and the letter among her messages."""
    page = town.open_page(by=town.amina, width=PHONE)
    page.goto("/en/my/")
    axe(page)
    found = page.locator("main a", has_text=reference)
    follow(page, found.or_(page.locator("main .case", has_text=reference).get_by_role("link")).first)
    axe(page)
    return page


def test_a_veteran_names_two_caregivers_and_is_approved(town: Town) -> None:
    offer = town.offer(caregivers.SERVICE)
    schema, example = official(caregivers.SCHEMA), official(caregivers.EXAMPLE)
    reference = apply(town, offer, as_answers(example, schema))
    move(town, town.clerk, reference, "Start the review")
    desk = move(town, town.officer, reference, "Approve the application")
    assert ("Primary phone number", "+1 888-777-5544") in shown_answers(desk)
    page = read_decision(town, reference)
    assert "Approved" in page.locator("#decision").locator("..").locator("..").inner_text()
    page.goto("/en/my/messages/")
    follow(page, page.get_by_role("link", name=f"Your application {reference} is approved"))
    axe(page)
    assert "approved your application" in page.locator("main").inner_text()


def test_four_people_are_refused_and_read_why(town: Town) -> None:
    offer = town.offer(PASSPORT)
    official("defra/test.json")
    reference = apply(town, offer, passport_answers(has_passport=True, applicants=4))
    move(town, town.clerk, reference, "Start checking")
    move(town, town.officer, reference, "Refuse", reason=REASON)
    page = read_decision(town, reference)
    assert REASON in page.locator("main").inner_text()
    assert "you can appeal until" in page.locator("main").inner_text()


def test_without_a_passport_the_way_ends_until_the_answer_is_another(town: Town) -> None:
    offer = town.offer(PASSPORT)
    page = town.open_page(by=town.amina, width=PHONE)
    begin(page, PASSPORT)
    answers = passport_answers(has_passport=False, applicants=1)
    assert answer_pages(page, offer, answers) == ["uk-passport", "no-uk-passport"]
    assert "You're not eligible for this service" in page.locator("h1").inner_text()
    assert page.get_by_role("button", name="Continue").count() == 0
    page.goto(page.url.replace("pages/no-uk-passport/", "check/"))
    assert page.url.endswith("/pages/no-uk-passport/"), "there is no way around it"
    follow(page, page.get_by_role("link", name="Change your answer"))
    answers["uk_passport"] = True
    answer_pages(page, offer, answers)
    assert page.url.endswith("/check/")


def test_a_form_without_branches_is_granted(town: Town) -> None:
    offer = town.offer(CLEAN_AIR)
    official("defra/runner-components-test.json")
    reference = apply(town, offer, our_example(CLEAN_AIR) | {"owns_vehicle": False})
    move(town, town.officer, reference, "Grant the exemption")
    assert "Granted" in read_decision(town, reference).locator("main").inner_text()
