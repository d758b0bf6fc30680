"""Whoever says where money is to go shows once more that it is them, when they signed in longer than 15 minutes ago."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from civium.engines.cases.models import Case, Message
from civium.engines.cases.queries import find_questions
from civium.engines.forms.queries import open_answers
from civium.foundation.identity.models import Person
from civium.journeys.applications.actions.send_application import NotShownLately, send_application
from civium.journeys.applications.models import Application
from civium.journeys.applications.queries import get_application
from civium.journeys.applications.tests.offers import publish_changed
from tests.applying import apply_for, ask_to_correct, begin, fill_in, move
from tests.cast import NOW, PASSWORD
from tests.offer import publish_ours

pytestmark = pytest.mark.django_db
ANOTHER, WRITTEN = "DE89370400440532013000", "DE89 3704 0044 0532 0130 00"


@pytest.fixture
def allowance(db: None) -> None:
    """A service whose form asks where to pay."""
    publish_ours("heating-allowance")


@pytest.fixture
def long_ago(her: Client) -> Client:
    """Amina's browser, 16 minutes after she signed in."""
    session = her.session
    session["shown_at"] = time.time() - 16 * 60
    session.save()
    return her


@pytest.fixture
def clerk(make_staff: Callable[[str], dict[str, Person]]) -> Person:
    """Who works on allowances."""
    return make_staff("social-support")["clerk"]


@pytest.fixture
def checked(allowance: None, amina: Person, clerk: Person) -> Case:
    """Amina's application for the allowance is being looked at."""
    return move(apply_for(amina, "heating-allowance"), "accept", by=clerk)


def place(case: Case, more: str = "") -> str:
    return f"/en/my/cases/{case.reference}/{more}"


def check(application: Application) -> str:
    return f"/en/applications/{application.pk}/check/"


def is_asked(answer: HttpResponse) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith(reverse("identity:confirm"))


def goes_on(browser: Client, asked: HttpResponse) -> Any:
    """Show with the password that it is still her, and press the button that sends what waited."""
    page = browser.get(asked["Location"], follow=True)
    action, onward = (
        page.redirect_chain[-1][0].split("?")[0],
        re.search(r'name="next" value="([^"]+)"', page.content.decode()),
    )
    assert onward is not None
    words = browser.post(action, {"password": PASSWORD, "next": unescape(onward[1])}, follow=True)
    form = re.search(r'<form method="post" action="([^"]+)"', words.content.decode())
    assert form is not None, words.content.decode()
    kept = re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', words.content.decode())
    return browser.post(form[1], {name: unescape(value) for name, value in kept})


def states() -> set[str]:
    return set(Application.objects.values_list("state", flat=True))


def test_an_application_with_an_account_asks_and_is_sent_by_one_press(
    long_ago: Client, allowance: None, amina: Person
) -> None:
    application = fill_in(begin(amina, "heating-allowance"))
    asked = long_ago.post(check(application))
    assert is_asked(asked)
    assert states() == {"draft"}
    goes_on(long_ago, asked)
    assert states() == {"sent"}
    assert Case.objects.get().applicant == amina


def test_an_account_that_another_window_saves_meanwhile_is_not_sent_unasked(
    allowance: None, amina: Person
) -> None:
    before = begin(amina, "heating-allowance")  # as it was when the form was looked at
    fill_in(get_application(before.pk, for_=amina))
    with pytest.raises(NotShownLately):
        send_application(before, by=amina, at=NOW, is_shown_lately=False)
    assert states() == {"draft"}
    send_application(before, by=amina, at=NOW)
    assert states() == {"sent"}


def test_whoever_came_in_just_now_is_not_asked(her: Client, allowance: None, amina: Person) -> None:
    assert not is_asked(her.post(check(fill_in(begin(amina, "heating-allowance")))))
    assert states() == {"sent"}


def test_an_application_that_names_no_account_does_not_ask(
    long_ago: Client, amina: Person, tmp_path: Path
) -> None:
    optional = ("service.yaml", "{name: iban, type: iban}", "{name: iban, type: iban, optional: true}")
    publish_changed("heating-allowance", tmp_path, optional)
    application = fill_in(begin(amina, "heating-allowance"), iban=None)
    assert not is_asked(long_ago.post(check(application)))
    assert states() == {"sent"}


def test_a_guest_has_nothing_to_show(tmp_path: Path, at_nine: Any) -> None:
    iban = (
        "service.yaml",
        "{name: contact_name,",
        "{name: account, type: iban}\n      - {name: contact_name,",
    )
    words = [
        (f"texts.{language}.yaml", "\n  contact_name:\n", "\n  account: {label: IBAN}\n  contact_name:\n")
        for language in ("en", "es", "ar")
    ]
    publish_changed("bulky-waste", tmp_path, iban, *words)
    visitor = Client()
    id = visitor.post("/en/apply/bulky-waste/")["Location"].split("/")[3]
    application = fill_in(
        Application.objects.select_related("draft", "applicant").get(pk=id), account=ANOTHER
    )
    assert not is_asked(visitor.post(check(application), {"email": "lin@example.org"}))
    assert states() == {"sent"}


def correct(browser: Client, case: Case, page: str, **answers: str) -> None:
    """Correct a page of what was asked for."""
    assert browser.post(place(case, f"corrections/{page}/"), answers).status_code == 302


def test_a_corrected_account_asks_and_another_corrected_answer_does_not(
    long_ago: Client, checked: Case, clerk: Person
) -> None:
    asked_for = ask_to_correct(checked, {"iban": "It is closed.", "account_holder": "Whose is it?"}, by=clerk)
    correct(long_ago, asked_for, "bank", account_holder="Amina Haddad", iban=WRITTEN)
    asked = long_ago.post(place(checked, "corrections/"))
    assert is_asked(asked)
    assert find_questions(checked)[0].is_open
    goes_on(long_ago, asked)
    assert not find_questions(checked)[0].is_open
    application = Application.objects.select_related("draft").get()
    assert open_answers(application.draft)["iban"] == ANOTHER


def test_a_correction_that_leaves_the_account_as_it_is_does_not_ask(
    long_ago: Client, checked: Case, clerk: Person
) -> None:
    asked_for = ask_to_correct(checked, {"account_holder": "Whose is it?"}, by=clerk)
    correct(long_ago, asked_for, "bank", account_holder="Amina B. Haddad")
    assert not is_asked(long_ago.post(place(checked, "corrections/")))
    assert not find_questions(checked)[0].is_open


def test_an_answer_or_a_message_in_words_asks_when_an_account_stands_in_it(
    long_ago: Client, checked: Case, clerk: Person
) -> None:
    move(checked, "ask", by=clerk, question="To which account?")
    assert is_asked(long_ago.post(place(checked, "messages/"), {"message": f"Pay to {WRITTEN}, please."}))
    assert not is_asked(long_ago.post(place(checked, "messages/"), {"message": "Pay to my account, please."}))
    assert Message.objects.count() == 1
    asked = long_ago.post(place(checked, "answer/"), {"answer": f"Mine is\n{WRITTEN}"})
    assert is_asked(asked)
    assert find_questions(checked)[0].is_open
    goes_on(long_ago, asked)
    [question] = find_questions(checked)
    assert question.answer == f"Mine is\n{WRITTEN}"


def test_an_account_at_the_end_of_a_long_message_asks_too(long_ago: Client, checked: Case) -> None:
    words = "I write to you about my heating. " * 40 + f"Pay to {WRITTEN}."
    assert is_asked(long_ago.post(place(checked, "messages/"), {"message": words}))
    assert Message.objects.count() == 0
