"""A street party: questions below options, groups, a place, a table of days, totals, a rule, a signature, and a way that ends.

The document lies beside this file; no town offers it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from civium.engines.forms.queries import open_answers
from civium.foundation.identity.models import Person
from civium.journeys.applications.models import Application
from civium.journeys.catalogue.actions.publish_service import publish_folder
from tests.browser import PHONE, Watch
from tests.cast import NOW
from tests.journeys.conftest import Looks
from tests.journeys.walking import answer, fill, go_on, heading, main

if TYPE_CHECKING:
    from playwright.sync_api import Page

OpenPage = Callable[..., "Page"]


@pytest.fixture
def party(town: object, watch: Watch) -> None:
    publish_folder(Path(__file__).with_name("street-party"), by=None, at=NOW)
    watch.expected += ["422"]  # a page with mistakes


def fill_day(page: Page, key: int, day: str, guests: str, kind: str, loud: str) -> None:
    for part, typed in (("day-day", day), ("day-month", "5"), ("day-year", "2096"), ("guests", guests)):
        page.fill(f"[name=days-{key}-{part}]", typed)
    page.select_option(f"[name=days-{key}-day_kind]", kind)
    page.select_option(f"[name=days-{key}-loud]", loud)


def press(page: Page, what: str) -> None:
    page.locator(f"button[value={what}]").click()


@pytest.mark.parametrize(
    "wishes",
    [{"width": 1280}, {"width": PHONE, "language": "ar"}, {"width": PHONE, "javascript": False}],
    ids=["by-hand", "phone-arabic", "phone-without-script"],
)
def test_a_party_is_asked_for(
    party: None, open_as: OpenPage, look: Looks, amina: Person, wishes: dict[str, Any]
) -> None:
    page = open_as(by=amina, **wishes)
    page.goto(f"/{wishes.get('language', 'en')}/apply/street-party/")
    go_on(page)
    stop_and_go_on(page, look)
    answer(page, look, organiser_name="Amina Haddad", organiser_phone="911 234 567", has_deputy="=yes")
    expect(page.locator("fieldset.group [autofocus]")).to_be_focused()  # the questions that came up
    answer(page, look, deputy_name="Ben Okafor", deputy_email="ben@example.org")
    answer(page, look, site__line_1="Quay Street", site__postcode="28001")
    assert "#site-postcode" in str(main(page).locator(".govuk-error-summary a").get_attribute("href"))
    answer(page, look, site__postcode="PL1 4AH")
    fill_the_days(page, look, with_script=wishes.get("javascript", True))
    answer(page, look, sound_plan="We stop at ten.")
    add_helpers(page, look)
    answer(page, look, signed__name="Amina Haddad", signed__agreed=True)
    assert "/check/" in page.url
    look(page)
    table = main(page).locator("table.answer-table")
    assert [row.locator("td").count() for row in table.locator("tbody tr").all()] == [4, 4]
    kept = open_answers(Application.objects.get(applicant=amina).draft)
    assert [row["guests"] for row in kept["days"]] == [70, 60]
    assert kept["signed"]["name"] == "Amina Haddad"


def stop_and_go_on(page: Page, look: Looks) -> None:
    """A firm is stopped, told why, and changes its answer."""
    look(page)
    expect(page.locator("[name=for_profit]").first).not_to_be_visible()
    fill(page, role="=firm")
    expect(page.locator("[name=for_profit]").first).to_be_visible()
    expect(page.locator("[name=club_name]")).not_to_be_visible()
    answer(page, look, for_profit="=yes")
    look(page)
    assert heading(page) == "Firms need an event permit"
    assert main(page).locator("dl.summary dt").all_inner_texts() == ["Who are you?", "Earns money"]
    expect(main(page)).to_contain_text("counter of Planning")
    main(page).locator("a.button").click()
    page.locator("[name=role][value=club]").check()
    page.locator("main input[type=text]:visible").first.fill("The Swans")
    go_on(page)
    page.wait_for_url("**/pages/organiser/**")


def fill_the_days(page: Page, look: Looks, *, with_script: bool) -> None:
    """Rows are added, corrected, taken out; what they come to is there at once."""
    look(page)
    fill_day(page, 1, "1", "50", "party", "no")
    if with_script:
        page.locator("[name=days-1-guests]").blur()
        expect(page.locator("#computed")).to_contain_text("50")
    page.locator("button[value=days-add]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[id=days-2]")).to_be_focused()
    fill_day(page, 2, "2", "60", "concert", "yes")
    press(page, "days-add")
    fill_day(page, 3, "33", "0", "market", "no")
    go_on(page)
    look(page)
    links = [link.get_attribute("href") for link in main(page).locator(".govuk-error-summary a").all()]
    assert links == ["#days-3-day-day", "#days-3-guests"]
    expect(page.locator("#computed")).to_contain_text("110")
    press(page, "days-remove-3")
    expect(page.locator("[id=days-3]")).to_have_count(0)
    page.fill("[name=days-1-guests]", "5000")
    page.keyboard.press("Enter")  # sends the page, and takes no row out
    expect(main(page).locator(".govuk-error-summary")).to_contain_text("At most 5,000 guests")
    look(page)
    page.fill("[name=days-1-guests]", "70")
    go_on(page)


def add_helpers(page: Page, look: Looks) -> None:
    """The list is judged as a whole when it is left."""
    answer(page, look, _another="=yes")
    answer(page, look, helper="Ben", hours="1")
    answer(page, look, _another="=no")
    look(page)
    expect(main(page).locator(".govuk-error-summary")).to_contain_text("at least 2 hours")
    answer(page, look, _another="=yes")
    answer(page, look, helper="Carla", hours="4")
    expect(page.locator("#computed")).to_contain_text("5")
    answer(page, look, _another="=no")
