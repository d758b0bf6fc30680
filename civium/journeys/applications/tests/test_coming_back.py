"""Finishing later: by a code with a check question, by a link, reminded in time."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from civium.engines.notices.models import Notice
from civium.foundation.identity.models import Person
from civium.journeys.applications.actions.make_way_back import shown_code
from civium.journeys.applications.models import Application, Way, WayBack
from civium.journeys.applications.tasks import (
    remind_of_expiring_applications,
)
from tests.applying import again, begin, checkout, fill_in, forget_what_is_old, provider_says, send
from tests.cast import NOW
from tests.offer import publish_ours

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "at_nine")]
STREET = {"question": "street", "answer": "Calle de Álamo 7"}


@pytest.fixture
def her(amina: Person) -> Client:
    """Amina's browser."""
    client = Client()
    client.force_login(amina)
    return client


def later(application: Application) -> str:
    return f"/en/applications/{application.pk}/later/"


def words_of(response: Any) -> str:
    found = BeautifulSoup(response.content, "html.parser").select_one("main")
    assert found is not None
    return " ".join(found.get_text(" ").split())


def way_of(application: Application, way: Way) -> WayBack:
    return application.ways_back.select_related("application").get(way=way)


def test_the_page_says_until_when_it_is_kept(her: Client, amina: Person) -> None:
    said = words_of(her.get(later(begin(amina))))
    assert "until 31 May 2026" in said
    assert "what you began is on your page" in said


def test_a_code_with_a_check_question_opens_it_on_a_shared_computer(her: Client, amina: Person) -> None:
    application = begin(amina)
    answer = her.post(later(application), {"do": "code", **STREET})
    assert answer["Location"] == f"{later(application)}#code"
    code = shown_code(way_of(application, Way.DRAFT).code)
    assert code in words_of(her.get(later(application)))

    library = Client()
    asked = library.post("/en/come-back/", {"code": code.lower()})
    assert "In which street did you grow up?" in words_of(asked)
    right = library.post("/en/come-back/", {"code": code, "answer": "calle de alamo, 7"})
    assert right["Location"] == f"/en/applications/{application.pk}/"
    assert library.get(f"/en/applications/{application.pk}/pages/owner/").status_code == 200
    # It opens this, and nothing of the account.
    assert "/account/login/" in library.get("/en/my/")["Location"]


def test_once_it_is_sent_the_shared_computer_is_out(her: Client, amina: Person) -> None:
    application = fill_in(begin(amina), 2)
    her.post(later(application), {"do": "code", **STREET})
    code = way_of(application, Way.DRAFT).code
    library = Client()
    library.post("/en/come-back/", {"code": code, "answer": STREET["answer"]})
    send(application)
    assert "/account/login/" in library.get(f"/en/applications/{application.pk}/")["Location"]
    assert library.post("/en/come-back/", {"code": code, "answer": STREET["answer"]}).status_code == 422


@pytest.mark.parametrize("missing", [{"answer": ""}, {"answer": " -- "}, {"question": ""}, {"question": "x"}])
def test_a_code_needs_a_question_and_its_answer(her: Client, amina: Person, missing: dict[str, str]) -> None:
    application = begin(amina)
    answer = her.post(later(application), {"do": "code", **STREET, **missing})
    assert answer.status_code == 422
    assert not application.ways_back.exists()


def test_five_wrong_answers_close_the_code_and_the_account_stays(her: Client, amina: Person) -> None:
    application = begin(amina)
    her.post(later(application), {"do": "code", **STREET})
    code = way_of(application, Way.DRAFT).code
    for _try in range(5):
        assert Client().post("/en/come-back/", {"code": code, "answer": "x"}).status_code == 422
    closed = Client().post("/en/come-back/", {"code": code, "answer": STREET["answer"]})
    assert "answered wrongly too often" in words_of(closed)
    assert her.get(f"/en/applications/{application.pk}/").status_code == 302


def test_a_new_code_ends_the_old_one(her: Client, amina: Person) -> None:
    application = begin(amina)
    her.post(later(application), {"do": "code", **STREET})
    old = way_of(application, Way.DRAFT).code
    her.post(later(application), {"do": "code", **STREET})
    assert Client().post("/en/come-back/", {"code": old, "answer": STREET["answer"]}).status_code == 422


def test_equal_answers_of_two_people_do_not_look_the_same(her: Client, amina: Person, ben: Person) -> None:
    hers, his = begin(amina), begin(ben)
    her.post(later(hers), {"do": "code", **STREET})
    client = Client()
    client.force_login(ben)
    client.post(later(his), {"do": "code", **STREET})
    assert way_of(hers, Way.DRAFT).answer_index != way_of(his, Way.DRAFT).answer_index


def test_a_link_asks_for_the_sign_in_of_the_one_it_was_sent_to(
    her: Client, amina: Person, ben: Person
) -> None:
    application = begin(amina)
    her.post(later(application), {"do": "link"})
    notice = Notice.objects.get(kind="link-back")
    link = re.search(r"/en/come-back/[\w-]+/", notice.text)
    assert link
    assert notice.to == amina
    anybody = Client()
    assert anybody.get(link[0])["Location"] == f"/en/applications/{application.pk}/"
    assert "/account/login/" in anybody.get(f"/en/applications/{application.pk}/")["Location"]
    his = Client()
    his.force_login(ben)
    assert his.get(link[0], follow=True).status_code == 404
    assert her.get(link[0], follow=True).status_code == 200


def test_a_guest_is_asked_the_check_question_when_following_the_link(time_machine: Any) -> None:
    publish_ours("bulky-waste")
    visitor = Client()
    visitor.post("/en/apply/bulky-waste/")
    application = Application.objects.get()
    asked = {"do": "link", "email": "lin@example.org", **STREET}
    assert visitor.post(later(application), asked).status_code == 302
    link = re.search(r"/en/come-back/[\w-]+/", Notice.objects.get().text)
    assert link
    phone = Client()
    assert "In which street" in words_of(phone.get(link[0]))
    assert phone.get(f"/en/applications/{application.pk}/").status_code == 302
    right = phone.post(link[0], {"answer": STREET["answer"]})
    assert right["Location"] == f"/en/applications/{application.pk}/"
    # A way back keeps the draft as long as it works.
    assert again(application).draft.expires_at == NOW + timedelta(days=7)
    time_machine.move_to(NOW + timedelta(days=7, seconds=1), tick=False)
    assert Client().get(link[0]).status_code == 404


def test_a_town_does_not_flood_an_address(her: Client, amina: Person) -> None:
    application = begin(amina)
    for _mail in range(5):
        her.post(later(application), {"do": "link"})
    assert her.post(later(application), {"do": "link"}).status_code == 422
    assert Notice.objects.count() == 5


def test_whoever_stopped_is_reminded_a_week_before_and_once(amina: Person, time_machine: Any) -> None:
    application = begin(amina)
    time_machine.move_to(NOW + timedelta(days=82), tick=False)
    remind_of_expiring_applications.func()
    assert not Notice.objects.exists()
    for day in (84, 85):
        time_machine.move_to(NOW + timedelta(days=day), tick=False)
        remind_of_expiring_applications.func()
    notice = Notice.objects.get()
    assert (notice.to, notice.kind) == (amina, "draft-expires")
    assert "31 May 2026" in notice.subject
    assert f"/applications/{application.pk}/" in notice.text


def test_whoever_stopped_at_the_payment_is_reminded_too(amina: Person, time_machine: Any) -> None:
    waits = send(fill_in(begin(amina, "dog-licence")))
    time_machine.move_to(NOW + timedelta(days=84), tick=False)
    remind_of_expiring_applications.func()
    notice = Notice.objects.get(kind="draft-expires")
    assert "did not pay for it yet" in notice.text
    assert f"/applications/{waits.pk}/" in notice.text


def test_whoever_waits_for_the_bank_is_not_reminded(amina: Person, time_machine: Any) -> None:
    provider_says(checkout(send(fill_in(begin(amina, "dog-licence")))), "pending")
    time_machine.move_to(NOW + timedelta(days=84), tick=False)
    remind_of_expiring_applications.func()
    assert not Notice.objects.filter(kind="draft-expires").exists()


def test_then_it_is_really_removed_with_its_ways_back(her: Client, amina: Person, time_machine: Any) -> None:
    application = begin(amina)
    her.post(later(application), {"do": "code", **STREET})
    time_machine.move_to(NOW + timedelta(days=91), tick=False)
    forget_what_is_old()
    assert again(application).state == "dropped"
    assert not WayBack.objects.exists()


def test_old_ways_back_are_forgotten(her: Client, amina: Person, time_machine: Any) -> None:
    her.post(later(begin(amina)), {"do": "counter"})
    forget_what_is_old()
    assert WayBack.objects.count() == 1
    time_machine.move_to(NOW + timedelta(minutes=31), tick=False)
    forget_what_is_old()
    assert not WayBack.objects.exists()
