"""A real browser on the real site: fixtures and questions that journeys ask of every page.

``new_page`` opens a page as somebody, in a language and a width; whatever goes wrong on it without being asked for (an
error in the console, a breach of the content security policy, a request to somebody else's server) fails the test. A test
that uses it is marked ``browser``.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from setup import ASSETS, BUILD
from setup.machine import find_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

SCREENS = BUILD / "screens"
AXE = ASSETS / "node_modules" / "axe-core" / "axe.min.js"
PHONE, DESKTOP = 320, 1280
_CHROMIUM_FLAGS = (
    "--disable-quic",
    "--disable-background-networking",
    "--disable-gpu",
    "--no-first-run",
    "--force-color-profile=srgb",
    # As root there is no sandbox to be had.
    *(("--no-sandbox",) if os.geteuid() == 0 else ()),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What opens a browser is marked so."""
    for item in items:
        if {"chromium", "new_page", "browser_page"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Let fixtures see whether their test failed."""
    report = yield
    setattr(item, f"report_{report.when}", report)
    return report


@dataclass
class Site:
    """The site, answering on a port of its own, on the test's database."""

    url: str

    def __truediv__(self, path: str) -> str:
        return self.url + path


@pytest.fixture
def site(transactional_db: None, settings: Any) -> Iterator[Site]:
    """The whole site as it is served, static files included, in a thread of the test."""
    from django.db import connections
    from django.test.testcases import LiveServerThread

    from config.wsgi import application

    thread = LiveServerThread("localhost", static_handler=lambda django_alone: application)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    settings.CIVIUM_ORIGIN = f"http://localhost:{thread.port}"
    yield Site(settings.CIVIUM_ORIGIN)
    thread.terminate()
    connections.close_all()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole session."""
    from playwright.sync_api import sync_playwright

    program = find_chromium()
    if program is None:
        pytest.fail(
            "There is no Chromium on this machine, so no journey can be walked. Debian, Ubuntu: "
            "sudo apt-get install chromium-headless-shell. Or set CIVIUM_CHROMIUM to a browser of that family.",
            pytrace=False,
        )
    with _loop_beside_tests(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(program), args=list(_CHROMIUM_FLAGS))
        yield browser
        browser.close()


@contextmanager
def _loop_beside_tests() -> Iterator[None]:
    """Let tests do what a running event loop forbids, while Playwright's runs in a greenlet of their thread.

    Django may use its database there, for one thread only does; and ``asyncio.run``, which seals PDFs, runs its own loop
    while Playwright's is set aside. Playwright itself keeps its loop: what it schedules from here would be lost without.
    """
    run = asyncio.run

    def run_apart(main: Any, **options: Any) -> Any:
        aside = asyncio._get_running_loop()
        asyncio._set_running_loop(None)
        try:
            return run(main, **options)
        finally:
            asyncio._set_running_loop(aside)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        patch.setattr(asyncio, "run", run_apart)
        yield


@dataclass
class Watch:
    """What went wrong on a page without anybody asking. ``expected`` are patterns that a test provokes on purpose."""

    troubles: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def note(self, trouble: str) -> None:
        self.troubles.append(trouble)

    @property
    def surprises(self) -> list[str]:
        return [
            told for told in self.troubles if not any(re.search(pattern, told) for pattern in self.expected)
        ]


@pytest.fixture
def watch() -> Watch:
    """Add to ``watch.expected`` what a test provokes, for example a 404 that the console reports."""
    return Watch()


OpenPage = Callable[..., "Page"]


@pytest.fixture
def new_page(
    chromium: Browser, site: Site, watch: Watch, request: pytest.FixtureRequest
) -> Iterator[OpenPage]:
    """Open a page: ``new_page(by=amina, language="ar", width=PHONE, javascript=False)``; paths start with ``/``."""
    contexts: list[BrowserContext] = []

    def open_page(
        *,
        by: Any = None,
        language: str = "en",
        width: int = DESKTOP,
        height: int = 900,
        javascript: bool = True,
    ) -> Page:
        context = chromium.new_context(
            base_url=site.url,
            locale=language,
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        contexts.append(context)
        if by is not None:
            context.add_cookies([session_cookie(by, site)])
        page = context.new_page()
        page.set_default_timeout(10_000)
        _keep_watch(page, site, watch)
        return page

    yield open_page

    failed = getattr(getattr(request.node, "report_call", None), "failed", False)
    if failed or watch.surprises:
        _keep_pictures(contexts, request.node.nodeid)
    for context in contexts:
        context.close()
    if watch.surprises and not failed:
        pytest.fail("On the way, unasked:\n  " + "\n  ".join(watch.surprises), pytrace=False)


@pytest.fixture
def browser_page(new_page: OpenPage) -> Page:
    """A visitor's page in English on a desk."""
    return new_page()


@pytest.fixture
def do_waiting_jobs(site: Site) -> Callable[[], None]:
    """What the worker would do now: call it between the steps of a journey."""
    from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs

    return run_waiting_jobs


def session_cookie(person: Any, site: Site) -> Any:
    """A cookie that makes its bearer this person, as if they had just signed in."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(person)
    return {"name": settings.SESSION_COOKIE_NAME, "value": client.session.session_key, "url": site.url}


def _keep_watch(page: Page, site: Site, watch: Watch) -> None:
    page.on("pageerror", lambda error: watch.note(f"script error on {page.url}: {error}"))
    page.on(
        "console",
        lambda told: (
            watch.note(f"console on {page.url}: {told.text}") if told.type in {"error", "warning"} else None
        ),
    )

    def keep_at_home(route: Any) -> None:
        if route.request.url.startswith((site.url, "data:", "blob:")):
            route.continue_()
        else:
            watch.note(f"{page.url} asked a stranger: {route.request.url}")
            route.abort()

    page.route("**/*", keep_at_home)


def _keep_pictures(contexts: list[BrowserContext], test: str) -> None:
    """What the pages looked like when the test failed, in ``build/screens``."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^A-Za-z0-9_]+", "-", test.rpartition("/")[2])[:120]
    for number, page in enumerate(page for context in contexts for page in context.pages):
        try:
            page.screenshot(path=SCREENS / f"{name}-{number}.png", full_page=True)
            (SCREENS / f"{name}-{number}.html").write_text(page.content(), encoding="utf-8")
        except Exception as problem:  # the picture is a courtesy: a crashed page must not hide the failure
            print(f"no picture of {page.url}: {problem}")


# --- what every page is asked ----------------------------------------------------------------------------------------


def axe(page: Page, *, within: str | None = None, without: tuple[str, ...] = ()) -> None:
    """Fail with readable findings when axe sees a barrier on the page. ``without``: rules left out, with a reason."""
    if not AXE.is_file():
        pytest.fail("axe-core is not installed: make test installs it (npm ci in assets/).", pytrace=False)
    # A page that is still loading has no styles yet: everything on it would be too small.
    page.wait_for_load_state("load")
    page.evaluate("() => document.fonts.ready.then(() => true)")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate(
        """([within, without]) => axe.run(within || document, {
            resultTypes: ['violations'],
            runOnly: {type: 'tag',
                values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']},
            rules: Object.fromEntries(without.map(rule => [rule, {enabled: false}])),
        })""",
        [within, list(without)],
    )
    if result["violations"]:
        pytest.fail(
            f"axe on {page.url}:\n" + "\n".join(_told(found) for found in result["violations"]), pytrace=False
        )


def _told(violation: dict[str, Any]) -> str:
    lines = [f"  {violation['id']} ({violation['impact']}): {violation['help']}"]
    for node in violation["nodes"][:5]:
        why = re.sub(r"\s+", " ", node.get("failureSummary") or "").removeprefix("Fix any of the following: ")
        lines.append(f"    {' '.join(map(str, node['target']))}  {node['html'][:160]}\n      {why[:300]}")
    return "\n".join(lines)


def fits(page: Page) -> None:
    """Fail when the page can be scrolled sideways, naming what sticks out."""
    page.wait_for_load_state("load")
    culprits = page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width + 1) return [];
            return [...document.querySelectorAll('body *')].filter(element => {
                const box = element.getBoundingClientRect();
                return box.width && (box.right > width + 1 || box.left < -1);
            }).slice(0, 5).map(element => element.outerHTML.slice(0, 120));
        }"""
    )
    assert not culprits, f"{page.url} is wider than the screen:\n  " + "\n  ".join(culprits)


_FOCUSED = """() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    element.dataset.visit = element.dataset.visit || String(window.visits = (window.visits || 0) + 1);
    const style = getComputedStyle(element);
    const label = document.querySelector(`label[for="${element.id}"]`);
    const around = label ? getComputedStyle(label, '::before') : null;
    const shown = css => css && ((css.outlineStyle !== 'none' && parseFloat(css.outlineWidth) > 0)
        || css.boxShadow !== 'none');
    const box = element.getBoundingClientRect();
    return {
        number: Number(element.dataset.visit),
        what: (element.getAttribute('aria-label') || element.innerText || element.value || element.id || element.tagName)
            .trim().slice(0, 60),
        tag: element.tagName.toLowerCase(),
        visible: box.width > 0 && box.height > 0,
        marked: Boolean(shown(style) || shown(around)),
        html: element.outerHTML.slice(0, 120),
    };
}"""


def walk_keyboard(page: Page, *, at_most: int = 250) -> list[str]:
    """Tab through the whole page. Fails where focus cannot be seen or cannot get away; returns what it reached, in order."""
    page.evaluate("() => { document.activeElement && document.activeElement.blur(); window.scrollTo(0, 0); }")
    reached: list[str] = []
    last = 0
    for _ in range(at_most):
        page.keyboard.press("Tab")
        here = page.evaluate(_FOCUSED)
        if here is None or here["number"] < last or (here["number"] == last and here["number"] == 1):
            break  # past the end, or round again
        assert here["number"] != last, f"{page.url}: the keyboard is trapped at {here['html']}"
        assert here["visible"], f"{page.url}: focus is on something that cannot be seen: {here['html']}"
        assert here["marked"], f"{page.url}: nothing shows that this has the focus: {here['html']}"
        last = here["number"]
        reached.append(here["what"])
    else:
        pytest.fail(f"{page.url}: Tab did not come to an end after {at_most} stops")
    return reached


def screenshot(page: Page, name: str) -> Path:
    """A picture for people to look at, in ``build/screens``."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    path = SCREENS / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path
