"""The demo provider's page, and its calls over real HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from civium.engines.payments.actions.cancel_payments import cancel_payments_of
from civium.engines.payments.actions.start_checkout import start_checkout
from civium.engines.payments.adapters.demo import provider
from civium.engines.payments.models import DemoCheckout, Payment, ProviderCall
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.vault.actions.keys import make_key
from tests.browser import DESKTOP, PHONE, axe, fits, walk_keyboard
from tests.cast import NOW

from .conftest import SUBJECT, call_about, hear

BACK, LEFT = "/en/applications/1/sent/", "/en/applications/1/pay/"


def page(client: Client, url: str) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def state_of(payment: Payment) -> str:
    payment.refresh_from_db()
    return payment.state


@pytest.fixture
def amina(amina: Person) -> Person:
    """As in an application, what is said of her payment hangs on her own key."""
    make_key(SUBJECT, parent=amina.vault_key)
    return amina


@pytest.fixture
def town(live_server: Any, settings: Any) -> Any:
    """The town where the provider's calls arrive."""
    settings.CIVIUM_ORIGIN = live_server.url
    return live_server


@pytest.mark.django_db
def test_the_page_shows_what_is_paid_and_asks_for_no_card(started: Payment, client: Client) -> None:
    soup = page(client, started.checkout_url)
    words = soup.get_text(" ", strip=True)
    for shown in ("Yearly licence", "€25.00", started.shown_reference, "Dog licence"):
        assert shown in words
    assert {button["value"] for button in soup.select("button")} == {
        "pay",
        "decline",
        "pay-late",
        "pay-twice",
        "leave",
    }
    assert {field["name"] for field in soup.select("input")} == {"csrfmiddlewaretoken"}


@pytest.mark.django_db
def test_the_page_speaks_the_payers_language(ask: Callable[..., Payment], client: Client) -> None:
    soup = page(client, start_checkout(ask(language="ar"), at=NOW))
    assert (soup.html["lang"], soup.html["dir"]) == ("ar", "rtl")


@pytest.mark.django_db
def test_there_is_no_page_for_a_guess_nor_outside_the_demo(
    started: Payment, client: Client, settings: Any
) -> None:
    assert client.get("/pay/demo/guess/").status_code == 404
    settings.CIVIUM_DEMO = False
    assert client.get(started.checkout_url).status_code == 404


@pytest.mark.django_db
def test_leaving_and_nonsense_pay_nothing(started: Payment, client: Client) -> None:
    assert client.post(started.checkout_url, {"choice": "leave"})["Location"] == LEFT
    assert client.post(started.checkout_url, {"choice": "steal"}).status_code == 200
    assert client.post(started.checkout_url).status_code == 200
    assert DemoCheckout.objects.get().outcome == ""
    run_waiting_jobs()
    assert not ProviderCall.objects.exists()
    assert state_of(started) == "started"


@pytest.mark.django_db
def test_coming_back_is_not_being_paid(started: Payment, client: Client) -> None:
    assert client.post(started.checkout_url, {"choice": "pay"})["Location"] == BACK
    assert state_of(started) == "started"


@pytest.mark.django_db
def test_a_closed_page_takes_no_money(started: Payment, client: Client) -> None:
    cancel_payments_of(started.subject, by=None, at=NOW, because="withdrawn")
    run_waiting_jobs()
    assert "closed" in page(client, started.checkout_url).get_text()
    client.post(started.checkout_url, {"choice": "pay"})
    run_waiting_jobs()
    assert not ProviderCall.objects.exists()
    assert state_of(started) == "cancelled"


@pytest.mark.django_db(transaction=True)
def test_paying_tells_the_town_over_http(town: Any, started: Payment, client: Client) -> None:
    client.post(started.checkout_url, {"choice": "pay"})
    client.post(started.checkout_url, {"choice": "pay"})
    run_waiting_jobs()
    assert state_of(started) == "paid"
    assert ProviderCall.objects.get().times_heard == 1
    assert "already chosen" in page(client, started.checkout_url).get_text()


@pytest.mark.django_db(transaction=True)
def test_paying_and_calling_twice_counts_once(town: Any, started: Payment, client: Client) -> None:
    client.post(started.checkout_url, {"choice": "pay-twice"})
    run_waiting_jobs()
    assert state_of(started) == "paid"
    assert ProviderCall.objects.get().times_heard == 2


@pytest.mark.django_db(transaction=True)
def test_a_late_answer_is_on_its_way_first(town: Any, started: Payment, client: Client) -> None:
    client.post(started.checkout_url, {"choice": "pay-late"})
    run_waiting_jobs()
    assert state_of(started) == "pending"
    with time_machine.travel(timezone.now() + timedelta(seconds=9)):
        run_waiting_jobs()
    assert state_of(started) == "paid"


@pytest.mark.django_db(transaction=True)
def test_after_a_decline_the_page_can_be_used_again(town: Any, started: Payment, client: Client) -> None:
    client.post(started.checkout_url, {"choice": "decline"})
    run_waiting_jobs()
    assert state_of(started) == "declined"
    assert "declined" in page(client, started.checkout_url).get_text()
    client.post(started.checkout_url, {"choice": "pay"})
    run_waiting_jobs()
    assert state_of(started) == "paid"


@pytest.mark.django_db(transaction=True)
def test_a_town_that_is_away_is_told_later(
    live_server: Any, started: Payment, client: Client, settings: Any
) -> None:
    settings.CIVIUM_ORIGIN = "http://127.0.0.1:9"
    client.post(started.checkout_url, {"choice": "pay"})
    run_waiting_jobs()
    assert state_of(started) == "started"
    settings.CIVIUM_ORIGIN = live_server.url
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        run_waiting_jobs()
    assert state_of(started) == "paid"


@pytest.mark.django_db
def test_the_provider_answers_what_it_is_asked(started: Payment) -> None:
    hear(call_about(started, "pending"))
    assert provider.ask_about(started.provider_reference) is None
    DemoCheckout.objects.update(outcome="paid", decided_at=NOW)
    heard = provider.ask_about(started.provider_reference)
    assert heard is not None
    assert (heard.kind, heard.minor, heard.reference) == ("paid", 2500, started.reference)


@pytest.mark.parametrize(("language", "width"), [("en", DESKTOP), ("es", PHONE), ("ar", PHONE)])
def test_the_page_is_open_to_everybody(
    transactional_db: None,
    ask: Callable[..., Payment],
    new_page: Callable[..., Any],
    language: str,
    width: int,
) -> None:
    page = new_page(language=language, width=width)
    page.goto(start_checkout(ask(language=language, leave_to="/healthz"), at=NOW))
    axe(page)
    fits(page)
    assert len(walk_keyboard(page)) >= 5
    page.locator("#choice-leave").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/healthz")
