"""Stuck work: an administrator sees what died, with nothing about anybody in it, and tries it again or lets it go."""

from __future__ import annotations

import re
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from civium.doors.desk.stuck import WORK
from civium.engines.cases.models import Case
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.enqueue import Job
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.jobs.models import QueuedJob
from civium.foundation.journal.actions import react
from civium.foundation.journal.models import Entry, ReactionRun, WitnessState
from civium.foundation.journal.queries import find_asked_witnesses
from civium.foundation.journal.standalone.witness import Witness
from civium.foundation.vault.actions.make_seal_key import make_seal_key
from civium.journeys.applications.models import Certificate
from tests.applying import move
from tests.cast import NOW

from .conftest import main_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_services")]
DeskOf = Callable[[Person], Client]
STUCK = "/en/desk/stuck/"


@pytest.fixture
def dead_job(her_case: Case, boris: Person, omar: Person, seal: Path, time_machine: Any) -> QueuedJob:
    """Amina's licence is granted while the town has no seal; all attempts at the document fail."""
    (seal / "seal.key").unlink()
    time_machine.move_to(NOW, tick=False)
    move(move(her_case, "accept", by=boris), "grant", by=omar)
    for hour in range(1, 40):
        time_machine.move_to(NOW.replace(hour=9) + hour * (NOW.replace(hour=2) - NOW.replace(hour=1)))
        run_waiting_jobs()
    time_machine.move_to(NOW, tick=False)
    return QueuedJob.objects.get(task_path__endswith="deliver_outcome", status="FAILED")


@pytest.fixture
def dead_reaction(her_case: Case) -> ReactionRun:
    """The receipt's reaction, as it is after its last attempt."""
    entry = Entry.objects.get(kind="cases.CaseOpened")
    run = ReactionRun.objects.get(entry=entry, reaction="applications.send_the_receipt")
    ReactionRun.objects.filter(pk=run.pk).update(state="dead", error="OperationalError", attempts=12)
    run.refresh_from_db()
    return run


def settle(desk: Client, kind: str, id: object, do: str) -> Any:
    return desk.post(f"{STUCK}{kind}/{id}/", {"do": do}, follow=True)


def test_a_good_day_is_said_in_words(desk_of: DeskOf, ada: Person) -> None:
    words = words_of(desk_of(ada).get(STUCK))
    assert "Nothing failed for good" in words
    assert "0 jobs are waiting" in words


def test_a_dead_job_is_shown_without_a_word_about_anybody(
    desk_of: DeskOf, ada: Person, dead_job: QueuedJob
) -> None:
    page = desk_of(ada).get(STUCK)
    words = words_of(page)
    for told in (
        "Make the document of a decision",
        "deliver_outcome",
        "The town's seal key is missing",
        "SealMissing",
    ):
        assert told in words
    for secret in ("Amina", "Luna", "941000012345678", "cast.example", "seal.key"):
        assert secret not in page.content.decode()


@pytest.mark.parametrize("dead", ["dead_job", "dead_reaction"])
def test_the_case_that_waits_is_named_and_a_link_for_who_works_on_it(
    desk_of: DeskOf, ada: Person, her_case: Case, dead: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(dead)
    link = f'a[href="/en/desk/cases/{her_case.reference}/"]'
    page = desk_of(ada).get(STUCK)
    assert her_case.shown_reference in words_of(page)
    assert not main_of(page).select(link)
    ada.memberships.create(agency_id="animal-welfare", role="clerk", since=NOW)
    assert main_of(desk_of(Person.objects.get(pk=ada.pk)).get(STUCK)).select(link)


def test_letting_go_is_asked_once_more(desk_of: DeskOf, ada: Person, dead_reaction: ReactionRun) -> None:
    [button] = main_of(desk_of(ada).get(STUCK)).select('button[value="discard"]')
    assert not button.find_parent("details").has_attr("open")
    assert "never done" in button.find_parent("details").get_text()


def test_no_two_parts_of_the_page_have_the_same_name(
    desk_of: DeskOf, ada: Person, dead_reaction: ReactionRun
) -> None:
    failing = QueuedJob.objects.filter(status="SUCCESSFUL").first()
    QueuedJob.objects.filter(pk=failing.pk).update(status="READY", exception_class_path="OperationalError")
    page = main_of(desk_of(ada).get(STUCK))
    names = [page.select_one(f"#{part['aria-labelledby']}").get_text() for part in page.select("section")]
    names += [part["aria-label"] for part in page.select('[role="region"]')]
    assert len(names) == len(set(names)) == 4
    assert "The database did not answer." in page.select_one("#failing").parent.parent.get_text()


def test_all_work_there_is_has_words() -> None:
    jobs = {
        f"{thing.func.__module__.split('.')[2]}.{thing.func.__name__}"
        for module in [*sys.modules.values()]
        if module.__name__.startswith("civium.") and ".tests." not in module.__name__
        for thing in vars(module).values()
        if isinstance(thing, Job)
    }
    reactions = {name for declared in react.REACTIONS.values() for name in declared if "tests." not in name}
    assert len(jobs) > 10
    assert (jobs | reactions) - set(WORK) == set()


def test_all_work_there_is_was_decided_about_for_data_that_lies_still() -> None:
    decided = Path("docs/decisions/0013-restriction-travels-with-the-key.md").read_text(encoding="utf-8")
    said = {word.rpartition(".")[2] for word in re.findall(r"`([\w.]+)`", decided)}
    said |= {f"tell_registers{end}" for end in said if end.startswith("_of_")}
    assert {name for name in WORK if name.rpartition(".")[2] not in said} == set()


def test_a_dead_job_that_is_tried_again_does_its_work(
    desk_of: DeskOf, ada: Person, dead_job: QueuedJob, seal: Path
) -> None:
    make_seal_key(at=NOW)
    page = settle(desk_of(ada), "job", dead_job.id, "again")
    assert "It is tried again now." in words_of(page)
    assert "Nothing failed for good" in words_of(page)
    run_waiting_jobs()
    assert Certificate.objects.count() == 1
    assert Entry.objects.filter(kind="journal.JobReplayed", by_id=ada.id).count() == 1


def test_a_dead_job_that_is_let_go_is_not_tried_again(
    desk_of: DeskOf, ada: Person, dead_job: QueuedJob, seal: Path
) -> None:
    page = settle(desk_of(ada), "job", dead_job.id, "discard")
    assert "It is let go." in words_of(page)
    make_seal_key(at=NOW)
    run_waiting_jobs()
    assert not Certificate.objects.exists()
    assert Entry.objects.filter(kind="journal.JobDiscarded", by_id=ada.id).count() == 1


def test_a_dead_reaction_that_is_tried_again_does_its_work(
    desk_of: DeskOf, ada: Person, dead_reaction: ReactionRun
) -> None:
    desk = desk_of(ada)
    words = words_of(desk.get(STUCK))
    assert "Send the receipt of an application" in words
    assert "The database did not answer." in words
    page = settle(desk, "reaction", dead_reaction.pk, "again")
    assert "Nothing failed for good" in words_of(page)
    run_waiting_jobs()
    dead_reaction.refresh_from_db()
    assert dead_reaction.state == "done"
    assert Entry.objects.filter(kind="journal.ReactionReplayed", by_id=ada.id).count() == 1


def test_a_dead_reaction_can_be_let_go(desk_of: DeskOf, ada: Person, dead_reaction: ReactionRun) -> None:
    settle(desk_of(ada), "reaction", dead_reaction.pk, "discard")
    react.run_reactions.call(dead_reaction.entry_id)
    dead_reaction.refresh_from_db()
    assert dead_reaction.state == "discarded"


def test_settled_by_somebody_else_meanwhile(desk_of: DeskOf, ada: Person, dead_reaction: ReactionRun) -> None:
    desk = desk_of(ada)
    settle(desk, "reaction", dead_reaction.pk, "again")
    assert settle(desk, "reaction", dead_reaction.pk, "discard").status_code == 409


@pytest.mark.parametrize(
    ("kind", "id"),
    [("job", "x"), ("job", uuid.uuid4()), ("reaction", "x"), ("reaction", 999999), ("nonsense", "1")],
)
@pytest.mark.parametrize("do", ["again", "discard", ""])
def test_what_is_not_stuck_cannot_be_settled(
    desk_of: DeskOf, ada: Person, kind: str, id: object, do: str
) -> None:
    assert settle(desk_of(ada), kind, id, do).status_code in {404, 409}


def test_the_services_page_lists_what_is_offered_and_in_which_version(
    desk_of: DeskOf, dana: Person, ada: Person, chen: Person
) -> None:
    for person in (dana, ada, chen):
        rows = main_of(desk_of(person).get("/en/desk/services/")).select("tbody tr")
        assert [row.select_one("a").get_text() for row in rows] == [
            "Building permit",
            "Dog licence",
            "Heating allowance",
        ]


def test_a_town_without_services_says_so(desk_of: DeskOf, dana: Person) -> None:
    from civium.journeys.catalogue.models import CatalogueStamp, Offering
    from civium.journeys.catalogue.queries import look_again

    desk_of(dana)
    Offering.objects.all().delete()
    CatalogueStamp.objects.all().delete()
    look_again()
    assert "No services yet" in words_of(desk_of(dana).get("/en/desk/services/"))


def test_without_a_witness_it_says_so_calmly_and_what_one_said_once_is_no_alarm(
    desk_of: DeskOf, ada: Person
) -> None:
    desk = desk_of(ada)
    assert "No witness is asked to cosign it." in words_of(desk.get(STUCK))
    WitnessState.objects.create(name="witness.example", trouble="rolled back", tried_at=NOW)
    page = main_of(desk.get(STUCK))
    words = page.get_text(" ", strip=True)
    assert "witness.example is not asked any more." in words
    assert "somebody rolled ours back" not in words
    assert page.select("#record ~ .banner, section[aria-labelledby=record] table") == []


def test_a_witness_that_is_asked_and_refuses_is_an_alarm(
    desk_of: DeskOf, ada: Person, copied_keys: Path, tmp_path: Path
) -> None:
    (copied_keys / "journal-witnesses").write_text(f"{Witness(tmp_path).key} unix:/nobody/there\n")
    name = next(iter(find_asked_witnesses()))
    WitnessState.objects.create(name=name, trouble="rolled back", tried_at=NOW)
    words = words_of(desk_of(ada).get(STUCK))
    assert "somebody rolled ours back" in words
    assert "No witness is asked" not in words
