"""What somebody still sends from a page when their visit has ended: it waits, sealed, for them, and for nobody else."""

from __future__ import annotations

import datetime as dt
import re
import time
from html import unescape
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from civium.foundation.identity.models import Mandate, Person, Session
from tests.cast import PASSWORD

PROFILE, LOGIN = "/en/my/profile/", "/en/account/login/"
# Asks for a sign-in, and for no fresh one: ends the visits of other browsers.
OTHERS = "/en/my/sign-in/others/"


@pytest.fixture
def visit(amina: Person) -> Client:
    """Amina's browser."""
    browser = Client(headers={"sec-fetch-mode": "navigate", "referer": f"http://localhost:8000{PROFILE}"})
    browser.force_login(amina)
    return browser


def nothing_happens_for_long(browser: Client) -> None:
    """The visit ends by itself."""
    Session.objects.filter(person__isnull=False).update(expire_date=timezone.now() - dt.timedelta(hours=2))


def sign_in(browser: Client, asked: HttpResponse, person: Person) -> HttpResponse:
    onward = asked["Location"].partition("?next=")[2]
    return browser.post(
        LOGIN, {"login": person.email, "password": PASSWORD, "next": unescape(onward)}, follow=True
    )


def main_of(page: HttpResponse) -> Tag:
    found = BeautifulSoup(page.content, "html.parser").select_one("main")
    assert found is not None
    return found


def send_what_waited(browser: Client, page: HttpResponse) -> Any:
    form = main_of(page).select_one("form")
    assert form is not None
    fields = {each["name"]: each["value"] for each in form.select('input[type="hidden"]')}
    return browser.post(str(form["action"]), fields)


def name_now(person: Person) -> str:
    return Person.objects.get(pk=person.pk).name


def test_what_was_written_is_there_after_signing_in_again_and_sent_by_one_press(
    visit: Client, amina: Person
) -> None:
    nothing_happens_for_long(visit)
    phone = Client()
    phone.force_login(amina)
    asked = visit.post(OTHERS, {"name": "Amina of the Quay"})
    assert asked["Location"] == f"{LOGIN}?next={reverse('identity:onward')}"
    assert "We kept it" in visit.get(asked["Location"]).content.decode()
    page = sign_in(visit, asked, amina)
    assert main_of(page).select_one("textarea").get_text().strip() == "Amina of the Quay"
    assert phone.get("/en/my/").status_code == 200
    send_what_waited(visit, page)
    assert phone.get("/en/my/").status_code == 302
    assert visit.get(reverse("identity:onward"))["Location"] == "/en/my/", "once"


def test_what_asks_for_a_fresh_sign_in_does_not_wait(visit: Client, amina: Person) -> None:
    """Whoever comes back would give somebody who sat there a role, or a mandate, by one press after signing in."""
    nothing_happens_for_long(visit)
    assert visit.post(PROFILE, {"name": "Amina of the Quay"})["Location"] == f"{LOGIN}?next={PROFILE}"


def test_it_is_kept_too_when_the_page_had_noticed_the_end_by_itself(visit: Client, amina: Person) -> None:
    """A page that looks who else is there asks the site again and again; the browser must not forget whose it was."""
    nothing_happens_for_long(visit)
    assert visit.get("/en/my/").status_code == 302
    assert visit.get("/en/").status_code == 200
    page = sign_in(visit, visit.post(OTHERS, {"name": "Amina of the Quay"}), amina)
    assert "Amina of the Quay" in main_of(page).get_text()


def test_somebody_else_who_signs_in_there_sees_nothing_of_it(visit: Client, ben: Person) -> None:
    nothing_happens_for_long(visit)
    page = sign_in(visit, visit.post(OTHERS, {"name": "Amina of the Quay"}), ben)
    assert page.redirect_chain[-1][0] == "/en/my/"
    assert "of the Quay" not in page.content.decode()
    assert "Quay" not in str(dict(visit.session.items()))


def test_nothing_waits_for_a_visit_that_somebody_ended(visit: Client, amina: Person) -> None:
    key = visit.cookies["session"].value
    visit.logout()
    visit.cookies["session"] = key
    asked = visit.post(OTHERS, {"name": "Amina of the Quay"})
    assert asked["Location"] == f"{LOGIN}?next={PROFILE}"
    assert "Quay" not in str(dict(visit.session.items()))


def test_it_lies_sealed(visit: Client) -> None:
    nothing_happens_for_long(visit)
    visit.post(OTHERS, {"name": "Amina of the Quay"})
    assert Session.objects.filter(person=None).exists()
    assert not Session.objects.filter(session_data__contains="Quay").exists()
    latest = Session.objects.get(person=None)
    assert latest.expire_date <= timezone.now() + dt.timedelta(hours=1, minutes=1)


@pytest.mark.parametrize(
    "sent",
    [
        {"name": "Amina of the Quay", "password": "never"},
        {"name": "x" * 100_001},
    ],
)
def test_a_password_and_what_is_far_too_long_do_not_wait(visit: Client, sent: dict[str, str]) -> None:
    nothing_happens_for_long(visit)
    assert visit.post(OTHERS, sent)["Location"] == f"{LOGIN}?next={PROFILE}"


def test_what_a_script_sends_does_not_wait(visit: Client) -> None:
    nothing_happens_for_long(visit)
    asked = visit.post(OTHERS, {"name": "Typed so far"}, headers={"sec-fetch-mode": "cors"})
    assert asked["Location"] == f"{LOGIN}?next={PROFILE}"


def test_files_are_asked_for_once_more(visit: Client, amina: Person) -> None:
    nothing_happens_for_long(visit)
    files = [SimpleUploadedFile("a.pdf", b"x"), SimpleUploadedFile("b.pdf", b"y")]
    page = sign_in(visit, visit.post(OTHERS, {"name": "Amina of the Quay", "files": files}), amina)
    assert "multiple" in main_of(page).select_one('input[type="file"][name="files"]').attrs


def strict(person: Person, **headers: str) -> Client:
    """A browser whose forms need the token of their page, as outside the tests."""
    browser = Client(enforce_csrf_checks=True, headers=headers)
    browser.force_login(person)
    return browser


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", ""])
def test_what_another_site_sends_is_put_into_no_page(amina: Person, site: str) -> None:
    browser = strict(amina, **{"sec-fetch-mode": "navigate", "sec-fetch-site": site})
    refused = browser.post(PROFILE, {"name": "An attacker"})
    assert refused.status_code == 403
    assert "An attacker" not in refused.content.decode()


def test_a_password_from_a_page_that_is_too_old_is_put_into_no_page(amina: Person) -> None:
    browser = strict(amina, **{"sec-fetch-mode": "navigate", "sec-fetch-site": "same-origin"})
    refused = browser.post(PROFILE, {"name": "Amina of the Quay", "password": "SECRET"})
    assert "SECRET" not in refused.content.decode()


# --- attacks --------------------------------------------------------------------------------------------------------------

WANTED = {
    "email": "ben.attacker@cast.example",
    "powers": "view",
    "service": "all",
    "until-day": "1",
    "until-month": "10",
    "until-year": str(timezone.now().year + 1),
}


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
