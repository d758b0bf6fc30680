"""Registers in an application's life: things found by their reference, and what is told when it is over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from civium.engines.cases.models import Case
from civium.engines.forms.queries import open_answers
from civium.engines.notices.models import Notice
from civium.engines.registries import adapters
from civium.engines.registries.adapters import demo_agencies, demo_fines
from civium.engines.registries.events import RegisterTold
from civium.engines.registries.models import DemoMessage
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.jobs.models import QueuedJob
from civium.foundation.jobs.queries import find_failing_jobs
from civium.foundation.journal.queries import find_entries
from civium.foundation.privacy.actions.restrict_use import end_restriction, lock_away, restrict_use
from civium.foundation.privacy.actions.watch_readings import automatic_readings
from civium.foundation.privacy.events import DataRead
from civium.foundation.privacy.models import Why
from civium.foundation.vault.actions.destroy_key import destroy_key
from civium.journeys.applications.actions.apply_at_once import WrongAnswers, apply_at_once
from civium.journeys.applications.actions.look_up import MOST_AN_HOUR
from civium.journeys.applications.actions.move_the_case import move_the_case
from civium.journeys.applications.actions.send_application import NotComplete
from civium.journeys.applications.actions.tell_registers import tell_one_register
from civium.journeys.applications.case_file import read_case_file
from civium.journeys.applications.models import Application
from civium.journeys.catalogue.queries import get_offer
from tests.applying import again, apply_for, begin, case_of, fill_in, move, pay, payment_of, send
from tests.cast import NOW
from tests.offer import publish_ours

PAY_EARLY, CONTEST = 0, 3
REASON = "The sign was there."

pytestmark = pytest.mark.usefixtures("at_nine", "seal")


@pytest.fixture(autouse=True)
def services(db: None) -> None:
    publish_ours("parking-fine", "change-of-address")


def told(case: Case) -> list[tuple[str, str, str]]:
    events = [entry.event for entry in find_entries([case.subject])]
    return [(each.register, each.message, each.result) for each in events if isinstance(each, RegisterTold)]


# --- finding ---------------------------------------------------------------------------------------------------------


def post(client: Client, application: Application, **typed: str) -> tuple[int, list[str]]:
    """Send the first page; the status, and what the summary of mistakes says."""
    address = reverse("applications:page", args=[application.id, "find"])
    answer = client.post(address, {"_shown": ["plate", "fine"], **typed})
    soup = BeautifulSoup(answer.content, "html.parser")
    return answer.status_code, [link.text.strip() for link in soup.select(".govuk-error-summary a")]


@pytest.fixture
def her_fine(amina: Person, client: Client) -> Application:
    client.force_login(amina)
    return begin(amina, "parking-fine")


def kept(application: Application) -> Mapping[str, Any]:
    return open_answers(again(application).draft)


def test_a_fine_is_found_and_kept_with_its_facts(her_fine: Application, client: Client) -> None:
    status, _mistakes = post(client, her_fine, plate="1234 bcd", fine="pm-004711")
    assert status == 302
    assert kept(her_fine)["fine"] == {
        "reference": "PM004711",
        "offence": "no-ticket",
        "place": "Quay Street 8",
        "fined_on": "2026-02-25",
        "amount": "80.00",
        "early_until": "2026-03-17",
        "due_on": "2026-04-26",
        "state": "open",
    }
    page = client.get(reverse("applications:page", args=[her_fine.id, "your-fine"])).content.decode()
    assert "Parked without a valid ticket" in page
    assert "€80.00" in page


@pytest.mark.parametrize(
    ("plate", "number"), [("5678FGH", "PM004711"), ("1234BCD", "PM000000"), ("1234BCD", "' OR 1=1")]
)
def test_what_is_not_found_is_said_and_not_kept(
    plate: str, number: str, her_fine: Application, client: Client
) -> None:
    status, mistakes = post(client, her_fine, plate=plate, fine=number)
    assert status == 422
    assert mistakes == [
        "There is no fine with this number and this plate. Check both on the slip or the letter"
    ]
    assert not kept(her_fine).get("fine")


def test_nobody_finds_anothers_fine_by_trying_numbers(her_fine: Application, client: Client) -> None:
    """Nor learns which numbers there are: the try that is refused is refused for a right one, too."""
    cache.clear()
    said = [post(client, her_fine, plate="1234BCD", fine=f"PM00{n:04}")[0] for n in range(MOST_AN_HOUR)]
    assert set(said) == {422}
    assert [post(client, her_fine, plate="1234BCD", fine=n)[0] for n in ("PM004711", "PM000000")] == [
        429,
        429,
    ]


def test_nobody_brings_their_own_facts_along(her_fine: Application, client: Client) -> None:
    post(client, her_fine, plate="1234BCD", fine="PM004711", **{"fine-amount": "0.01", "amount": "0.01"})
    assert kept(her_fine)["fine"]["amount"] == "80.00"


def test_facts_that_a_machine_made_up_are_looked_up_before_anything_is_paid(amina: Person) -> None:
    made_up = {"reference": "PM004711", "amount": "0.02", "early_until": "2030-01-01", "state": "open"}
    application = send(fill_in(begin(amina, "parking-fine"), PAY_EARLY, fine=made_up))
    assert kept(application)["fine"]["amount"] == "80.00"
    assert application.state == "to-pay"


def test_a_register_that_does_not_answer_stops_the_page_and_says_so(
    her_fine: Application, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(keys: Mapping[str, str], at: dt.datetime) -> None:
        raise adapters.NoAnswer

    silent = adapters.Register(
        "fines-register", {}, keys=frozenset({"number", "plate"}), facts=demo_fines.FACTS, find=find
    )
    monkeypatch.setattr(demo_fines, "FINES_REGISTER", silent)
    status, mistakes = post(client, her_fine, plate="1234BCD", fine="PM004711")
    assert status == 422
    assert mistakes[0].startswith("We cannot look up fines at the moment")


def test_a_fine_that_somebody_paid_meanwhile_cannot_be_paid_again(amina: Person, ben: Person) -> None:
    slow = fill_in(begin(ben, "parking-fine"), PAY_EARLY)
    apply_for(amina, "parking-fine", PAY_EARLY)
    with pytest.raises(NotComplete):
        send(slow)
    assert kept(slow)["fine"]["state"] == "paid"


# --- telling ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def crew(make_staff: Callable[[str], dict[str, Person]]) -> dict[str, Person]:
    return make_staff("residents-office")


def registered(amina: Person, crew: dict[str, Person]) -> Case:
    case = apply_for(amina, "change-of-address")
    return move(move(case, "accept", by=crew["clerk"]), "register", by=crew["officer"])


def test_three_registers_hear_of_a_new_address_and_the_story_says_so(
    amina: Person, crew: dict[str, Person]
) -> None:
    case = registered(amina, crew)
    names = ["population-register", "tax-office", "refuse-service"]
    assert told(case) == [(name, "new-address", "taken") for name in names]
    story = [line.title for line in read_case_file(case, language="es", is_staff=False).story]
    assert len([title for title in story if "Oficina Tributaria" in title]) == 1


def test_nobody_is_told_of_an_address_that_is_refused(amina: Person, crew: dict[str, Person]) -> None:
    case = apply_for(amina, "change-of-address")
    move(move(case, "accept", by=crew["clerk"]), "refuse", by=crew["officer"], reason=REASON)
    assert told(case) == []


def test_a_silent_register_is_tried_again_and_seen_while_the_others_know(
    amina: Person, crew: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    def take(message: adapters.Message, at: dt.datetime) -> None:
        raise adapters.NoAnswer

    tax, refuse = demo_agencies.AGENCIES
    silent = adapters.Register("tax-office", tax.title, messages=tax.messages, take=take)
    with monkeypatch.context() as patch:
        patch.setattr(demo_agencies, "AGENCIES", (silent, refuse))
        case = registered(amina, crew)
        assert sorted(told(case)) == [
            ("population-register", "new-address", "taken"),
            ("refuse-service", "new-address", "taken"),
            ("tax-office", "new-address", "unavailable"),
        ]
        (job,) = find_failing_jobs()
        assert job.name == "applications.tell_one_register"
        assert "No answer yet from Tax Office" in " ".join(
            line.title for line in read_case_file(case, language="en", is_staff=False).story
        )
    arguments = job.args_kwargs
    tell_one_register.call(*arguments["args"], **arguments["kwargs"])
    assert told(case)[-1] == ("tax-office", "new-address", "taken")


def test_a_job_that_runs_twice_tells_once(amina: Person, crew: dict[str, Person]) -> None:
    case = registered(amina, crew)
    key = DemoMessage.objects.order_by("pk").first()
    assert key is not None
    tell_one_register.call(case.subject, "registered", 0, key.key, NOW.isoformat())
    assert DemoMessage.objects.count() == len(told(case)) == 3


def test_a_payment_tells_the_register_before_anybody_has_looked(amina: Person) -> None:
    application = send(fill_in(begin(amina, "parking-fine"), PAY_EARLY))
    pay(application)
    run_waiting_jobs()
    assert told(case_of(application)) == [("fines-register", "fine-paid", "taken")]


def test_a_contested_fine_is_on_hold_and_then_stands(
    amina: Person, make_staff: Callable[[str], dict[str, Person]]
) -> None:
    staff = make_staff("mobility")
    case = apply_for(amina, "parking-fine", CONTEST)
    assert [message for _register, message, _result in told(case)] == ["fine-contested"]
    case = move(case, "take-up", by=staff["clerk"])
    move(case, "uphold", by=staff["officer"], reason=REASON)
    assert [message for _register, message, _result in told(case)] == ["fine-contested", "fine-upheld"]


def test_what_lies_still_is_told_to_nobody_until_its_owner_ends_that(
    amina: Person, crew: dict[str, Person], time_machine: Any
) -> None:
    case = apply_for(amina, "change-of-address")
    case = move(case, "accept", by=crew["clerk"])
    move_the_case(case, move="register", revision=case.revision, by=crew["officer"], at=NOW)
    restrict_use(case.subject, because=Why.WRONG, by=amina, at=NOW)
    for hours in range(3):
        time_machine.move_to(NOW + dt.timedelta(hours=hours, minutes=1), tick=False)
        run_waiting_jobs()
        assert told(case) == []
    assert not find_failing_jobs(), "waiting is no failure"
    assert len(case_notices(case)) == 2, "the applicant is told what was decided"
    reads = [e.event for e in find_entries([case.subject]) if isinstance(e.event, DataRead)]
    assert "tell-register" not in {each.purpose for each in reads}
    end_restriction(case.subject, by=amina, at=NOW)
    time_machine.move_to(NOW + dt.timedelta(hours=4, minutes=1), tick=False)
    run_waiting_jobs()
    assert [result for _register, _message, result in told(case)] == ["taken"] * 3


def test_what_only_the_law_keeps_or_nobody_any_more_is_told_to_nobody(
    amina: Person, crew: dict[str, Person]
) -> None:
    for lock in (True, False):
        case = apply_for(amina, "change-of-address")
        case = move(case, "accept", by=crew["clerk"])
        move_the_case(case, move="register", revision=case.revision, by=crew["officer"], at=NOW)
        if lock:
            lock_away(case.subject, until=NOW.date() + dt.timedelta(days=9), by=None, at=NOW)
        else:
            destroy_key(case.subject, by=None, at=NOW)
        jobs = [job for job in QueuedJob.objects.all() if job.name == "applications.tell_one_register"]
        for job in jobs:
            tell_in_the_queue(job)
        assert told(case) == []


def tell_in_the_queue(job: QueuedJob) -> None:
    with automatic_readings(job.name, NOW):
        tell_one_register.call(*job.args_kwargs["args"], **job.args_kwargs["kwargs"])


def case_notices(case: Case) -> list[Notice]:
    return list(Notice.objects.filter(about=case.subject, to=case.applicant))


# --- by a program ----------------------------------------------------------------------------------------------------

PAYS = {"plate": "1234 BCD", "choice": "pay", "pays": True}


@pytest.mark.parametrize("fine", ["pm-004711", {"reference": "PM004711", "amount": "0.02", "state": "open"}])
def test_a_program_names_a_fine_and_brings_no_facts(fine: Any, amina: Person) -> None:
    application = apply_at_once(
        get_offer("parking-fine"), answers={**PAYS, "fine": fine}, by=amina, language="en", at=NOW
    )
    assert kept(application)["fine"]["amount"] == "80.00"
    assert str(payment_of(application).amount.amount) == "40.00"


def test_a_program_that_names_no_fine_of_this_plate_hears_so(amina: Person) -> None:
    answers = {**PAYS, "plate": "5678FGH", "fine": "PM004711"}
    with pytest.raises(WrongAnswers) as refusal:
        apply_at_once(get_offer("parking-fine"), answers=answers, by=amina, language="en", at=NOW)
    assert "There is no fine" in refusal.value.details["errors"]["fine"]
