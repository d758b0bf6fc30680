"""Step-up: what must be safe asks for a sign-in of the last quarter of an hour, and loses nothing on the way."""

from __future__ import annotations

import re
import time
from html import unescape
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from civium.foundation.identity.models import Person
from tests.cast import PASSWORD

PROFILE = "/en/my/profile/"


@pytest.fixture
def visit(amina: Person) -> Client:
    client = Client()
    client.force_login(amina)
    return client


def signed_in_ago(client: Client, seconds: float) -> None:
    session = client.session
    session["shown_at"] = time.time() - seconds
    session.save()


def confirm_with_password(client: Client, page: Any, password: str = PASSWORD) -> Any:
    """Type the password into the page that asks for it, and follow."""
    action, onward = (
        page.redirect_chain[-1][0].split("?")[0],
        re.search(r'name="next" value="([^"]+)"', page.content.decode()),
    )
    assert onward is not None
    return client.post(action, {"password": password, "next": unescape(onward[1])}, follow=True)


def name_now(person: Person) -> str:
    return Person.objects.get(pk=person.pk).name


def test_a_sign_in_of_fourteen_minutes_ago_is_fresh(visit: Client, amina: Person) -> None:
    signed_in_ago(visit, 14 * 60)
    visit.post(PROFILE, {"name": "Amina Changed"})
    assert name_now(amina) == "Amina Changed"


def test_a_page_may_be_read_after_that_but_nothing_is_changed(visit: Client, amina: Person) -> None:
    signed_in_ago(visit, 15 * 60)
    assert visit.get(PROFILE).status_code == 200
    asked = visit.post(PROFILE, {"name": "Amina Changed"})
    assert asked["Location"].startswith(reverse("identity:confirm"))
    assert name_now(amina) == "Amina"


def test_what_was_sent_comes_back_after_the_password_and_is_sent_by_ones_own_press(
    visit: Client, amina: Person
) -> None:
    signed_in_ago(visit, 16 * 60)
    page = visit.post(PROFILE, {"name": "Amina <b>& Söhne"}, follow=True)
    assert "Is it still you?" in page.content.decode()
    page = confirm_with_password(visit, page)
    words = page.content.decode()
    assert "It is not sent yet." in words
    assert name_now(amina) == "Amina"
    form = re.search(r'<form method="post" action="([^"]+)"', words)
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', words))
    assert form is not None
    assert form[1] == PROFILE
    visit.post(form[1], {name: unescape(value) for name, value in kept.items()})
    assert name_now(amina) == "Amina <b>& Söhne"


def test_a_wrong_password_opens_nothing(visit: Client, amina: Person) -> None:
    signed_in_ago(visit, 16 * 60)
    page = visit.post(PROFILE, {"name": "Amina Changed"}, follow=True)
    page = confirm_with_password(visit, page, password="a guess of somebody")
    assert "Is it still you?" in page.content.decode()
    assert "/account/confirm/" in visit.get(reverse("identity:onward"))["Location"]


def test_what_waited_too_long_is_gone(visit: Client) -> None:
    signed_in_ago(visit, 16 * 60)
    visit.post(PROFILE, {"name": "Amina Changed"})
    session = visit.session
    session["waiting_to_be_sent"] = {**session["waiting_to_be_sent"], "at": time.time() - 61 * 60}
    session.save()
    signed_in_ago(visit, 0)
    assert visit.get(reverse("identity:onward"))["Location"] == "/en/my/"


def test_another_sensitive_page_does_not_send_what_waited_before(visit: Client) -> None:
    signed_in_ago(visit, 16 * 60)
    visit.post(PROFILE, {"name": "Amina Changed"})
    visit.get("/en/account/2fa/totp/activate/")
    assert "waiting_to_be_sent" not in visit.session


def test_a_password_does_not_wait_its_page_is_shown_again(visit: Client) -> None:
    signed_in_ago(visit, 16 * 60)
    place = "/en/account/password/change/"
    asked = visit.post(place, {"oldpassword": PASSWORD, "password1": "x", "password2": "x"})
    assert asked["Location"] == f"{reverse('identity:confirm')}?next={place.replace('/', '%2F')}"
    assert "waiting_to_be_sent" not in visit.session


def test_files_are_not_kept_so_they_are_asked_for_beside_what_was_written(visit: Client) -> None:
    signed_in_ago(visit, 16 * 60)
    visit.post(
        PROFILE,
        {"name": "Amina of the Quay", "file": SimpleUploadedFile("a.pdf", b"SECRET")},
        headers={"referer": f"http://localhost:8000{PROFILE}"},
    )
    assert "SECRET" not in str(dict(visit.session.items()))
    signed_in_ago(visit, 0)
    page = BeautifulSoup(visit.get(reverse("identity:onward")).content, "html.parser").select_one("main")
    assert page is not None
    assert page.select_one("form")["enctype"] == "multipart/form-data"
    assert "multiple" not in page.select_one('input[type="file"][name="file"]').attrs
    assert page.select_one("textarea").get_text().strip() == "Amina of the Quay"
    assert [link["href"] for link in page.select("a")] == [PROFILE]


def test_showing_who_one_is_changes_the_session_key(visit: Client) -> None:
    signed_in_ago(visit, 16 * 60)
    page = visit.post(PROFILE, {"name": "Amina Changed"}, follow=True)
    before = visit.cookies["session"].value
    confirm_with_password(visit, page)
    after = visit.cookies["session"].value
    assert after != before
    visit.cookies["session"] = before
    assert visit.get("/en/my/").status_code == 302


@pytest.mark.parametrize(
    "place",
    ["account/2fa/totp/activate/", "account/2fa/webauthn/add/", "account/2fa/recovery-codes/generate/"],
)
def test_the_account_librarys_pages_ask_in_the_same_way(visit: Client, place: str) -> None:
    signed_in_ago(visit, 16 * 60)
    asked = visit.get(f"/en/{place}")
    assert asked["Location"].startswith(reverse("identity:confirm"))
    signed_in_ago(visit, 0)
    assert not visit.get(f"/en/{place}").get("Location", "").startswith(reverse("identity:confirm"))


def test_whoever_has_nothing_to_confirm_with_signs_in_anew(visit: Client, amina: Person) -> None:
    amina.set_unusable_password()
    amina.save()
    visit.force_login(amina)
    signed_in_ago(visit, 16 * 60)
    page = visit.post(PROFILE, {"name": "Amina Changed"}, follow=True)
    assert "please sign in again" in page.content.decode()
    onward = reverse("identity:onward")
    left = visit.post(reverse("identity:confirm"), {"next": onward})
    assert left["Location"] == f"/en/account/login/?next={onward.replace('/', '%2F')}"
    assert visit.get(PROFILE).status_code == 302
    visit.force_login(amina)
    assert "Amina Changed" in visit.get(onward).content.decode(), "what waited still does"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere(visit: Client, elsewhere: str) -> None:
    assert visit.get(reverse("identity:confirm"), {"next": elsewhere})["Location"] == "/en/my/"
