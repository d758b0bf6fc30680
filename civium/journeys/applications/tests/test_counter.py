"""Help at the counter: opened by the code that is shown, on behalf, seen by both sides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from civium.engines.forms.queries import open_answers
from civium.engines.notices.models import Notice
from civium.foundation.identity.models import Person
from civium.journeys.applications.case_file import read_case_file
from civium.journeys.applications.models import Application, Way
from civium.journeys.applications.tasks import end_help_of_the_day
from tests.applying import again, begin, case_of, fill_in
from tests.cast import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "at_nine")]
COUNTER = "/en/desk/counter/"


@pytest.fixture
def his(boris: Person) -> Client:
    """Boris at his counter."""
    client = Client()
    client.force_login(boris)
    return client


@pytest.fixture
def her(amina: Person) -> Client:
    """Amina's phone."""
    client = Client()
    client.force_login(amina)
    return client


@pytest.fixture
def draft(amina: Person) -> Application:
    """What Amina cannot finish by herself."""
    return fill_in(begin(amina), 2)


def shown(her: Client, draft: Application) -> str:
    her.post(f"/en/applications/{draft.pk}/later/", {"do": "counter"})
    return str(draft.ways_back.get(way=Way.COUNTER).code)


def place(application: Application, rest: str = "") -> str:
    return f"/en/applications/{application.pk}/{rest}"


def words_of(response: Any) -> str:
    found = BeautifulSoup(response.content, "html.parser").select_one("main")
    assert found is not None
    return " ".join(found.get_text(" ").split())


def test_a_clerk_opens_what_a_citizen_shows_and_fills_it_in(
    his: Client, her: Client, draft: Application, boris: Person
) -> None:
    assert his.get(place(draft)).status_code == 404
    answer = his.post(COUNTER, {"code": shown(her, draft)})
    assert answer["Location"] == place(draft)
    page = his.get(place(draft, "pages/chip/"))
    assert "for Amina" in words_of(page)
    assert his.post(place(draft, "pages/chip/"), {"chip_number": "941000099999999"}).status_code == 302
    assert open_answers(again(draft).draft)["chip_number"] == "941000099999999"
    assert "A colleague of ours" in words_of(her.get(place(draft, "pages/chip/")))


def test_the_citizen_is_told_and_the_record_has_who_did_what(
    his: Client, her: Client, draft: Application, amina: Person
) -> None:
    his.post(COUNTER, {"code": shown(her, draft)})
    his.post(place(draft, "check/"))
    notice = Notice.objects.get(kind="help-at-counter")
    assert notice.to == amina
    assert "Boris" in notice.text
    file = read_case_file(case_of(draft), language="en", is_staff=False)
    told = {(line.title, line.by) for line in file.story}
    assert ("Opened at the counter, to help", "Boris") in told
    assert ("Application sent", "At the counter, with Boris") in told
    assert case_of(draft).applicant == amina


def test_the_code_works_once_and_for_half_an_hour(
    his: Client, her: Client, draft: Application, boris: Person, time_machine: Any
) -> None:
    code = shown(her, draft)
    his.post(COUNTER, {"code": code})
    assert his.post(COUNTER, {"code": code}).status_code == 422
    code = shown(her, draft)
    time_machine.move_to(NOW + timedelta(minutes=31), tick=False)
    his.force_login(boris)  # whoever works here and does nothing for so long signs in again
    assert his.post(COUNTER, {"code": code}).status_code == 422


def test_the_counter_code_opens_nothing_elsewhere(her: Client, draft: Application) -> None:
    assert Client().post("/en/come-back/", {"code": shown(her, draft), "answer": "x"}).status_code == 422


def test_a_code_to_come_back_opens_nothing_at_the_counter(
    his: Client, her: Client, draft: Application
) -> None:
    her.post(place(draft, "later/"), {"do": "code", "question": "pet", "answer": "Luna"})
    assert his.post(COUNTER, {"code": draft.ways_back.get().code}).status_code == 422


def test_only_clerks_have_a_counter(
    her: Client, draft: Application, omar: Person, ben: Person, finn: Person
) -> None:
    code = shown(her, draft)
    for person in (omar, ben, finn):
        client = Client()
        client.force_login(person)
        assert client.post(COUNTER, {"code": code}).status_code == 404
    assert again(draft).helper is None


def test_nobody_helps_themselves(his: Client, boris: Person) -> None:
    own = begin(boris)
    his.post(f"/en/applications/{own.pk}/later/", {"do": "counter"})
    assert his.post(COUNTER, {"code": own.ways_back.get().code}).status_code == 422


@pytest.mark.parametrize("ended_by", ["clerk", "citizen", "night"])
def test_help_ends(his: Client, her: Client, draft: Application, ended_by: str) -> None:
    his.post(COUNTER, {"code": shown(her, draft)})
    end: dict[str, Callable[[], object]] = {
        "clerk": lambda: his.post(f"{COUNTER}{draft.pk}/end/"),
        "citizen": lambda: her.post(place(draft, "later/"), {"do": "end-help"}),
        "night": lambda: end_help_of_the_day.func(),
    }
    end[ended_by]()
    assert his.get(place(draft)).status_code == 404
    assert his.post(place(draft, "pages/chip/"), {"chip_number": "9" * 15}).status_code == 404
    assert her.get(place(draft)).status_code == 302


def test_guessing_codes_at_a_counter_ends(his: Client) -> None:
    for _try in range(30):
        assert his.post(COUNTER, {"code": "7K4M-92QX"}).status_code == 422
    assert "30 minutes" in words_of(his.post(COUNTER, {"code": "7K4M-92QX"}))
