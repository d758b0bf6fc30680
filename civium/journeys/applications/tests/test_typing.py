"""What is typed is never lost: kept while one types, and across a session that ended in the middle."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client

from civium.engines.forms.actions.save_answers import save_answers
from civium.engines.forms.queries import open_answers, open_typed
from civium.foundation.identity.models import Person
from civium.journeys.applications.models import Application
from tests.applying import again, begin, fill_in, send, upload
from tests.cast import NOW, PASSWORD
from tests.offer import publish_ours

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "at_nine")]
HALF = {"_shown": ["dog_name", "breed", "dog_born"], "dog_name": "Lu", "breed": "", "dog_born-year": "20"}


@pytest.fixture
def her(amina: Person) -> Client:
    """Amina's browser."""
    client = Client()
    client.force_login(amina)
    return client


@pytest.fixture
def at_dog(amina: Person) -> Application:
    """Amina is at the page about the dog, which is not answered yet."""
    application = fill_in(begin(amina))
    answers = dict.fromkeys(("dog_name", "breed", "dog_born"))
    save_answers(application.draft, answers, at=NOW)
    return again(application)


def page_of(application: Application, page: str = "dog") -> str:
    return f"/en/applications/{application.pk}/pages/{page}/"


def main_of(response: Any) -> Tag:
    found = BeautifulSoup(response.content, "html.parser").select_one("main")
    assert found is not None
    return found


def value(response: Any, name: str) -> str:
    box = main_of(response).select_one(f'[name="{name}"]')
    assert box is not None
    return str(box.get("value", ""))


def test_what_is_typed_stands_there_again_and_is_no_answer(her: Client, at_dog: Application) -> None:
    assert her.post(page_of(at_dog) + "typed/", HALF).status_code == 204
    page = her.get(page_of(at_dog))
    assert (value(page, "dog_name"), value(page, "dog_born-year")) == ("Lu", "20")
    assert not main_of(page).select(".govuk-error-message, .govuk-error-summary")
    assert "dog_name" not in {k for k, v in open_answers(again(at_dog).draft).items() if v}


def test_it_is_sealed(her: Client, at_dog: Application) -> None:
    her.post(page_of(at_dog) + "typed/", {**HALF, "dog_name": "Canary"})
    assert b"Canary" not in bytes(again(at_dog).draft.typed_sealed or b"")
    assert "csrfmiddlewaretoken" not in str(open_typed(again(at_dog).draft))


def test_saving_the_page_forgets_what_was_typed(her: Client, at_dog: Application) -> None:
    her.post(page_of(at_dog) + "typed/", HALF)
    good = {
        "dog_name": "Luna",
        "breed": "Mix",
        "dog_born-day": "1",
        "dog_born-month": "2",
        "dog_born-year": "2020",
    }
    assert her.post(page_of(at_dog), good).status_code == 302
    assert open_typed(again(at_dog).draft) == {}
    assert value(her.get(page_of(at_dog)), "dog_name") == "Luna"


def test_the_newest_pages_are_kept_when_there_are_many(
    her: Client, at_dog: Application, time_machine: Any
) -> None:
    for number in range(15):
        time_machine.move_to(NOW + timedelta(seconds=number), tick=False)
        her.post(f"/en/applications/{at_dog.pk}/pages/page-{number}/typed/", {"x": "y"})
    kept = open_typed(again(at_dog).draft)
    assert set(kept) == {f"page-{number}" for number in range(3, 15)}


def test_too_much_is_not_kept(her: Client, at_dog: Application) -> None:
    assert her.post(page_of(at_dog) + "typed/", {"dog_name": "x" * 100_001}).status_code == 409


@pytest.mark.parametrize(
    "typed", ["\x00", "\ud800".encode("utf-16", "surrogatepass").decode("latin-1"), "<script>", "שלום\u202e"]
)
def test_hostile_words_stand_there_harmless(her: Client, at_dog: Application, typed: str) -> None:
    her.post(page_of(at_dog) + "typed/", {**HALF, "dog_name": typed})
    page = her.get(page_of(at_dog))
    assert page.status_code == 200
    assert b"<script>" not in page.content.split(b"<main", 1)[1].split(b"</main>")[0]


def test_nobody_else_keeps_anything_there(her: Client, at_dog: Application, ben: Person) -> None:
    his = Client()
    his.force_login(ben)
    assert his.post(page_of(at_dog) + "typed/", HALF).status_code == 404
    assert Client().post(page_of(at_dog) + "typed/", HALF).status_code == 302


def test_what_was_sent_keeps_nothing_any_more(her: Client, amina: Person) -> None:
    application = send(fill_in(begin(amina), 2))
    assert her.post(page_of(application) + "typed/", HALF).status_code == 409


def test_a_session_that_ended_while_filling_in_loses_nothing(at_dog: Application, amina: Person) -> None:
    browser = Client()  # the session is over
    full = {
        "_shown": ["dog_name", "breed", "dog_born"],
        "dog_name": "Canela",
        "breed": "Podenco",
        "dog_born-day": "1",
        "dog_born-month": "2",
        "dog_born-year": "2020",
        "letter": upload(),
    }
    turned_away = browser.post(page_of(at_dog), full)
    login = turned_away["Location"]
    assert login.startswith("/en/account/login/?next=")
    signed_in = browser.post(login, {"login": amina.email, "password": PASSWORD, "next": page_of(at_dog)})
    assert signed_in["Location"] == page_of(at_dog)
    page = browser.get(page_of(at_dog))
    assert (value(page, "dog_name"), value(page, "breed")) == ("Canela", "Podenco")
    assert "You were signed out" in main_of(page).get_text()
    assert "You were signed out" not in main_of(browser.get(page_of(at_dog))).get_text()


def test_what_one_person_posted_is_not_shown_to_another(at_dog: Application, ben: Person) -> None:
    browser = Client()
    browser.post(page_of(at_dog), {**HALF, "dog_name": "Canary"})
    browser.force_login(ben)
    his = begin(ben)
    assert browser.get(page_of(at_dog)).status_code == 404
    assert b"Canary" not in browser.get(page_of(his, "owner")).content


def test_a_huge_post_without_a_session_is_not_kept(at_dog: Application) -> None:
    browser = Client()
    browser.post(page_of(at_dog), {"dog_name": "x" * 200_000})
    assert "posted" not in browser.session


def test_a_guest_whose_session_ended_finds_it_again_with_the_code(time_machine: Any) -> None:
    publish_ours("bulky-waste")
    browser = Client()
    browser.post("/en/apply/bulky-waste/")
    application = Application.objects.get()
    later = f"/en/applications/{application.pk}/later/"
    browser.post(later, {"do": "code", "question": "pet", "answer": "Luna"})
    time_machine.move_to(NOW + timedelta(hours=5), tick=False)
    place = page_of(application, "not-taken")
    assert "/account/login/" in browser.post(place, {"_shown": "not_taken", "not_taken": "tyres"})["Location"]
    code = application.ways_back.get().code
    assert browser.post("/en/come-back/", {"code": code, "answer": "luna"})["Location"] == place
    page = main_of(browser.get(place))
    assert [box["value"] for box in page.select("input[checked]")] == ["tyres"]


def test_whoever_comes_back_later_finds_a_day_that_does_not_exist_in_its_boxes(
    her: Client, at_dog: Application
) -> None:
    day = {"dog_born-day": "30", "dog_born-month": "2", "dog_born-year": "2020"}
    assert "later" in her.post(page_of(at_dog), {**HALF, **day, "_later": "yes"})["Location"]
    page = her.get(page_of(at_dog))
    assert [value(page, name) for name in day] == ["30", "2", "2020"]
    assert value(page, "dog_name") == "Lu"
    assert not open_answers(again(at_dog).draft).get("dog_born")
