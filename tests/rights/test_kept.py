"""What the law keeps after an erasure: sealed for everybody, listed for the data-protection officer, opened with a reason on the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from civium.doors.portal.tests.test_acting import give
from civium.engines.cases.models import Case
from civium.foundation.files.queries import find_files_under
from civium.foundation.identity.actions.grant_role import grant_role
from civium.foundation.identity.models import Person
from civium.foundation.journal.queries import find_entries
from civium.foundation.privacy.actions.erase_owner import erase_owner
from civium.foundation.privacy.events import DataRead
from civium.foundation.privacy.models import Restriction, Why
from civium.foundation.vault.actions.watching import forget_keys
from civium.journeys.applications.actions.send_application import send_application
from tests.applying import apply_for, begin, case_of, fill_in, move
from tests.cast import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seal", "at_nine")]
BECAUSE = "The court asks for it in case 12 C 34/26."


@pytest.fixture
def dario(make_person: Callable[..., Person]) -> Person:
    return make_person("Dario", role="data-protection-officer")


@pytest.fixture
def kept(demo_services: dict[str, int], amina: Person, boris: Person, omar: Person) -> Case:
    """Granted to Amina, who is erased since: the law keeps it for a while."""
    case = move(move(apply_for(amina, example=2, dog_name="Luna"), "accept", by=boris), "grant", by=omar)
    erase_owner(amina.vault_key, because="asked", by=None, at=NOW)
    return Case.objects.get(pk=case.pk)


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def words(answer: Any) -> str:
    page = BeautifulSoup(answer.content, "html.parser").select_one("main")
    assert page is not None
    return " ".join(page.get_text(" ", strip=True).split())


def test_the_list_says_what_until_when_and_why_and_nothing_of_anybody(kept: Case, dario: Person) -> None:
    page = words(browser(dario).get("/en/desk/kept/"))
    for said in (kept.shown_reference, "Dog licence", "town’s task"):
        assert said in page
    assert "Luna" not in page


def test_nothing_opens_without_a_reason(kept: Case, dario: Person) -> None:
    desk, place = browser(dario), f"/en/desk/kept/{kept.reference}/"
    assert "Luna" not in words(desk.get(place))
    for posted in (
        {"occasion": "interest", "reason": BECAUSE},
        {"occasion": "claim", "reason": "Court."},
        {"occasion": "claim", "reason": "x" * 2_001},
    ):
        answer = desk.post(place, posted)
        assert answer.status_code == 422
        assert "Luna" not in words(answer)
    assert not [e for e in find_entries([kept.subject]) if e.kind == "rights.KeptOpened"]
    file = find_files_under(kept.subject)[0]
    assert desk.get(f"{place}files/{file.pk}/").status_code == 404


def test_with_a_reason_it_opens_for_an_hour_for_that_person_and_is_a_reading(
    kept: Case, dario: Person, make_person: Callable[..., Person], time_machine: Any
) -> None:
    desk, place = browser(dario), f"/en/desk/kept/{kept.reference}/"
    assert desk.post(place, {"occasion": "claim", "reason": BECAUSE}).status_code == 302
    page = words(desk.get(place))
    assert "Luna" in page
    assert BECAUSE in page
    assert "Dario" in page
    link = BeautifulSoup(desk.get(place).content, "html.parser").select_one(f"main a[href^='{place}files/']")
    assert link is not None
    answer = desk.get(str(link["href"]))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    read = [
        e.event for e in find_entries([kept.subject]) if isinstance(e.event, DataRead) and e.by_id == dario.pk
    ]
    assert {(e.purpose, e.role) for e in read} == {("kept-by-law", "data-protection-officer")}
    assert "12 C" not in str([e.data for e in find_entries([kept.subject])])
    other = make_person("Dora", role="data-protection-officer")
    assert "Luna" not in words(browser(other).get(place))
    time_machine.move_to(NOW + dt.timedelta(minutes=61), tick=False)
    assert "Luna" not in words(browser(dario).get(place))


def test_it_opens_too_where_somebody_else_acted_who_sees_that_it_was_read(
    demo_services: dict[str, int], amina: Person, ben: Person, boris: Person, omar: Person, dario: Person
) -> None:
    give(amina, ben)
    application = fill_in(begin(amina), 2, dog_name="Luna")
    her = Person.objects.get(pk=amina.pk)
    her.hands = ben
    case = case_of(send_application(application, by=her, at=NOW))
    move(move(case, "accept", by=boris), "grant", by=omar)
    erase_owner(amina.vault_key, because="asked", by=None, at=NOW)
    desk, place = browser(dario), f"/en/desk/kept/{case.reference}/"
    desk.post(place, {"occasion": "claim", "reason": BECAUSE})
    page = words(desk.get(place))
    assert "Luna" in page
    assert ben.name in page
    read = [e.event for e in find_entries([ben.vault_key]) if isinstance(e.event, DataRead)]
    assert ("kept-by-law", "name") in {(e.purpose, e.kinds) for e in read}


def test_nobody_else_is_let_in(
    kept: Case, omar: Person, chen: Person, make_person: Callable[..., Person]
) -> None:
    for person in (omar, chen, make_person("Ada", role="administrator"), make_person("Au", role="auditor")):
        assert browser(person).get("/en/desk/kept/").status_code == 404
        assert browser(person).post(f"/en/desk/kept/{kept.reference}/", {}).status_code == 404
    assert browser(omar).get(f"/en/desk/cases/{kept.reference}/").status_code == 403


def test_who_may_open_it_is_led_there_from_the_desk_and_nobody_else(
    kept: Case, omar: Person, dario: Person
) -> None:
    grant_role(dario, role="officer", agency=kept.agency, shown_as="Dario", by=None, at=NOW)
    dario = Person.objects.get(pk=dario.pk)
    place = f"/en/desk/cases/{kept.reference}/"
    led = browser(dario).get(place)
    assert f'href="/en/desk/kept/{kept.reference}/"' in led.content.decode()
    assert "Ask the data-protection officer" not in words(led)
    assert "ask the data-protection officer" in words(browser(omar).get(place))
    Restriction.objects.filter(owner=kept.subject).update(because=Why.CLAIM, until=None)
    forget_keys()
    told = words(browser(dario).get(place))
    assert "Only they can end that" in told
    assert "Ask the data-protection officer" not in told


def test_an_old_sign_in_is_asked_for_again(kept: Case, dario: Person, time_machine: Any) -> None:
    desk = browser(dario)
    time_machine.move_to(NOW + dt.timedelta(minutes=14), tick=False)
    desk.get("/en/desk/kept/")
    time_machine.move_to(NOW + dt.timedelta(minutes=16), tick=False)
    answer = desk.post(f"/en/desk/kept/{kept.reference}/", {"occasion": "claim", "reason": BECAUSE})
    assert "/confirm/" in answer["Location"]


def test_what_is_not_kept_is_not_there(kept: Case, ben: Person, dario: Person) -> None:
    alive = apply_for(ben)
    desk = browser(dario)
    for reference in (alive.reference, "7K4M92QX"):
        assert desk.get(f"/en/desk/kept/{reference}/").status_code == 404


def test_when_its_day_has_come_it_is_gone(kept: Case, dario: Person) -> None:
    erase_owner(kept.subject, because="locked-away", by=None, at=NOW)
    desk = browser(dario)
    assert "Nothing is kept" in words(desk.get("/en/desk/kept/"))
    assert desk.get(f"/en/desk/kept/{kept.reference}/").status_code == 404
