"""A building permit, with its branches, by the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from civium.engines.cases.models import Case
from civium.engines.forms.queries import open_answers
from civium.foundation.identity.models import Person
from civium.journeys.applications.models import Application
from tests.applying import pdf
from tests.browser import Watch, walk_keyboard
from tests.journeys.conftest import Looks
from tests.journeys.walking import focused, heading

if TYPE_CHECKING:
    from playwright.sync_api import Page

OpenPage = Callable[..., "Page"]
PLAN = {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": pdf("plan")}
MOST_STOPS = 60
ADDRESS = {"line_1": "Church Square 1", "town": "Port Lumen", "postcode": "08039"}


class Keys:
    """Somebody who uses a page with the keyboard only."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, selector: str) -> None:
        """Press Tab until the element has the focus."""
        for _stop in range(MOST_STOPS):
            if self.page.evaluate("s => document.activeElement?.matches(s)", selector):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"{self.page.url}: Tab does not reach {selector}")

    def write(self, **answers: str) -> None:
        """Type into inputs, in the order in which they stand."""
        for name, text in answers.items():
            self.reach(f"[name={name.replace('__', '-')}]")
            self.page.keyboard.press("ControlOrMeta+a")
            self.page.keyboard.type(text)

    def choose(self, **choices: str) -> None:
        """Choose in groups of radio buttons, with the arrow keys as browsers do."""
        for name, value in choices.items():
            self.reach(f"input[type=radio][name={name}]")
            self.page.keyboard.press("Space")
            for _option in range(12):
                if self.page.evaluate("() => document.activeElement.value") == value:
                    break
                self.page.keyboard.press("ArrowDown")
            assert self.page.evaluate("() => document.activeElement.checked"), f"{name} is not chosen"

    def tick(self, name: str) -> None:
        self.reach(f"input[type=checkbox][name={name}]")
        self.page.keyboard.press("Space")

    def attach(self, name: str) -> None:
        """Reach the file input; what the system's own dialogue does is not the page's."""
        self.reach(f"input[type=file][name={name}]")
        self.page.locator(f"[name={name}]").set_input_files(PLAN)  # type: ignore[arg-type]

    def press(self, selector: str = "main form[method=post] button[type=submit]") -> None:
        """Reach a button or link and press Enter; the next page is there afterwards."""
        self.reach(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


def test_a_listed_building_is_changed_with_the_keyboard_only(
    town: object,
    open_as: OpenPage,
    look: Looks,
    watch: Watch,
    do_waiting_jobs: Callable[[], int],
    amina: Person,
) -> None:
    watch.expected.append("status of 422")
    page = open_as(by=amina)
    keys = Keys(page)
    page.goto("/en/services/building-permit/")
    skip_to_the_main_part(page)
    keys.press("a[href='/en/apply/building-permit/']")
    keys.press()

    answer_about_oneself(keys, look)
    keys.choose(work="alteration", listed="yes")
    keys.press()
    assert "/pages/heritage/" in page.url
    keys.write(heritage="The old windows stay.")
    keys.press()
    assert "/pages/description/" in page.url, "no size, use or demolition for an alteration"
    keys.write(description="Better windows.")
    keys.press()
    make_a_mistake_with_the_cost(page, keys, look)
    keys.write(start_on__day="1", start_on__month="6", start_on__year="2099", months="3")
    keys.press()
    assert "/pages/drawings/" in page.url, "no surroundings for an alteration"
    look(page)
    keys.attach("drawings")
    keys.press()
    add_a_neighbour(keys, look)
    keys.tick("truth")
    keys.press()

    change_the_work(page, keys, look)
    keys.press()
    assert "/pay/" in page.url
    keys.press("button[value=pay]")
    keys.press("button[value=pay]")
    do_waiting_jobs()
    page.goto(page.url)
    assert Case.objects.get().service == "building-permit"


def skip_to_the_main_part(page: Page) -> None:
    """The first press of Tab offers to skip what every page begins with."""
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.querySelector('main').contains(document.activeElement)")


def answer_about_oneself(keys: Keys, look: Looks) -> None:
    """An owner is not asked whose house it is."""
    look(keys.page)
    walk_keyboard(keys.page)
    keys.choose(role="owner")
    keys.press()
    look(keys.page)
    keys.write(
        applicant_name="Amina Haddad",
        applicant_address__line_1=ADDRESS["line_1"],
        applicant_address__town=ADDRESS["town"],
        applicant_address__postcode=ADDRESS["postcode"],
        applicant_phone="+34 612 345 678",
    )
    keys.press()
    assert "/pages/plot/" in keys.page.url
    keys.write(
        plot_address__line_1=ADDRESS["line_1"],
        plot_address__town=ADDRESS["town"],
        plot_address__postcode=ADDRESS["postcode"],
    )
    keys.press()
    look(keys.page)


def make_a_mistake_with_the_cost(page: Page, keys: Keys, look: Looks) -> None:
    """The summary has the focus, and its link leads to the field."""
    keys.write(cost="a lot")
    keys.press()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    look(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert focused(page)["id"] == "cost"
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("8000")
    keys.press()


def add_a_neighbour(keys: Keys, look: Looks) -> None:
    look(keys.page)
    keys.choose(_another="yes")
    keys.press()
    look(keys.page)
    keys.write(
        neighbour_name="Ben Ortiz",
        neighbour_address__line_1="Church Square 2",
        neighbour_address__town=ADDRESS["town"],
        neighbour_address__postcode=ADDRESS["postcode"],
    )
    keys.choose(neighbour_agrees="yes")
    keys.press()
    keys.choose(_another="no")
    keys.press()


def change_the_work(page: Page, keys: Keys, look: Looks) -> None:
    """Back from the check: another kind of work has other questions, and nothing stale stays."""
    look(page)
    assert heading(page).startswith("Check your answers")
    keys.press("a[href*='/pages/work/']")
    keys.choose(work="change-of-use", listed="no")
    keys.press()
    assert "/pages/use/" in page.url
    look(page)
    keys.choose(use_before="shop", use_after="home")
    keys.press()
    look(page)
    assert "heritage" not in shown_answers()
    assert "The old windows stay." not in page.locator("main").inner_text()
    walk_keyboard(page)


def shown_answers() -> dict[str, object]:
    """What would be sent now."""
    from django.utils import timezone

    from civium.journeys.catalogue.queries import get_offer

    application = Application.objects.select_related("draft").get()
    form = get_offer(application.service).form
    return dict(form.journey(open_answers(application.draft), today=timezone.now().date()).answers)
