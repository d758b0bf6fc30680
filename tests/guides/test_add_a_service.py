"""From nothing to a published service, by copying what the guide says: every command, and what it says comes of it."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from civium.foundation.identity.actions.grant_role import grant_role
from civium.foundation.identity.actions.join import join
from civium.foundation.identity.queries import DEMO_ACCOUNTS, DEMO_PASSWORD, get_agency
from civium.journeys.catalogue.queries import get_offer, look_again
from config.command import main
from config.demo import publish_all
from tests.cast import NOW
from tests.guides.reading import HOW_TO, sections
from tests.real_forms.walking import follow

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

GUIDE = "add-a-service.md"
WORDS = (HOW_TO / GUIDE).read_text(encoding="utf-8")
SERVICE = "beach-wheelchair"
# What belongs to the reader's own terminal and to the town that runs there.
OF_THE_TERMINAL = ("make ", "export ")

pytestmark = pytest.mark.django_db


@pytest.fixture
def terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], str]:
    """A terminal in a folder of its own: what a block of commands says."""
    (tmp_path / "services").mkdir()
    monkeypatch.chdir(tmp_path)

    def type_in(block: str) -> str:
        capsys.readouterr()
        for command in _commands(block):
            if command.startswith("civium "):
                main(shlex.split(command)[1:])
            elif not command.startswith(OF_THE_TERMINAL):
                subprocess.run(["bash", "-c", command], cwd=tmp_path, check=True)
        return capsys.readouterr().out

    return type_in


def _commands(block: str) -> Iterator[str]:
    """The commands of a block, a file to write as one of them."""
    lines = iter(block.splitlines())
    for line in lines:
        if "<<'END'" in line:
            yield "\n".join([line, *iter(lambda: next(lines), "END"), "END"])
        elif line:
            yield line


def all_blocks() -> list[tuple[str, str]]:
    return [block for section in sections(GUIDE).values() for block in section.blocks]


def follow_the_guide(type_in: Callable[[str], str]) -> int:
    """Copy every block in turn; how many times the guide said what would come of it."""
    said, compared = "", 0
    for kind, text in all_blocks():
        if kind == "sh":
            said = type_in(text)
            continue
        compared += 1
        assert said.endswith(text), f"the guide says\n{text}\nand it was\n{said}"
    return compared


def test_what_the_guide_says_comes_of_it_comes(terminal: Callable[[str], str]) -> None:
    assert follow_the_guide(terminal) == 4
    look_again()
    offer = get_offer(SERVICE)
    assert offer.version == 2
    assert offer.texts["en"].questions["beach"].label == "Which beach do you want to visit?"
    assert offer.fee is None


def test_the_service_has_no_word_too_many(terminal: Callable[[str], str]) -> None:
    """The guide says that five pages ask, and names the moment of each notice."""
    follow_the_guide(terminal)
    look_again()
    document = get_offer(SERVICE).document
    assert len(document.form.pages) == 5
    assert set(document.notices) == {"received", *document.steps.ends}


def test_a_half_written_service_keeps_no_town_from_starting(
    terminal: Callable[[str], str], tmp_path: Path, settings: Any
) -> None:
    follow_the_guide(terminal)
    (tmp_path / "services" / "half-written").mkdir()
    (tmp_path / "services" / "half-written" / "service.yaml").write_text("service: half-written\n")
    settings.CIVIUM_SERVICES = tmp_path / "services"
    said: list[str] = []
    publish_all(said.append, at=NOW)
    assert len(said) == 1
    assert said[0].startswith("  half-written is not published; it has problems:")
    assert "'agency' is missing" in said[0]


# --- sections 8 and 9: in a browser --------------------------------------------------------------------------------------


def bold(words: str) -> str:
    """Words to click, as the guide prints them."""
    assert f"**{words}**" in WORDS, f"the guide does not say **{words}**"
    return words


@pytest.fixture
def demo_people(transactional_db: None) -> None:
    """The accounts that the demo town's sign-in page offers."""
    for account in DEMO_ACCOUNTS:
        person = join(account.email, name=account.name, password=DEMO_PASSWORD, language="en", at=NOW)
        for agency in account.agencies:
            grant_role(
                person, role=account.role, agency=get_agency(agency), shown_as=account.name, by=None, at=NOW
            )


def use_account(page: Page, name: str) -> None:
    assert name in WORDS
    account = page.get_by_role("listitem").filter(has_text=name)
    follow(page, account.get_by_role("button", name=bold("Use this account")))


def sign_out(page: Page) -> None:
    page.locator("summary", has_text=bold("Account")).click()
    follow(page, page.get_by_role("button", name=bold("Sign out")).first)


def button(page: Page, words: str) -> Locator:
    return page.get_by_role("button", name=words)


@pytest.mark.browser
@pytest.mark.slow
def test_amina_borrows_a_wheelchair_and_carla_lends_it(
    terminal: Callable[[str], str],
    demo_people: None,
    seal: Path,
    new_page: Callable[..., Any],
    do_waiting_jobs: Callable[[], None],
) -> None:
    follow_the_guide(terminal)
    look_again()
    page = new_page()
    [address] = re.findall(r"<http://localhost:8000(/en/services/[^>]+)>", WORDS)
    page.goto(address)
    follow(page, page.get_by_role("link", name=bold("Start now")).first)
    use_account(page, "Amina Haddad")
    follow(page, button(page, "Start now"))
    assert page.locator("[name=borrower_name]").input_value() == "Amina Haddad"
    follow(page, button(page, "Continue"))
    page.get_by_label("Lighthouse Beach").check()
    for part, typed in {"day": "27", "month": "7", "year": "2149"}.items():
        page.fill(f"[name=visit_on-{part}]", typed)
    follow(page, button(page, "Continue"))
    page.get_by_label("Yes").check()
    follow(page, button(page, "Continue"))
    page.fill("[name=help]", "I can stand for a moment.")
    follow(page, button(page, "Continue"))
    page.check("[name=promise]")
    follow(page, button(page, "Continue"))
    follow(page, button(page, "Send application"))
    reference = page.locator(".done .reference").inner_text()
    do_waiting_jobs()
    page.goto("/en/outbox/")
    assert f"You asked for a beach wheelchair {reference}" in page.locator("main").inner_text()
    sign_out(page)

    page.goto("/en/desk/")
    use_account(page, "Carla Ruiz")
    follow(page, page.get_by_role("link", name=reference))
    follow(page, button(page, bold("Take this case")))
    follow(page, page.get_by_role("link", name=bold("Lend a wheelchair")))
    follow(page, button(page, "Lend a wheelchair"))
    do_waiting_jobs()
    sign_out(page)

    page.goto("/en/my/")
    use_account(page, "Amina Haddad")
    follow(page, page.get_by_role("link", name="Borrow a beach wheelchair"))
    assert "A wheelchair is waiting for you" in page.locator("main").inner_text()
    assert page.get_by_role("link", name="Beach wheelchair").count()
