"""The catalogue's pages as people meet them: on a phone and on a desk, in both directions, with nothing in the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from civium.journeys.catalogue.actions.publish_service import publish_folder
from tests.browser import DESKTOP, PHONE, axe, fits

from .pages import load, many, write_list
from .test_eligibility import CHECK
from .test_stops import SERVICE, with_a_stop

PAGES = (
    "services/",
    "services/dog-licence/",
    "services/building-permit/",
    "services/heating-allowance/",
    "topics/home/",
    "life-events/moving-in/",
    "for/businesses/",
    "most-used/",
    "agencies/",
    "agencies/planning/",
    "search/?q=heatng",
    "search/?q=zzqx",
)


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_every_page_can_be_read_by_everybody(
    site: Any, demo_services: dict[str, int], new_page: Callable[..., Any], language: str, width: int
) -> None:
    page = new_page(language=language, width=width)
    for address in PAGES:
        page.goto(f"/{language}/{address}")
        axe(page)
        fits(page)


def test_a_service_is_found_and_begun_without_script(
    site: Any, demo_services: dict[str, int], new_page: Callable[..., Any]
) -> None:
    page = new_page(javascript=False)
    page.goto("/en/search/")
    page.get_by_role("searchbox").fill("puppy")
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name="Dog licence").click()
    page.get_by_role("link", name="Start now").first.click()
    assert "/en/apply/dog-licence/" in page.url or "next=/en/apply/dog-licence/" in page.url


@pytest.fixture
def big_town(demo_services: dict[str, int], tmp_path: Path, now: dt.datetime) -> None:
    """A town with a list of its own, some words of which do not end, and a check before the dog licence."""
    endless = (
        "x",
        "Donaudampfschifffahrtsgesellschaft" * 5,
        "w" * 290,
        "Office " * 20,
        "A",
        "- " + "y" * 200,
        "https://" + "long." * 30 + "example.org/" + "z" * 300,
    )
    load(*write_list(tmp_path, endless, *many(120)), at=now)
    folder = with_a_stop(tmp_path)
    with (folder / SERVICE).open("a", encoding="utf-8") as file:
        file.write(CHECK)
    publish_folder(folder, by=None, at=now)


@pytest.mark.parametrize(("language", "width"), [("en", PHONE), ("ar", PHONE), ("es", DESKTOP)])
def test_long_lists_and_checks_can_be_read_by_everybody(
    site: Any, big_town: None, new_page: Callable[..., Any], language: str, width: int
) -> None:
    page = new_page(language=language, width=width)
    for address in (
        "services/",
        "services/?after=demo-20",
        "services/a-z/E/",
        "services/demo-x/",
        "agencies/",
        "services/dog-licence/check/",
    ):
        page.goto(f"/{language}/{address}")
        axe(page)
        fits(page)


def test_a_check_is_answered_by_keyboard_and_without_script(
    site: Any, big_town: None, new_page: Callable[..., Any]
) -> None:
    page = new_page(javascript=False, width=PHONE)
    page.goto("/en/services/dog-licence/")
    page.get_by_role("link", name="Is this for me?").press("Enter")
    page.get_by_role("radio", name="No").press("Space")
    page.get_by_label("What is your dog's chip number?").fill("941000012345678")
    page.get_by_label("What is your dog's chip number?").press("Enter")
    assert page.get_by_role("heading", level=1).inner_text().startswith("Your dog needs a chip")
    assert page.get_by_role("link", name="Heating allowance").is_visible()
    page.get_by_role("link", name="Change your answer").press("Enter")
    assert page.get_by_role("radio", name="No").is_checked()
    page.get_by_role("radio", name="Yes").press("Space")
    page.get_by_role("button", name="Continue").press("Enter")
    assert page.get_by_role("heading", level=1).inner_text().startswith("You can apply")
    page.go_back()
    assert page.get_by_role("radio", name="Yes").is_visible()
    page.go_forward()
    fits(page)
    page.get_by_role("link", name="Start now").press("Enter")
    assert "carry" in page.url
