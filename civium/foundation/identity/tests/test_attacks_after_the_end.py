"""Attacks on what waits after a visit has ended, and on the page that sends once more."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from civium.foundation.identity.models import Mandate, Person, Session
from civium.foundation.identity.tests.test_after_the_end import (
    LOGIN,
    OTHERS,
    PROFILE,
    main_of,
    name_now,
    nothing_happens_for_long,
    send_what_waited,
    sign_in,
)
from tests.cast import PASSWORD

WANTED = {
    "email": "ben.attacker@cast.example",
    "powers": "view",
    "service": "all",
    "until-day": "1",
    "until-month": "10",
    "until-year": str(timezone.now().year + 1),
}


@pytest.fixture
def visit(amina: Person) -> Client:
    browser = Client(headers={"sec-fetch-mode": "navigate", "referer": f"http://localhost:8000{PROFILE}"})
    browser.force_login(amina)
    return browser


def test_one_old_cookie_fills_no_table_with_what_it_reads(visit: Client) -> None:
    key = visit.cookies["session"].value
    nothing_happens_for_long(visit)
    for _ in range(5):
        visit.cookies["session"] = key
        visit.get("/en/my/")
    assert Session.objects.filter(person=None).count() <= 1


def test_one_old_cookie_fills_no_table_with_what_it_sends(visit: Client) -> None:
    key = visit.cookies["session"].value
    nothing_happens_for_long(visit)
    for _ in range(100):
        visit.cookies["session"] = key
        visit.post(OTHERS, {"name": "x" * 90_000})
    kept = sum(len(row.session_data) for row in Session.objects.filter(person=None))
    assert kept < 8_000_000, kept  # as the brake of 60 an hour for what is posted to an application


def test_whoever_comes_back_sees_all_that_the_button_sends(visit: Client, amina: Person) -> None:
    """Somebody passes the computer whose visit has ended, and sends an invitation to themselves; its owner signs in."""
    nothing_happens_for_long(visit)
    page = sign_in(visit, visit.post(reverse("portal:invite_to_act"), WANTED), amina)
    shown = main_of(page)
    assert "not sent yet" not in shown.get_text() or WANTED["email"] in shown.get_text()


def test_that_press_makes_the_mandate(visit: Client, amina: Person) -> None:
    """The same: what the blind press does."""
    nothing_happens_for_long(visit)
    page = sign_in(visit, visit.post(reverse("portal:invite_to_act"), WANTED), amina)
    if "not sent yet" in main_of(page).get_text() and WANTED["email"] not in main_of(page).get_text():
        send_what_waited(visit, page)
    assert not Mandate.objects.filter(giver=amina).exists()


def test_the_way_back_stays_on_this_site(visit: Client, amina: Person) -> None:
    nothing_happens_for_long(visit)
    asked = visit.post(OTHERS, {"name": "A B"}, headers={"referer": "http://localhost:8000//evil.example/x"})
    page = sign_in(visit, asked, amina)
    assert not [a["href"] for a in main_of(page).select("a") if str(a["href"]).startswith("//")]


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("/en/account/2fa/totp/activate/", {"code": "918273"}),
        ("/en/account/2fa/webauthn/add/", {"name": "Key", "credential": "918273"}),
    ],
)
def test_a_code_does_not_wait_either(visit: Client, address: str, sent: dict[str, str]) -> None:
    session = visit.session
    session["shown_at"] = time.time() - 16 * 60
    session.save()
    visit.post(address, sent)
    assert "918273" not in str(dict(visit.session.items()))


def token_in(page: Any) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
    assert found is not None
    return found[1]


def test_a_page_of_hers_is_not_sent_by_whoever_signed_in_after_her(amina: Person, ben: Person) -> None:
    """A shared computer: her page is open still, her visit has ended, and he has signed in there in another window."""
    browser = Client(
        enforce_csrf_checks=True, headers={"sec-fetch-mode": "navigate", "sec-fetch-site": "same-origin"}
    )
    browser.force_login(amina)
    hers = token_in(browser.get(PROFILE))
    nothing_happens_for_long(browser)
    came = browser.post(
        LOGIN,
        {"login": ben.email, "password": PASSWORD, "csrfmiddlewaretoken": token_in(browser.get(LOGIN))},
    )
    assert came.status_code == 302
    page = browser.post(PROFILE, {"name": "Amina of the Quay", "csrfmiddlewaretoken": hers})
    assert page.status_code == 403
    form = BeautifulSoup(page.content, "html.parser").select_one('main form[method="post"]')
    if form is not None:
        fields = {each["name"]: each["value"] for each in form.select('input[type="hidden"]')}
        browser.post(str(form["action"]), fields)
    assert name_now(ben) == "Ben"


def test_her_own_page_is_still_sent_by_one_press_after_her_own_visit(amina: Person) -> None:
    """Signed in anew in another window: the form's token is of the visit before."""
    browser = Client(
        enforce_csrf_checks=True, headers={"sec-fetch-mode": "navigate", "sec-fetch-site": "same-origin"}
    )
    browser.force_login(amina)
    hers = token_in(browser.get(PROFILE))
    nothing_happens_for_long(browser)
    token = token_in(browser.get(LOGIN))
    browser.post(LOGIN, {"login": amina.email, "password": PASSWORD, "csrfmiddlewaretoken": token})
    page = browser.post(PROFILE, {"name": "Amina of the Quay", "csrfmiddlewaretoken": hers})
    assert (page.status_code, page["Cache-Control"]) == (403, "no-store")
    assert "It is not sent yet." in page.content.decode()
    assert name_now(amina) == "Amina"
    send_what_waited(browser, page)
    assert name_now(amina) == "Amina of the Quay"


def test_a_late_request_of_the_old_visit_loses_nothing(visit: Client, amina: Person) -> None:
    """Two requests went out with the old cookie: the form's, and one of a page that asks by itself. Its answer comes last."""
    old = visit.cookies["session"].value
    nothing_happens_for_long(visit)
    asked = visit.post(OTHERS, {"name": "Amina of the Quay"})
    kept = visit.cookies["session"].value
    visit.cookies["session"] = old
    late = visit.get("/en/my/")
    if "session" not in late.cookies:  # then the browser keeps what the form's answer gave it
        visit.cookies["session"] = kept
    assert "Amina of the Quay" in main_of(sign_in(visit, asked, amina)).get_text()
