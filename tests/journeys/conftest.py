"""The town that journeys are walked in: its services, its staff, its seal, and a look at every page and state on the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from civium.foundation.vault.actions.make_seal_key import make_seal_key
from tests.browser import AXE, OpenPage, Site, axe, fits
from tests.keys import copy_keys

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

Look = Callable[["Page"], None]


@pytest.fixture
def town(site: Site, demo_services: dict[str, int], settings: Any, tmp_path: Path) -> Site:
    """The site with its services, and a seal that is valid today."""
    copy_keys(tmp_path, with_seal=False)
    settings.CIVIUM_KEYS = tmp_path
    settings.EMAIL_BACKEND = (
        "civium.engines.notices.mail.QueuedBackend"  # pytest-django puts another in its place
    )
    make_seal_key(at=timezone.now() - dt.timedelta(hours=1))
    return site


@dataclass
class Looks:
    """Looks at pages with axe and for what sticks out sideways. The same state is looked at once in a journey."""

    chromium: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def __call__(self, page: Page) -> None:
        """Look at the page as it is now: its address and its title, which says whether there is an error, tell its state."""
        page.wait_for_load_state()  # with its style
        content = page.content()
        state = f"{page.viewport_size} {page.title()} {page.url}"
        if state in self.seen:
            return
        self.seen.add(state)
        # A page that looks for news by itself would be gone in the middle of it.
        is_on_its_way = "data-refresh" in content
        shown = self._copy_of(page, content) if is_on_its_way or _is_without_script(page) else page
        axe(shown)
        fits(shown)
        if shown is not page:
            shown.close()

    def _copy_of(self, page: Page, content: str) -> Page:
        """The same page where scripts may run, so that axe can, but none of the page's own do."""
        size = page.viewport_size
        context = self.chromium.new_context(viewport=size, reduced_motion="reduce")
        self.contexts.append(context)
        copy = context.new_page()
        copy.route("**/*.js", lambda route: route.abort())
        copy.route(
            page.url, lambda route: route.fulfill(body=content, content_type="text/html; charset=utf-8")
        )
        copy.goto(page.url)
        return copy


def _is_without_script(page: Page) -> bool:
    return bool(getattr(page.context, "is_without_script", False))


@pytest.fixture
def look(chromium: Browser) -> Iterator[Looks]:
    """Look at a page: ``look(page)`` fails where somebody could not use it."""
    assert AXE.is_file(), "make test installs axe-core"
    looks = Looks(chromium)
    yield looks
    for context in looks.contexts:
        context.close()


@pytest.fixture
def open_as(new_page: OpenPage) -> Callable[..., Page]:
    """``new_page``, remembering whether scripts may run."""

    def open_page(**wishes: Any) -> Page:
        page = new_page(**wishes)
        page.context.is_without_script = not wishes.get("javascript", True)  # type: ignore[attr-defined]
        return page

    return open_page
