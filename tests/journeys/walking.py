"""Steps that several journeys take: signing in by hand, filling in what a page asks, reading what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.cast import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.journeys.conftest import Looks


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Fill in the sign-in page that is open, and go on."""
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(password)
    page.locator("form:has(#id_password) button[type=submit]").last.click()


def fill(page: Page, **answers: Any) -> None:
    """Fill in the inputs of a page by name: text, True for a ticked box, ``name="=value"`` for a choice."""
    for name, value in answers.items():
        at = name.replace("__", "-")
        if value is True:
            page.locator(f"[name={at}]").first.check()
        elif isinstance(value, str) and value.startswith("="):
            page.locator(f'[name={at}][value="{value[1:]}"]').check()
        elif isinstance(value, dict):
            page.locator(f"[name={at}]").set_input_files(value)  # type: ignore[arg-type]
        else:
            page.locator(f"[name={at}]").fill(str(value))


def go_on(page: Page) -> None:
    """Press the button of the page's own form: not one that adds or takes out a row, nor the hidden one that Enter presses."""
    page.locator(
        "main form[method=post] button[type=submit]:not([name=_act]):not([aria-hidden])"
    ).first.click()


def answer(page: Page, look: Looks, **answers: Any) -> None:
    """Look at the page, fill it in, and go on."""
    look(page)
    fill(page, **answers)
    go_on(page)


def heading(page: Page) -> str:
    """What the page is about."""
    return page.locator("h1").inner_text().strip()


def main(page: Page) -> Locator:
    """The main part of the page."""
    return page.locator("main")


def focused(page: Page) -> dict[str, str]:
    """The element that has the focus: its id, its classes, its tag."""
    found: dict[str, str] = page.evaluate(
        "() => { const e = document.activeElement; return {id: e.id, classes: e.className, tag: e.tagName}; }"
    )
    return found
