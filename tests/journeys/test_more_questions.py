"""Times, names, numbers, plates, addresses and long lists in a browser: by the keyboard, without a script, on a phone, in Arabic."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from django.conf import settings
from playwright.sync_api import expect

from civium.foundation.identity.models import Person
from civium.journeys.catalogue.actions.publish_service import publish_folder
from tests.browser import PHONE, SCREENS, Watch, axe, fits, walk_keyboard
from tests.cast import NOW

if TYPE_CHECKING:
    from playwright.sync_api import Page

OpenPage = Callable[..., "Page"]
FORM = """
- page: school
  ask: [{name: school, type: from-list, list: schools}]
- page: person
  ask:
    - {name: owner, type: person-name, autocomplete: true}
    - {name: child, type: person-name, parts: given-family}
    - {name: id_number, type: national-number, country: ES}
- page: things
  ask:
    - {name: car, type: plate, countries: [ES, FR]}
    - {name: account, type: iban}
    - {name: company, type: organisation-number, country: FR, kinds: [siren]}
    - {name: opens, type: time, earliest: 08:00, latest: 22:00, step: 15}
    - {name: mobile, type: phone, country: any}
- page: home
  ask: [{name: home, type: address, country: any, own: true}]
"""
WORDS = {
    "school": {"label": "Which school does your child go to?", "hint": "Enter a part of its name.", "short": "School"},
    "owner": {"label": "What is your full name?", "short": "Your name"},
    "child": {"label": "What is your child's name?", "short": "Child's name"},
    "id_number": {"label": "Your identity number", "hint": "DNI or NIE. For example, 12345678Z."},
    "car": {"label": "Number plate", "hint": "For example, 1234 BCD."},
    "account": {"label": "Account number (IBAN)", "short": "IBAN"},
    "company": {"label": "Company number (SIREN)", "short": "Company number"},
    "opens": {"label": "When do you open?", "hint": "For example, 9:30.", "short": "Opening time"},
    "mobile": {"label": "Phone number", "hint": "With the country code, like +34 911 23 45 67."},
    "home": {"label": "Where do you live?", "short": "Home"},
}  # fmt: skip
ARABIC = {"school": {"label": "ما هي مدرسة طفلك؟", "hint": "اكتب جزءًا من الاسم.", "short": "المدرسة"}}
TOWNS = [
    "Quay",
    "Harbour",
    "Hill",
    "Valley",
    "Bridge",
    "Castle",
    "Market",
    "Tower",
    "Garden",
    "Meadow",
    "River",
    "Forest",
]
SCHOOLS = (
    "code,en,es,ar\n"
    + "".join(
        f"s{at},{town} School {at},Escuela {town} {at},مدرسة {at}\n" for at, town in enumerate(TOWNS * 300, 1)
    )
    + "p1,Peñalara Academy,Academia Peñalara,أكاديمية بينيالارا\n"
)


@pytest.fixture
def service(tmp_path: Path, db: None) -> str:
    """A service that asks for all of it, of 3,600 schools among others."""
    folder = tmp_path / "dog-licence"
    shutil.copytree(Path(settings.CIVIUM_SERVICES) / "dog-licence", folder)
    document = yaml.safe_load(
        (folder / "service.yaml").read_text(encoding="utf-8").replace("yes-no", '"yes-no"')
    )
    for part in ("prefill", "fee", "about"):
        document.pop(part, None)
    document["form"] = yaml.load(FORM, Loader=yaml.BaseLoader)  # texts as they stand
    document["notices"].pop("paid", None)
    _write(folder / "service.yaml", document)
    pages = {name: {"title": title} for name, title in (("person", "About you"), ("things", "Details"))}
    for language in ("en", "es", "ar"):
        texts = yaml.safe_load((folder / f"texts.{language}.yaml").read_text(encoding="utf-8"))
        words = {**WORDS, **(ARABIC if language == "ar" else {})}
        texts |= {"pages": pages, "questions": words, "fee": {}}
        texts["notices"].pop("payment-received", None)
        for output in texts["outputs"].values():
            output["body"] = "For ((owner))"
        _write(folder / f"texts.{language}.yaml", texts)
    (folder / "tests.yaml").write_text("[]\n", encoding="utf-8")
    (folder / "lists").mkdir()
    (folder / "lists/schools.csv").write_text(SCHOOLS, encoding="utf-8")
    publish_folder(folder, by=None, at=NOW)
    return "dog-licence"


def _write(path: Path, value: object) -> None:
    path.write_text(yaml.safe_dump(value, allow_unicode=True, sort_keys=False), encoding="utf-8")


@pytest.fixture(autouse=True)
def _mistakes_are_made_on_purpose(watch: Watch) -> None:
    watch.expected.append("422")


def begin(page: Page, service: str, language: str = "en") -> None:
    page.goto(f"/{language}/apply/{service}/")
    page.locator("main form button").first.click()


def go_on(page: Page) -> None:
    page.locator("main form .button-row button").first.click()


def picture(page: Page, name: str) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"more-questions-{name}.png", full_page=True)


ANSWERS = {
    "owner": "Ng",
    "child-given": "太郎",
    "child-family": "山田",
    "id_number": "12.345.678-z",
    "car": "ab123cd",
    "account": "es91 2100 0418 4502 0005 1332",
    "company": "552008443",
    "opens": "9.30",
    "mobile": "+221 33 839 00 00",
    "home-line_1": "500 5th Ave",
    "home-town": "New York",
}


def fill(page: Page, *names: str) -> None:
    for name in names:
        page.locator(f"[name='{name}']").fill(ANSWERS[name])


def test_every_question_is_answered_on_a_desk(new_page: OpenPage, service: str, amina: Person) -> None:
    page = new_page(by=amina)
    begin(page, service)
    box = page.get_by_role("combobox", name="Which school does your child go to?")
    box.fill("quay scho")
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options.first).to_be_visible()
    expect(page.get_by_text("Results: 15")).to_be_attached()
    picture(page, "suggestions")
    axe(page)
    box.fill("penalra")
    expect(options).to_have_text(["Peñalara Academy"])
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    box.press("ArrowDown")
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("Peñalara Academy")
    assert page.locator("input[type=hidden][name=school]").input_value() == "p1"
    walk_keyboard(page)
    go_on(page)

    axe(page)
    picture(page, "person")
    fill(page, "owner", "child-given", "child-family", "id_number")
    go_on(page)
    axe(page)
    fill(page, "car", "account", "company", "opens", "mobile")
    picture(page, "things")
    go_on(page)
    fill(page, "home-line_1", "home-town")
    page.locator("[name='home-country']").select_option("US")
    picture(page, "address-any")
    go_on(page)
    page.get_by_label("ZIP code").fill("10110")
    page.get_by_label("State").fill("NY")
    axe(page)
    picture(page, "address-us")
    page.locator("main form .button-row button").first.click()
    summary = page.locator("main").inner_text()
    for shown in (
        "Peñalara Academy", "Ng", "山田太郎", "12345678Z", "AB-123-CD", "ES91 2100 0418 4502 0005 1332", "552 008 443",
        "9:30", "+221 33 839 00 00", "New York, NY 10110", "United States",
    ):  # fmt: skip
        assert shown in summary, shown
    picture(page, "summary")


def test_a_school_is_searched_and_chosen_without_a_script(
    new_page: OpenPage, service: str, amina: Person
) -> None:
    page = new_page(by=amina, javascript=False, width=PHONE)
    begin(page, service)
    fits(page)
    page.get_by_label("Which school").fill("penalra")
    page.get_by_role("button", name="Search the list").click()
    picture(page, "without-script")
    fits(page)
    assert page.locator(".govuk-error-summary").count() == 0
    page.get_by_role("radio", name="Peñalara Academy").check()
    go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("About you")
    page.goto(page.url.replace("/person/", "/school/"))
    assert page.get_by_role("radio", name="Peñalara Academy").is_checked()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_can_be_read_on_a_phone(
    new_page: OpenPage, service: str, amina: Person, language: str
) -> None:
    page = new_page(by=amina, language=language, width=PHONE)
    begin(page, service, language)
    box = page.get_by_role("combobox")
    box.fill("زززز" if language == "ar" else "scool")
    go_on(page)
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    axe(page)
    fits(page)
    picture(page, f"not-found-{language}")
    box.fill("مدرسة 77" if language == "ar" else "castle")
    option = page.get_by_role("listbox").get_by_role("option").first
    expect(option).to_be_visible()
    axe(page)
    fits(page)
    picture(page, f"phone-{language}")
    option.click()
    go_on(page)
    for number in range(3):
        axe(page)
        fits(page)
        go_on(page)
        axe(page)
        fits(page)
        picture(page, f"errors-{number}-{language}")
        fill(page, *(name for name in ANSWERS if page.locator(f"[name='{name}']").count()))
        if number < 2:
            go_on(page)
