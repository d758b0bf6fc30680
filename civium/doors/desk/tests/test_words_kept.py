"""What a member of staff wrote while their visit ended is there when they have signed in again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from civium.engines.cases.models import Case, Message, Note
from civium.engines.cases.queries import find_questions, get_case
from civium.foundation.identity.models import Person, Session
from tests.applying import move

from .conftest import main_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services")]
WORDS = "A long note,\nwritten while the telephone rang.\n\nمرحبا"


@pytest.fixture
def checking(her_case: Case, boris: Person) -> Case:
    """Boris has Amina's dog licence."""
    return move(her_case, "accept", by=boris)


@pytest.mark.parametrize(
    ("more", "field"), [("notes/", "note"), ("message/", "message"), ("moves/ask/", "question")]
)
def test_words_come_back_and_one_press_sends_them(
    desk_of: Callable[[Person], Client], boris: Person, checking: Case, more: str, field: str
) -> None:
    desk = desk_of(boris)
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(minutes=5))
    sent = {
        field: WORDS,
        "until": "2026-03-20",
        "revision": get_case(checking.reference, for_=boris).revision,
    }
    asked = desk.post(
        f"/en/desk/cases/{checking.reference}/{more}", sent, headers={"sec-fetch-mode": "navigate"}
    )
    assert asked["Location"].endswith(f"?next={reverse('identity:onward')}")
    desk.force_login(boris)
    page = main_of(desk.get(reverse("identity:onward")))
    assert page.select_one("textarea").get_text().strip() == WORDS
    kept = {each["name"]: each["value"] for each in page.select('form input[type="hidden"]')}
    desk.post(page.select_one("form")["action"], kept)
    written = [
        *(each.words for each in Note.objects.all()),
        *(each.words for each in Message.objects.all()),
        *(each.words for each in find_questions(checking)),
    ]
    assert [each.replace("\r\n", "\n") for each in written] == [WORDS]
