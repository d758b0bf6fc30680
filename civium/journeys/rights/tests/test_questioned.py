"""A question about a reading: everybody of the office works on it but whoever read."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from civium.engines.cases.actions.hand_over import CannotTakeIt, hand_over
from civium.engines.cases.actions.withdraw_case import withdraw_case
from civium.engines.cases.models import Case
from civium.engines.cases.rules import may_work_on
from civium.engines.notices.models import Notice
from civium.foundation.identity.actions.grant_role import grant_role
from civium.foundation.identity.actions.join_machine import join_machine
from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import get_agency
from civium.foundation.journal.queries import find_dead_reactions, find_entries
from civium.foundation.privacy.actions.declare_reading import note_reading
from civium.foundation.privacy.actions.restrict_use import restrict_use
from civium.foundation.privacy.actions.watch_readings import readings
from civium.foundation.privacy.events import DataRead
from civium.foundation.privacy.models import Why
from civium.journeys.emergencies.actions.open_in_emergency import NoSuchCase, open_in_emergency
from civium.journeys.rights.actions.question_reading import AskedAlready, question_reading
from civium.journeys.rights.waiting_for_another import find_waiting_for_another
from tests.applying import apply_for, move, read_by
from tests.cast import NOW
from tests.offer import publish_ours

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services", "seal", "at_nine")]
QUEUES = ("mine", "for-my-role", "unassigned", "team", "due-soon", "late", "waiting", "closed")


def find_reading(person: Person) -> int:
    return max(e.pk for e in find_entries([person.vault_key]) if isinstance(e.event, DataRead))


def test_a_question_is_not_there_for_whoever_it_is_about(
    amina: Person, make_person: Callable[..., Person]
) -> None:
    """Nor may anybody put it on their desk; everybody else of the office works on it."""
    publish_ours("data-request")
    asked_about = make_person("Petra", role="officer", agency="data-protection")
    colleague = make_person("Piet", role="officer", agency="data-protection")
    for person in (asked_about, colleague):
        grant_role(person, role="data-protection-officer", agency=None, shown_as=person.name, by=None, at=NOW)
    petra, piet = (Person.objects.get(pk=person.pk) for person in (asked_about, colleague))
    question_reading(read_by(petra, amina), words="Why?", language="en", by=amina, at=NOW)
    case = Case.objects.get(service="data-request")
    desks = {}
    for person in (petra, piet):
        desks[person] = Client()
        desks[person].force_login(person)
    page = f"/en/desk/cases/{case.reference}/"
    assert (desks[petra].get(page).status_code, desks[piet].get(page).status_code) == (404, 200)
    for method, address, sent in (
        ("post", "holder/", {"do": "claim"}),
        ("get", "moves/reply/", {}),
        ("post", "moves/reply/", {"reason": "All was well.", "revision": "1"}),
        ("post", "notes/", {"words": "Mine."}),
        ("post", "message/", {"words": "Hello."}),
        ("get", "links/", {}),
    ):
        assert getattr(desks[petra], method)(page + address, sent).status_code == 404, address
    for queue in QUEUES:
        shown = desks[petra].get(f"/en/desk/?queue={queue}").content.decode()
        assert case.shown_reference not in shown, queue
        assert case.reference not in shown, queue
    found = desks[petra].get(f"/en/desk/?queue=found&words={case.reference}").content.decode()
    assert page not in found
    assert case.shown_reference in desks[piet].get("/en/desk/?queue=team").content.decode()
    # Those who check: the others see it, whoever it is about does not.
    asked = "/en/desk/asked-readings/"
    assert case.shown_reference not in desks[petra].get(asked).content.decode()
    assert case.shown_reference in desks[piet].get(asked).content.decode()
    # Nor by another way: handed over, in an emergency.
    with pytest.raises(CannotTakeIt):
        hand_over(case, to=petra, note="", revision=case.revision, by=piet, at=NOW)
    reason = "I must know at once what she wants to know of me."
    with pytest.raises(NoSuchCase):
        open_in_emergency(case.reference, why="life", reason=reason, by=petra, at=NOW)
    assert move(case, "reply", by=piet, reason="It was for your licence.").is_decided


def test_nor_for_whoever_let_in_the_program_that_it_is_about(
    amina: Person, make_person: Callable[..., Person]
) -> None:
    publish_ours("data-request")
    petra = make_person("Petra", role="supervisor", agency="data-protection")
    piet = make_person("Piet", role="officer", agency="data-protection")
    program = join_machine(name="Scanner", at=NOW)
    office = get_agency("data-protection")
    grant_role(program, role="clerk", agency=office, shown_as="Scanner", by=petra, at=NOW)
    question_reading(read_by(program, amina), words="Why?", language="en", by=amina, at=NOW)
    case = Case.objects.get(service="data-request")
    able = {person.pk for person in (petra, piet, program) if may_work_on(person, case)}
    assert able == {piet.pk}


def test_where_only_the_asked_about_could_answer_an_administrator_is_told_and_gives_the_role(
    amina: Person, ada: Person, make_person: Callable[..., Person]
) -> None:
    publish_ours("data-request")
    petra = make_person("Petra", role="officer", agency="data-protection")
    grant_role(petra, role="data-protection-officer", agency=None, shown_as="Petra", by=None, at=NOW)
    grant_role(petra, role="administrator", agency=None, shown_as="Petra", by=None, at=NOW)
    petra = Person.objects.get(pk=petra.pk)
    with readings(at=NOW):
        note_reading(of=amina.pk, kinds={"answers"}, purpose="work-on-case", by=petra)
    question_reading(find_reading(amina), words="Why did she look?", language="en", by=amina, at=NOW)
    case = Case.objects.get(service="data-request")
    (letter,) = Notice.objects.filter(kind="nobody-may-answer")
    assert letter.to == ada, "not whom it is about, who is an administrator too"
    assert "Officer" in letter.body
    for hers in (case.reference, case.shown_reference, "Amina", "Why did she look?"):
        assert hers not in letter.body + letter.subject
    hers = Client()
    hers.force_login(amina)
    page = reverse("portal:case", args=[case.reference])
    waits = "Your question waits for somebody else"
    assert waits in hers.get(page).content.decode()
    desks = {}
    for person in (ada, petra):
        desks[person] = Client()
        desks[person].force_login(person)
    missing = "Somebody is missing:"
    assert missing in desks[ada].get("/en/desk/staff/").content.decode()
    assert missing not in desks[petra].get("/en/desk/staff/").content.decode()
    piet = make_person("Piet", role="officer", agency="data-protection")
    assert missing not in desks[ada].get("/en/desk/staff/").content.decode()
    assert waits not in hers.get(page).content.decode()
    assert move(case, "reply", by=piet, reason="It was for your licence.").is_decided


def test_where_a_colleague_may_answer_no_administrator_is_called(
    amina: Person, ada: Person, make_person: Callable[..., Person]
) -> None:
    publish_ours("data-request")
    petra = make_person("Petra", role="officer", agency="data-protection")
    make_person("Piet", role="officer", agency="data-protection")
    with readings(at=NOW):
        note_reading(of=amina.pk, kinds={"answers"}, purpose="work-on-case", by=petra)
    question_reading(find_reading(amina), words="Why?", language="en", by=amina, at=NOW)
    assert not Notice.objects.filter(kind="nobody-may-answer").exists()
    assert find_waiting_for_another() == []


@pytest.mark.django_db(transaction=True)
def test_a_question_that_is_sent_many_times_at_once_is_one_question(amina: Person, boris: Person) -> None:
    publish_ours("data-request")
    with readings(at=NOW):
        note_reading(of=amina.pk, kinds={"answers"}, purpose="work-on-case", by=boris)
    number, gate = find_reading(amina), threading.Barrier(4)
    found: list[Any] = []

    def press() -> None:
        gate.wait()
        try:
            with readings(lambda: amina.pk, at=NOW):
                question_reading(number, words="Why?", language="en", by=amina, at=NOW)
            found.append("asked")
        except AskedAlready:
            found.append("asked already")
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["asked"] + ["asked already"] * 3
    assert Case.objects.filter(service="data-request").count() == 1


@pytest.fixture
def petra(make_person: Callable[..., Person]) -> Person:
    publish_ours("data-request")
    person = make_person("Petra", role="officer", agency="data-protection")
    grant_role(person, role="data-protection-officer", agency=None, shown_as="Petra", by=None, at=NOW)
    return Person.objects.get(pk=person.pk)


def test_a_number_that_is_typed_into_the_form_is_the_reading_that_is_asked_about(
    amina: Person, petra: Person, client: Client
) -> None:
    number = read_by(petra, amina)
    asked = apply_for(amina, "data-request", 6, reading=f" {number} ")
    client.force_login(petra)
    assert client.get(f"/en/desk/cases/{asked.reference}/").status_code == 404
    with pytest.raises(AskedAlready):
        question_reading(number, words="Why?", language="en", by=amina, at=NOW)


def test_who_wants_nothing_of_theirs_used_is_asked_about_nothing_and_linked_all_the_same(
    amina: Person, petra: Person, client: Client
) -> None:
    number = read_by(petra, amina)
    restrict_use(amina.vault_key, because=Why.CLAIM, by=amina, at=NOW)
    asked = apply_for(amina, "data-request", 6, reading=str(number))
    assert find_dead_reactions() == []
    client.force_login(petra)
    assert client.get(f"/en/desk/cases/{asked.reference}/").status_code == 404


@pytest.mark.parametrize("typed", ["4711", "the one of Monday", "9" * 40, "١٢"])
def test_a_number_of_nobodys_or_of_somebody_elses_reading_stays_a_word(
    amina: Person, ben: Person, petra: Person, client: Client, typed: str
) -> None:
    theirs = read_by(petra, ben)
    client.force_login(petra)
    for reading in (typed, str(theirs)):
        asked = apply_for(amina, "data-request", 6, reading=reading)
        assert client.get(f"/en/desk/cases/{asked.reference}/").status_code == 200


def test_a_question_that_was_withdrawn_is_not_among_the_answered(
    amina: Person, make_person: Callable[..., Person], petra: Person, client: Client
) -> None:
    reader = make_person("Piet", role="officer", agency="data-protection")
    asked = apply_for(amina, "data-request", 6, reading=str(read_by(reader, amina)))
    withdraw_case(asked, by=amina, at=NOW)
    client.force_login(petra)
    answered = client.get("/en/desk/asked-readings/?which=answered").content.decode()
    withdrawn = client.get("/en/desk/asked-readings/?which=withdrawn").content.decode()
    assert "Answered (0)" in answered
    assert "Withdrawn (1)" in withdrawn
    assert asked.shown_reference not in answered
    assert asked.shown_reference in withdrawn
