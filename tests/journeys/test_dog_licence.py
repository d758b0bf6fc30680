"""A dog licence: from the front page to a certificate that anybody can check."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from civium.engines.cases.models import Case
from civium.engines.payments.models import Payment
from civium.foundation.files.actions.seal_pdf import check_seal
from civium.foundation.identity.models import Person
from civium.journeys.applications.models import Application, Certificate
from tests.applying import case_of, pdf
from tests.browser import PHONE, Watch
from tests.journeys.conftest import Looks
from tests.journeys.walking import answer, fill, focused, go_on, heading, main, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

OpenPage = Callable[..., "Page"]
HOME = {
    "owner_name": "Amina Haddad",
    "owner_address__line_1": "Quay Street 12",
    "owner_address__town": "Port Lumen",
    "owner_address__postcode": "08039",
}
BORN = {"dog_born__day": "29", "dog_born__month": "2", "dog_born__year": "2024"}
DOG = {"dog_name": "Luna", "breed": "Terrier mix", **BORN}


def test_a_licence_is_found_paid_granted_downloaded_and_checked(
    town: object,
    open_as: OpenPage,
    look: Looks,
    watch: Watch,
    do_waiting_jobs: Callable[[], int],
    amina: Person,
    boris: Person,
    omar: Person,
) -> None:
    # A page with a mistake on it is answered with 422, which Chromium puts into its console.
    watch.expected.append("status of 422")
    page = open_as()
    apply_from_the_front_page(page, look, amina)
    page.get_by_role("button", name="Continue to payment").click()
    pay(page, look, do_waiting_jobs)
    page.get_by_role("link", name="Follow your application").click()
    look(page)
    expect(main(page)).to_contain_text("Received")

    reference = work_on_it(open_as(by=boris), open_as(by=omar), look)
    do_waiting_jobs()

    page.goto("/en/my/")
    look(page)
    page.locator("article.case a").click()
    look(page)
    expect(main(page)).to_contain_text("Licence granted")
    with page.expect_download() as download:
        page.locator("#documents ~ ul a, section[aria-labelledby=documents] a").first.click()
    data = Path(download.value.path()).read_bytes()
    assert download.value.suggested_filename == f"dog-licence-certificate-{reference}.pdf"
    assert check_seal(data).is_good

    check_the_code(open_as(), look, Certificate.objects.get().code)


def apply_from_the_front_page(page: Page, look: Looks, amina: Person) -> None:
    """Search, sign in, answer with a mistake or two, change one's mind, check."""
    page.goto("/en/")
    look(page)
    page.get_by_role("combobox", name="Find a service or help").fill("pupy")
    page.get_by_role("combobox", name="Find a service or help").press("Enter")
    look(page)
    page.locator("main").get_by_role("link", name="Dog licence").first.click()
    look(page)
    page.get_by_role("link", name="Start now").first.click()
    look(page)
    sign_in(page, amina.email)
    look(page)
    page.get_by_role("button", name="Start now").click()

    answer(page, look, **HOME)
    answer(page, look, **DOG)
    make_a_mistake_with_the_chip(page, look)
    answer(page, look, neutered="=yes", assistance="=no")
    answer(page, look, truth=True)

    look(page)
    assert heading(page) == "Check your answers before you send"
    expect(main(page)).to_contain_text("€15.00")
    page.get_by_role("link", name=re.compile("Change dog.s name", re.I)).click()
    expect(page.locator("#dog_name")).to_have_value("Luna")
    fill(page, dog_name="Luna Bella")
    go_on(page)
    expect(main(page)).to_contain_text("Luna Bella")


def make_a_mistake_with_the_chip(page: Page, look: Looks) -> None:
    """Wrong, as one leaves the field and when it is sent; then right."""
    look(page)
    page.locator("#chip_number").fill("12345")
    page.locator("#chip_number").press("Tab")
    said = "The chip number must have exactly 15 digits"
    expect(page.locator("#chip_number-error")).to_contain_text(said)
    assert "/pages/chip/" in page.url
    go_on(page)
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_contain_text(said)
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert page.title().startswith("Error: ")
    look(page)
    summary.get_by_role("link", name=said).click()
    assert focused(page)["id"] == "chip_number"
    page.locator("#chip_number").fill("941000012345678")
    page.locator("#chip_number").press("Tab")
    expect(page.locator("#chip_number-error")).to_have_count(0)
    go_on(page)


def pay(page: Page, look: Looks, do_waiting_jobs: Callable[[], int]) -> None:
    """Pay on the provider's page; nothing is paid before its call arrives; then the application is sent once."""
    look(page)
    page.get_by_role("button", name="Pay €15.00").click()
    look(page)
    page.get_by_role("button", name="Pay", exact=True).click()
    look(page)
    expect(page.locator("[data-refresh]")).to_be_visible()
    assert not Case.objects.exists()
    do_waiting_jobs()
    # The page has been looking for it every few seconds.
    expect(page.get_by_role("heading", name="Application sent")).to_be_visible(timeout=20_000)
    look(page)
    page.go_back()  # to the provider, who has its answer already
    look(page)
    assert heading(page) == "You have already chosen"
    page.locator("main a, main button").first.click()
    assert heading(page) == "Application sent"
    assert (Application.objects.count(), Payment.objects.count(), Case.objects.count()) == (1, 1, 1)
    expect(main(page)).to_contain_text(Case.objects.get().shown_reference)


def work_on_it(clerk: Page, officer: Page, look: Looks) -> str:
    """The clerk takes the case and starts checking; the officer grants it. Gives the reference."""
    clerk.goto("/en/desk/")
    look(clerk)
    clerk.locator("tbody tr a").first.click()
    look(clerk)
    clerk.get_by_role("button", name="Take this case").click()
    look(clerk)
    clerk.get_by_role("link", name="Start checking").click()
    look(clerk)
    go_on(clerk)
    expect(main(clerk)).to_contain_text("Done: Start checking")

    officer.goto("/en/desk/")
    officer.keyboard.press("j")
    officer.keyboard.press("o")
    officer.wait_for_url(re.compile("/desk/cases/"))
    look(officer)
    officer.get_by_role("link", name="Grant the licence").click()
    look(officer)
    go_on(officer)
    expect(main(officer)).to_contain_text("Done: Grant the licence")
    look(officer)
    return Case.objects.get().shown_reference


def check_the_code(anyone: Page, look: Looks, code: str) -> None:
    """Type the code as it is printed."""
    anyone.goto("/en/certificates/")
    look(anyone)
    anyone.locator("#code").fill(code.lower())
    anyone.get_by_role("button", name="Check").click()
    look(anyone)
    expect(main(anyone)).to_contain_text("The town issued this document and it is valid.")
    expect(main(anyone)).to_contain_text("A.")


def test_the_same_in_arabic_on_a_phone_without_script_and_the_first_card_is_declined(
    town: object,
    open_as: OpenPage,
    look: Looks,
    watch: Watch,
    do_waiting_jobs: Callable[[], int],
    make_person: Callable[..., Person],
) -> None:
    watch.expected.append("status of 422")
    layla = make_person("Layla", language="ar")
    page = open_as(language="ar", width=PHONE, javascript=False)
    page.goto("/ar/services/dog-licence/")
    look(page)
    page.locator("main a[href='/ar/apply/dog-licence/']").first.click()
    look(page)
    sign_in(page, layla.email)
    look(page)
    go_on(page)
    answer(page, look, **{**HOME, "owner_name": "ليلى الخطيب"})
    answer(page, look, **{**DOG, "dog_name": "قمر"})
    answer(page, look, chip_number="12")
    look(page)
    assert page.locator(".govuk-error-summary a").get_attribute("href") == "#chip_number"
    fill(page, chip_number="٩٤١٠٠٠٠١٢٣٤٥٦٧٨")
    go_on(page)
    answer(page, look, neutered="=no", assistance="=no")
    answer(page, look, truth=True)
    look(page)
    expect(main(page)).to_contain_text("قمر")
    go_on(page)

    look(page)
    go_on(page)
    look(page)
    page.locator("button[value=decline]").click()
    do_waiting_jobs()
    page.goto(page.url)
    assert "/pay/" in page.url
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    look(page)
    page.locator("button[value=pay]").click()
    page.locator("button[value=pay]").click()
    look(page)
    do_waiting_jobs()
    page.goto(page.url)
    look(page)
    case = Case.objects.get()
    expect(main(page)).to_contain_text(case.shown_reference)
    assert (case.language, case.about) == ("ar", "قمر")
    page.goto("/ar/my/messages/")
    look(page)
    page.locator("main ul.results a").first.click()
    look(page)


def test_an_assistance_dog_pays_nothing_and_shows_its_certificate(
    town: object, open_as: OpenPage, look: Looks, make_person: Callable[..., Person]
) -> None:
    person = make_person("Inés", language="es")
    page = open_as(by=person, language="es", width=PHONE)
    page.goto("/es/apply/dog-licence/")
    go_on(page)
    answer(page, look, **HOME)
    answer(page, look, **DOG)
    answer(page, look, chip_number="941000012345678")
    answer(page, look, neutered="=yes", assistance="=yes")
    answer(
        page,
        look,
        certificate={"name": "escuela.pdf", "mimeType": "application/pdf", "buffer": pdf("Escuela")},
    )
    answer(page, look, truth=True)
    look(page)
    expect(main(page)).to_contain_text("escuela.pdf")
    go_on(page)
    look(page)
    application = Application.objects.get()
    assert application.state == "sent"
    expect(main(page)).to_contain_text(case_of(application).shown_reference)
    assert not Payment.objects.exists()
