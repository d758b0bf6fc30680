"""The browser that tests use, and what it notices by itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import PHONE, OpenPage, Watch, axe, fits, walk_keyboard

if TYPE_CHECKING:
    from playwright.sync_api import Page


def show(page: Page, body: str) -> None:
    page.goto("/en/")
    page.set_content(f'<html lang="en"><head><title>A page</title></head><body>{body}</body></html>')


def test_a_barrier_is_told_in_words(browser_page: Page) -> None:
    show(browser_page, '<main><h1>Hello</h1><img src="data:,"></main>')
    with pytest.raises(pytest.fail.Exception, match="image-alt"):
        axe(browser_page)


def test_a_page_that_is_too_wide_is_noticed(new_page: OpenPage) -> None:
    page = new_page(width=PHONE)
    show(page, "<main><h1>Hello</h1><div class='wide'>x</div></main>")
    fits(page)
    page.evaluate("document.querySelector('.wide').style.width = '600px'")
    with pytest.raises(AssertionError, match="wider than the screen"):
        fits(page)


def test_focus_that_cannot_be_seen_is_noticed(browser_page: Page) -> None:
    show(browser_page, "<main><h1>Hello</h1><a href='#a'>one</a><a href='#b'>two</a></main>")
    assert walk_keyboard(browser_page) == ["one", "two"]
    browser_page.evaluate("document.querySelectorAll('a')[1].style.outline = 'none'")
    with pytest.raises(AssertionError, match="nothing shows that this has the focus"):
        walk_keyboard(browser_page)


def test_an_inline_script_is_blocked_and_noticed(browser_page: Page, watch: Watch) -> None:
    browser_page.goto("/en/")
    browser_page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: '1'}))"
    )
    assert any("Content Security Policy" in told for told in watch.troubles)
    watch.expected.append("Content Security Policy")


def test_a_request_to_a_stranger_is_stopped_and_noticed(browser_page: Page, watch: Watch) -> None:
    browser_page.goto("/en/")
    browser_page.evaluate("fetch('http://stranger.example/').catch(() => null)")
    assert watch.troubles
    watch.expected.append("stranger.example")


def test_the_page_is_as_somebody(new_page: OpenPage, amina: Any) -> None:
    page = new_page(by=amina)
    page.goto("/en/my/")
    assert page.url.endswith("/en/my/")


def test_what_needs_a_loop_of_its_own_can_run_beside_the_browser(browser_page: Page) -> None:
    browser_page.goto("/en/")
    assert asyncio.run(asyncio.sleep(0, "done")) == "done"
    assert browser_page.title()


def test_a_page_that_is_opened_after_that_is_watched_too(new_page: OpenPage, watch: Watch) -> None:
    assert asyncio.run(asyncio.sleep(0, "done")) == "done"
    page = new_page()
    page.goto("/en/")
    with page.expect_console_message():
        page.evaluate("console.error('a trouble')")
    assert any("a trouble" in told for told in watch.troubles)
    watch.expected.append("a trouble")
