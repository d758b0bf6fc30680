"""Two colleagues and an applicant on one case: corrections, messages, who else is there, and who was first."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from civium.engines.cases.models import Case
from civium.engines.cases.queries import get_case
from civium.foundation.identity.models import Person
from civium.journeys.applications.actions.move_the_case import move_the_case
from tests.applying import apply_for
from tests.browser import PHONE, Watch, walk_keyboard
from tests.journeys.conftest import Looks
from tests.journeys.walking import heading, main

if TYPE_CHECKING:
    from playwright.sync_api import Page

OpenPage = Callable[..., "Page"]


@pytest.fixture
def checking(town: object, amina: Person, boris: Person, do_waiting_jobs: Callable[[], int]) -> Case:
    """Amina's dog licence, which Boris checks."""
    case = apply_for(amina, at=timezone.now())
    moved = move_the_case(case, move="accept", revision=case.revision, by=boris, at=timezone.now())
    do_waiting_jobs()
    return moved


def desk(case: Case, more: str = "", language: str = "en") -> str:
    return f"/{language}/desk/cases/{case.reference}/{more}"


def test_named_answers_are_corrected_and_come_back_side_by_side(
    checking: Case,
    open_as: OpenPage,
    look: Looks,
    watch: Watch,
    boris: Person,
    amina: Person,
    do_waiting_jobs: Callable[[], int],
) -> None:
    watch.expected.append("status of 422")
    clerk = open_as(by=boris)
    clerk.goto(desk(checking, "moves/ask/"))
    look(clerk)
    clerk.get_by_role("checkbox", name="Chip number").check()
    clerk.get_by_role("button", name="Ask the applicant").click()
    look(clerk)  # no reason yet
    expect(clerk.locator(".govuk-error-summary a")).to_have_text(
        "Enter what is wrong with the answer. The applicant will read it."
    )
    clerk.locator(".govuk-error-summary a").click()
    clerk.keyboard.type("One digit is missing.")
    clerk.get_by_role("checkbox", name="Assistance dog").check()
    clerk.get_by_label("What is wrong with “Assistance dog”?").fill("Your vet says it is one.")
    clerk.get_by_role("button", name="Ask the applicant").click()
    expect(main(clerk)).to_contain_text("One digit is missing.")
    look(clerk)
    do_waiting_jobs()

    hers = open_as(by=amina, width=PHONE)
    hers.goto("/en/my/")
    look(hers)
    hers.locator(".step", has_text="Correct answers in your Dog licence").get_by_role("link").click()
    look(hers)
    hers.get_by_role("link", name="Correct these answers").click()
    expect(hers.locator("main .inset")).to_contain_text("One digit is missing.")
    look(hers)
    assert hers.locator("main form input:visible").count() == 1
    hers.locator("[name=chip_number]").fill("123")
    hers.get_by_role("button", name="Continue").click()
    look(hers)
    hers.locator("[name=chip_number]").fill("941000012345699")
    hers.get_by_role("button", name="Continue").click()
    assert hers.locator("[name=neutered]").count() == 0
    hers.locator('[name=assistance][value="yes"]').check()
    hers.get_by_role("button", name="Continue").click()
    # What follows from it is asked too.
    expect(hers.locator("main")).to_contain_text("This follows from an answer that you changed.")
    look(hers)
    hers.goto(f"/en/my/cases/{checking.reference}/corrections/price/")
    hers.locator('[name=assistance][value="no"]').check()
    hers.get_by_role("button", name="Continue").click()
    assert heading(hers) == "Check your corrected answers"
    look(hers)
    hers.get_by_role("button", name="Send corrected answers").click()
    expect(main(hers)).to_contain_text("Thank you. We have your corrected answers, and the clock goes on.")
    look(hers)

    clerk.goto(desk(checking))
    compared = clerk.locator(".table--compare")
    expect(compared).to_contain_text("941000012345699")
    expect(compared).to_contain_text("941000012345678")
    expect(compared).to_contain_text("Not changed")
    look(clerk)
    assert not get_case(checking.reference, for_=boris).is_paused


def test_two_see_each_other_and_nobody_overwrites_the_other(
    checking: Case, open_as: OpenPage, look: Looks, watch: Watch, omar: Person, boris: Person
) -> None:
    watch.expected.append("status of 409")
    his, hers = open_as(by=omar), open_as(by=boris)
    his.goto(desk(checking))
    hers.goto(desk(checking, "moves/ask/"))
    expect(hers.locator("#presence")).to_have_text("Omar is also looking at this case.")
    # Without loading anything anew, when he looks at his page again.
    his.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(his.locator("#presence")).to_have_text("Boris is also looking at this case.")
    look(his)

    hers.get_by_label("What else do you need? (optional)").fill("Please send the vaccination book.")
    his.get_by_role("link", name="Refuse").click()
    his.get_by_label("Reason").fill("The chip belongs to another dog.")
    his.get_by_role("button", name="Refuse").click()
    expect(main(his)).to_contain_text("Done: Refuse")
    hers.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(hers.locator("#presence")).to_contain_text("This case has changed since you opened this page.")

    hers.get_by_role("button", name="Ask the applicant").click()
    look(hers)
    expect(main(hers)).to_contain_text("Omar decided this case")
    expect(main(hers)).to_contain_text("What has changed since you opened this page:")
    expect(main(hers).locator(".banner li")).to_contain_text("Decided: Refused")
    expect(hers.get_by_label("What you wrote")).to_have_value("Please send the vaccination book.")


def test_messages_go_both_ways(
    checking: Case,
    open_as: OpenPage,
    look: Looks,
    watch: Watch,
    boris: Person,
    amina: Person,
    do_waiting_jobs: Callable[[], int],
) -> None:
    watch.expected.append("status of 422")
    clerk = open_as(by=boris)
    clerk.goto(desk(checking))
    clerk.get_by_role("link", name="Write to the applicant").first.click()
    look(clerk)
    clerk.get_by_label("Ready texts").select_option(label="Ask for a photo of the chip page")
    clerk.get_by_role("button", name="Put into the message").click()
    expect(clerk.get_by_label("Your message")).to_have_value(re.compile("Hello Amina"))
    look(clerk)
    clerk.get_by_role("button", name="Send message").click()
    expect(main(clerk)).to_contain_text("Not read yet")
    do_waiting_jobs()

    hers = open_as(by=amina, width=PHONE)
    hers.goto("/en/my/")
    look(hers)
    hers.locator(".step", has_text="Read a message about your Dog licence").get_by_role("link").click()
    expect(hers.locator(".message")).to_contain_text("please send us a photo")
    look(hers)
    hers.get_by_role("button", name="Send message").click()
    look(hers)  # nothing written
    hers.get_by_label("Write to the team").fill("Here it is, thank you.")
    hers.get_by_role("button", name="Send message").click()
    expect(main(hers)).to_contain_text("We have your message.")

    clerk.goto(desk(checking))
    expect(clerk.locator(".message").first).to_contain_text("Read on")
    expect(clerk.locator(".message").last).to_contain_text("New")
    look(clerk)
    clerk.reload()
    expect(clerk.locator(".message").last).not_to_contain_text("New")

    asked: list[str] = []
    clerk.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    clerk.get_by_label("New note").press_sequentially("Half a note")
    clerk.get_by_role("link", name="Link a case").click(no_wait_after=True)
    expect(clerk.get_by_label("New note")).to_have_value("Half a note")
    clerk.get_by_role("button", name="Keep note").click()
    expect(main(clerk)).to_contain_text("Your note is kept.")
    assert asked == ["beforeunload"]


def test_the_pages_from_hand_to_hand_fit_a_phone_in_arabic_and_take_the_keyboard(
    checking: Case, open_as: OpenPage, look: Looks, boris: Person, omar: Person
) -> None:
    for language, width in (("ar", PHONE), ("en", 1280)):
        holder = open_as(by=boris, language=language, width=width)
        holder.goto(desk(checking, "handover/", language))
        look(holder)
        page = open_as(by=omar, language=language, width=width)
        for more in ("", "moves/ask/", "message/", "takeover/", "links/"):
            page.goto(desk(checking, more, language))
            look(page)
    page.goto(desk(checking))
    reached = walk_keyboard(page)
    assert "Keep note" in " ".join(reached)
