"""Walking any service in a real browser: fill in whatever a page asks, as its citizen types it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.browser import axe, fits

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from civium.engines.forms.asking import Question
    from civium.journeys.catalogue.offers import Offer


def follow(page: Page, what: Locator) -> None:
    """Click what leads to another page, and wait until that is there with its styles."""
    page.evaluate("document.documentElement.dataset.left = 'yes'")
    what.click()
    page.locator("html:not([data-left])").wait_for(state="attached")
    page.wait_for_load_state("load")


def begin(page: Page, service: str) -> None:
    """From the service's start page to its first question."""
    page.goto(f"/en/services/{service}/")
    axe(page)
    follow(page, page.get_by_role("link", name="Start now").first)
    axe(page)
    follow(page, page.get_by_role("button", name="Start now"))


def answer_pages(
    page: Page, offer: Offer, answers: Mapping[str, Any], *, upload: Path | None = None
) -> list[str]:
    """Answer page after page until there is nothing more to ask; the pages that were seen, each without a barrier."""
    seen: list[str] = []
    while at := re.search(r"/applications/[0-9a-f-]+/pages/([a-z0-9-]+)/", page.url):
        name = at[1]
        assert name not in seen, f"the page {name} comes back: {page.locator('main').inner_text()}"
        seen.append(name)
        axe(page)
        fits(page)
        if offer.form.page(name).stops:
            break
        for ready in offer.form.page(name).asked:
            if answers.get(ready.name) is not None:
                fill_in(page, ready.question, answers[ready.name], upload=upload)
        follow(page, page.get_by_role("button", name="Continue"))
    return seen


def fill_in(page: Page, question: Question, value: Any, *, upload: Path | None = None) -> None:
    """Type or choose one answer, given as a machine would give it."""
    name = question.name
    kinds: dict[str, Callable[[], Any]] = {
        "yes-no": lambda: page.check(f"[name={name}][value={'yes' if value else 'no'}]"),
        "declaration": lambda: page.check(f"[name={name}]"),
        "one-of": lambda: _choose(page, question, value),
        "many-of": lambda: [page.check(f"[name={name}][value='{option}']") for option in value],
        "date": lambda: [
            page.fill(f"[name={name}-{part}]", typed)
            for part, typed in zip(("year", "month", "day"), str(value).split("-"), strict=True)
        ],
        "address": lambda: [page.fill(f"[name={name}-{part}]", typed) for part, typed in value.items()],
        "file": lambda: page.set_input_files(f"[name={name}]", [str(upload)]),
    }
    kinds.get(question.type, lambda: page.fill(f"[name={name}]", str(value)))()


def _choose(page: Page, question: Question, value: str) -> None:
    if page.locator(f"select[name={question.name}]").count():
        page.select_option(f"select[name={question.name}]", value)
    else:
        page.check(f"[name={question.name}][value='{value}']")


def shown_answers(page: Page) -> list[tuple[str, str]]:
    """Every line of the summaries on the page: what was asked, and what was answered."""
    rows = page.locator("main dl.summary .summary__row").all()
    return [(_line(row.locator("dt")), _line(row.locator("dd").first)) for row in rows]


def _line(found: Any) -> str:
    return re.sub(r"\s*\n\s*", "\n", found.inner_text()).strip()


def expected_answers(offer: Offer, answers: Mapping[str, Any], *, today: Any) -> list[tuple[str, str]]:
    """What must stand there, question by question, for these answers."""
    return [
        (str(row.key), "\n".join(row.lines))
        for section in offer.form.summary(answers, language="en", today=today)
        for row in section.rows
    ]
