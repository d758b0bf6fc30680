"""A colleague at the desk of an administrator whose visit has ended by itself."""

from __future__ import annotations

import datetime as dt
from html import unescape
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from civium.foundation.identity.models import Membership, Person, Session
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = "/en/account/login/"


def test_no_role_is_given_by_a_press_that_does_not_name_it(ada: Person, boris: Person, settings: Any) -> None:
    settings.CIVIUM_STAFF_SECOND_FACTOR = False
    browser = Client(headers={"sec-fetch-mode": "navigate"})
    browser.force_login(ada)
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(hours=2))
    # Boris, at Ada's keyboard:
    asked = browser.post(
        reverse("desk:staff_new"),
        {"email": boris.email, "role": "finance", "agency": "town", "shown_as": "Boris"},
    )
    onward = unescape(asked["Location"].partition("?next=")[2])
    # Ada comes back, and signs in:
    page = browser.post(LOGIN, {"login": ada.email, "password": PASSWORD, "next": onward}, follow=True)
    main = BeautifulSoup(page.content, "html.parser").select_one("main")
    assert main is not None
    form = main.select_one('form[method="post"]')
    if form is not None and "not sent yet" in main.get_text() and boris.email not in main.get_text():
        fields: dict[str, Any] = {each["name"]: each["value"] for each in form.select('input[type="hidden"]')}
        browser.post(str(form["action"]), fields)
    assert not Membership.objects.filter(person=boris, role="finance").exists()
