"""The style guide in a real browser: every component, both directions, both schemes, phone and desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from civium.foundation.design.tests.markup import said
from tests.browser import DESKTOP, PHONE, OpenPage, Watch, axe, fits, walk_keyboard

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.mark.parametrize("part", ["", "?part=desk"])
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_style_guide_has_no_barriers(
    new_page: OpenPage, part: str, language: str, scheme: Any, width: int
) -> None:
    page = new_page(language=language, width=width)
    page.emulate_media(color_scheme=scheme)
    page.goto(f"/{language}/design/{part}")
    axe(page)
    fits(page)


def test_the_keyboard_reaches_everything_and_shows_where_it_is(new_page: OpenPage) -> None:
    page = new_page()
    page.goto("/en/design/")
    reached = walk_keyboard(page)
    assert reached[0] == "Skip to the main part of the page"
    assert "Save for later" in reached


def test_a_form_goes_out_once_however_often_it_is_pressed(new_page: OpenPage) -> None:
    page = new_page()
    page.goto("/en/design/")
    sent = page.evaluate(
        """() => {
            const form = document.querySelector('form[data-once]');
            const press = () => form.dispatchEvent(new Event('submit', {bubbles: true, cancelable: true}));
            return [press(), press(), press()];
        }"""
    )
    assert sent == [True, False, False]


def test_without_a_connection_a_form_stays_and_says_so(new_page: OpenPage, watch: Watch) -> None:
    watch.expected.append("ERR_INTERNET_DISCONNECTED")
    page = new_page(width=PHONE)
    page.goto("/en/design/")
    # Whole before it is cut off: the pictures and parts that are still coming are not what is asked about here.
    page.wait_for_load_state("networkidle")
    form = page.locator("form[data-once]").first
    page.context.set_offline(True)
    form.evaluate("form => form.requestSubmit()")
    expect(page.get_by_role("alert").filter(has_text="no internet connection")).to_be_visible()
    assert form.get_attribute("data-sent") is None
    page.context.set_offline(False)
    expect(page.get_by_role("alert").filter(has_text="no internet connection")).to_be_hidden()


def test_a_password_can_be_shown(new_page: OpenPage) -> None:
    page = new_page()
    page.goto("/en/design/")
    page.wait_for_selector("button[aria-controls=g-secret]:not([hidden])")
    page.click("button[aria-controls=g-secret]")
    assert page.get_attribute("#g-secret", "type") == "text"


def test_rows_at_the_desk_are_walked_with_two_keys_until_they_are_switched_off(new_page: OpenPage) -> None:
    page = new_page()
    page.goto("/en/design/?part=desk")
    focused = "() => document.activeElement.innerText"
    page.keyboard.press("j")
    assert page.evaluate(focused) == "7K4M-92QX"
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate(focused) == "7K4M-92QX"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(focused) == "7K4M-92QX"
    page.keyboard.press("?")
    page.click("[data-shortcuts]")
    page.keyboard.press("j")
    assert page.evaluate(focused) != "9PWD-31TZ"


# What was chosen and how long it is are the reader's own; all else must be as the server draws it.
GROUPS = """() => [...document.querySelectorAll('form > .govuk-form-group')].map(group => {
    const copy = group.cloneNode(true);
    copy.querySelectorAll('[checked]').forEach(box => box.removeAttribute('checked'));
    copy.querySelectorAll('[class*=status]').forEach(count => count.remove());
    return copy.outerHTML;
})"""


def leave_each_field(page: Page, value: str, size: str) -> None:
    """Type something else in every field and go on."""
    for name in ("dog", "born-day", "story"):
        page.fill(f"#{name}", value)
        page.press(f"#{name}", "Tab")
    page.check(f"#size{size}")


def test_a_field_checked_as_it_is_left_looks_as_the_server_would_draw_it(new_page: OpenPage) -> None:
    """Wrong, then right again: each time the patched page equals a fresh one, element by element."""
    page, fresh = new_page(), new_page()
    page.goto("/en/form/")
    page.check("#size-2")  # so that the first choice is a change
    leave_each_field(page, "wrong", "")
    page.wait_for_function(
        "() => document.querySelectorAll('#story-error, #dog-error, #born-error, #size-error').length === 4"
    )
    fresh.goto("/en/form/?wrong", wait_until="networkidle")
    assert [said(group) for group in page.evaluate(GROUPS)] == [
        said(group) for group in fresh.evaluate(GROUPS)
    ]
    leave_each_field(page, "right", "-2")
    page.wait_for_function("() => !document.querySelector('.govuk-error-message[id]')")
    fresh.goto("/en/form/", wait_until="networkidle")
    assert [said(group) for group in page.evaluate(GROUPS)] == [
        said(group) for group in fresh.evaluate(GROUPS)
    ]
