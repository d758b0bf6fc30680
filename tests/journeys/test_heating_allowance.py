"""A heating allowance: who lives with you, what it adds up to, a question with a file for its answer, and a refusal."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from civium.engines.cases.models import Case
from civium.foundation.identity.models import Person
from tests.applying import pdf
from tests.browser import PHONE, Watch
from tests.journeys.conftest import Looks
from tests.journeys.walking import answer, fill, go_on, main

if TYPE_CHECKING:
    from playwright.sync_api import Page

OpenPage = Callable[..., "Page"]
BILL = {"name": "bill.pdf", "mimeType": "application/pdf", "buffer": pdf("640 euros")}
LETTER = {"name": "wages.pdf", "mimeType": "application/pdf", "buffer": pdf("wages")}
REASON = "Your household has more than the limit, and last winter's bill is paid."


def test_a_household_is_added_up_asked_about_and_refused_with_a_reason(
    town: object,
    open_as: OpenPage,
    look: Looks,
    do_waiting_jobs: Callable[[], int],
    amina: Person,
    make_staff: Callable[[str], dict[str, Person]],
    watch: Watch,
) -> None:
    watch.expected.append("status of 422")  # a question that came up below an option is not answered yet
    staff = make_staff("social-support")
    page = open_as(by=amina, width=PHONE)
    apply(page, look)
    case = Case.objects.get()

    clerk = open_as(by=staff["clerk"])
    ask(clerk, look, case)
    do_waiting_jobs()
    reply(page, look, case)

    refuse(open_as(by=staff["officer"]), look, case)
    do_waiting_jobs()
    page.goto(f"/en/my/cases/{case.reference}/")
    look(page)
    expect(main(page)).to_contain_text(REASON)
    expect(main(page)).to_contain_text(re.compile(r"you can appeal until \d{1,2} \w+ \d{4}"))
    page.goto("/en/my/documents/")
    look(page)
    expect(main(page)).to_contain_text("Our decision on the heating allowance")


def apply(page: Page, look: Looks) -> None:
    """Answer everything; add two people, change one, remove the other."""
    page.goto("/en/apply/heating-allowance/")
    look(page)
    go_on(page)
    answer(
        page,
        look,
        applicant_name="Amina Haddad",
        applicant_born__day="29",
        applicant_born__month="2",
        applicant_born__year="1988",
        home_address__line_1="Quay Street 12",
        home_address__town="Port Lumen",
        home_address__postcode="08039",
    )
    answer(page, look, tenure="=rent", heating="=other")
    # The answer shows a further question on the same page.
    fill(page, tenure="=rent", heating="=other", other_heating="Heat pump")
    go_on(page)
    answer(page, look, winter_cost="640.50", bill=BILL)
    answer(page, look, own_income="1900")

    add_a_person(page, look, "Karim Haddad", income="600")
    add_a_person(page, look, "Salma Haddad", income="0")
    expect(main(page)).to_contain_text("Salma Haddad")
    change_karim(page, look)
    remove_salma(page, look)
    page.locator("[name=_another][value=no]").check()
    go_on(page)

    look(page)
    for shown in ("2", "€2,400.00", "€1,750.00"):
        expect(main(page)).to_contain_text(shown)
    go_on(page)
    answer(page, look, hardship_reasons="=lost-work", hardship="Karim lost his work in October.")
    answer(page, look, account_holder="Amina Haddad", iban="ES91 2100 0418 4502 0005 1332")
    answer(page, look, truth=True)
    look(page)
    expect(main(page)).not_to_contain_text("Salma")
    expect(main(page)).to_contain_text("Karim Haddad")
    go_on(page)
    look(page)
    expect(main(page)).to_contain_text("Application sent")


def add_a_person(page: Page, look: Looks, name: str, *, income: str) -> None:
    look(page)
    page.locator("[name=_another][value=yes]").check()
    go_on(page)
    answer(
        page,
        look,
        member_name=name,
        member_born__day="20",
        member_born__month="1",
        member_born__year="1985",
        member_income=income,
    )


def change_karim(page: Page, look: Looks) -> None:
    """His income, 600 euros, becomes 500."""
    page.get_by_role("link", name=re.compile("Change.*Karim")).click()
    look(page)
    expect(page.locator("#member_name")).to_have_value("Karim Haddad")
    fill(page, member_income="500")
    go_on(page)


def remove_salma(page: Page, look: Looks) -> None:
    """Asked once, then gone."""
    page.get_by_role("link", name=re.compile("Remove.*Salma")).click()
    look(page)
    page.locator("[name=_remove][value=yes]").check()
    go_on(page)
    expect(main(page)).not_to_contain_text("Salma")


def ask(clerk: Page, look: Looks, case: Case) -> None:
    """The clerk starts checking and asks for a paper."""
    clerk.goto(f"/en/desk/cases/{case.reference}/")
    look(clerk)
    clerk.get_by_role("link", name="Start checking").click()
    go_on(clerk)
    clerk.get_by_role("link", name="Ask the applicant").click()
    look(clerk)
    clerk.locator("#question").fill("Please send Karim's last pay slip.")
    go_on(clerk)
    look(clerk)


def reply(page: Page, look: Looks, case: Case) -> None:
    """My page says what waits; the answer has a file."""
    page.goto("/en/my/")
    look(page)
    page.locator(".step a").first.click()
    look(page)
    expect(page.locator("#question")).to_contain_text("Karim's last pay slip")
    page.locator("#answer").fill("Here it is.")
    page.locator("#files").set_input_files(LETTER)  # type: ignore[arg-type]
    page.locator("#question form button[type=submit]").click()
    expect(page.locator("#question")).to_have_count(0)
    expect(main(page)).to_contain_text("wages.pdf")
    look(page)


def refuse(officer: Page, look: Looks, case: Case) -> None:
    """Without a reason the page says so; with one the case is decided."""
    officer.goto(f"/en/desk/cases/{case.reference}/")
    expect(main(officer)).to_contain_text("Here it is.")
    look(officer)
    officer.get_by_role("link", name="Refuse", exact=True).click()
    look(officer)
    officer.locator("#reason").fill(REASON)
    go_on(officer)
    look(officer)
