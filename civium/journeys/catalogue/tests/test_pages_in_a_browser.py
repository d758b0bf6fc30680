"""The catalogue's pages as people meet them: on a phone and on a desk, in both directions, with nothing in the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser import DESKTOP, PHONE, axe, fits

PAGES = (
    "services/",
    "services/dog-licence/",
    "services/building-permit/",
    "services/heating-allowance/",
    "topics/home/",
    "life-events/moving-in/",
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
