"""The demo town's past year: whole as it is planned, and lived by the real actions, once, also when it is broken off."""

from __future__ import annotations

import datetime as dt
import fcntl
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as of_the_site
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civium.engines.cases.events import CaseMoved
from civium.engines.cases.models import Case, Message
from civium.engines.cases.queries import get_case_of_subject
from civium.engines.clock.queries import the_calendar
from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import is_organisation
from civium.foundation.jobs.queries import find_failing_jobs
from civium.foundation.journal.models import Entry
from civium.foundation.journal.queries import find_dead_reactions
from civium.foundation.kit.town import the_town
from civium.journeys.applications.models import Application
from config.demo_story import Act, is_told_whole, tell_life
from config.demo_wish import Wish
from config.demo_words import REASONS
from config.demo_year import WHOLE, Size, live_a_year, plan_year
from tests.applying import stored
from tests.cast import NOW
from tests.offer import publish_ours

SERVICES = sorted(path.parent.name for path in Path(of_the_site.CIVIUM_SERVICES).glob("*/service.yaml"))
SMALL = Size(people=12, at_least=1, more=6, services={"business-licence", "resident-parking"})
AT_THE_DESK = {"claim", "read", "reply", "note", "hand_over", "link", "move", "reopen"}


@pytest.fixture(scope="module")
def planned(django_db_setup: None, django_db_blocker: Any) -> list[Wish]:
    """The whole year as it is planned. Nothing of it stays in the database."""
    from django.db import transaction

    from civium.journeys.catalogue.queries import look_again

    with django_db_blocker.unblock(), transaction.atomic():
        publish_ours(*SERVICES)
        look_again()
        wishes = plan_year(WHOLE, now=NOW)
        transaction.set_rollback(True)
    return wishes


@pytest.fixture(scope="module")
def acts(planned: list[Wish]) -> dict[int, list[Act]]:
    return {wish.number: tell_life(wish, now=NOW) for wish in planned}


def moved(wish: Wish, acts: dict[int, list[Act]]) -> list[str]:
    return [act.given["move"].to for act in acts[wish.number] if act.do == "move"]


def test_every_service_that_can_be_applied_for_is_asked_for_by_at_least_a_handful(
    planned: list[Wish],
) -> None:
    asked = Counter(wish.offer.name for wish in planned if wish.fate not in ("draft", "unpaid"))
    assert set(asked) == {wish.offer.name for wish in planned} == set(SERVICES)
    assert min(asked.values()) >= 5
    assert sum(asked.values()) >= 400
    assert len({wish.who.name for wish in planned}) >= 140


def test_somebody_rests_in_every_step_and_comes_to_every_end(
    planned: list[Wish], acts: dict[int, list[Act]]
) -> None:
    steps = {wish.offer.name: wish.offer.steps.steps for wish in planned}
    wanted = {(name, step) for name, each in steps.items() for step in each.names}
    reached = {
        (wish.offer.name, wish.leads_to)
        for wish in planned
        if (wish.fate == "rests") != bool(wish.offer.steps[wish.leads_to].end)
        and wish.fate in ("rests", "goes-on")
        and all(move.is_by_payment or move.to in moved(wish, acts) for move in wish.way)
    }
    assert reached == wanted


def test_what_the_desk_does_it_does_on_working_days_while_it_is_open(acts: dict[int, list[Act]]) -> None:
    zone, calendar = the_town().time_zone, the_calendar()
    for each in acts.values():
        for act in each:
            local = act.at.astimezone(zone)
            if act.do in AT_THE_DESK:
                assert calendar.working_day_from(local.date()) == local.date(), act
                assert 8 <= local.hour < 18, act


def test_every_act_has_a_moment_of_its_own_and_comes_after_the_one_before(acts: dict[int, list[Act]]) -> None:
    for each in acts.values():
        assert [act.at for act in each] == sorted(act.at for act in each)
    moments = [act.at for each in acts.values() for act in each]
    assert len(set(moments)) == len(moments)


def test_the_same_year_is_planned_again(planned: list[Wish], db: None) -> None:
    publish_ours(*SMALL.services)
    first, again = (plan_year(SMALL, now=NOW) for _ in range(2))
    assert [(wish.answers, wish.begins, wish.who) for wish in first] == [
        (wish.answers, wish.begins, wish.who) for wish in again
    ]


def test_what_happens_in_the_year_changes_nothing_of_its_plan(db: None) -> None:
    publish_ours("parking-fine", "property-tax")
    with CaptureQueriesContext(connection) as queries:
        assert plan_year(Size(people=12, at_least=1, more=0), now=NOW)
    assert [query["sql"] for query in queries if '"catalogue_' not in query["sql"]] == []


def test_every_reason_is_said_in_each_language(planned: list[Wish]) -> None:
    needed = {
        (wish.offer.name, move.name)
        for wish in planned
        for step in wish.offer.steps.steps.names
        for move in wish.offer.steps[step].moves
        if move.needs and wish.offer.steps[move.to].end
    }
    assert needed == set(REASONS)
    assert all(set(words) == {"en", "es", "ar"} and all(words.values()) for words in REASONS.values())


def test_a_year_that_somebody_lives_already_is_left_to_them(settings: Any, tmp_path: Path, db: None) -> None:
    settings.CIVIUM_DATA = tmp_path
    said: list[str] = []
    with (tmp_path / "demo-year-unfinished").open("w") as theirs:
        fcntl.flock(theirs, fcntl.LOCK_EX)
        live_a_year(said.append, sample=b"", with_file=stored, now=NOW, size=SMALL)
    assert said == ["  The town's past year is being lived by another process already."]
    assert not Person.objects.filter(email__startswith="resident-").exists()


class Killed(BaseException):
    """The power went."""


@pytest.mark.usefixtures("seal")
def test_a_year_that_was_broken_off_goes_on_and_nothing_happens_twice(
    make_staff: Callable[[str], dict[str, Person]], settings: Any, tmp_path: Path
) -> None:
    settings.CIVIUM_DATA = tmp_path / "data"
    settings.CIVIUM_DATA.mkdir()
    publish_ours(*SMALL.services)
    for agency in ("business", "mobility"):
        make_staff(agency)
    said: list[str] = []
    given = 0

    def until_the_power_goes(value: Any, application: Application, *_rest: Any, at: dt.datetime) -> Any:
        nonlocal given
        given += 1
        if given == 300:
            raise Killed
        return stored(value, application, at=at)

    with pytest.raises(Killed):
        live_a_year(said.append, sample=b"", with_file=until_the_power_goes, now=NOW, size=SMALL)
    before = Case.objects.count()
    live_a_year(
        said.append, sample=b"", with_file=until_the_power_goes, now=NOW + dt.timedelta(hours=3), size=SMALL
    )
    assert "broken off" in said[1]
    assert Case.objects.count() > before > 0
    is_whole_and_nothing_is_doubled()
    live_a_year(said.append, sample=b"", with_file=until_the_power_goes, now=NOW, size=SMALL)
    assert said[-1] == f"  The past year is complete: {Case.objects.count()} cases."
    assert len(said) == 3


def is_whole_and_nothing_is_doubled() -> None:
    """What was planned is there, each once; the rest of the site had nothing to complain of."""
    wishes = plan_year(SMALL, now=NOW)
    begun = Counter(Application.objects.values_list("service", "started_at"))
    assert set(begun.values()) == {1}
    assert set(begun) <= {(wish.offer.name, wish.begins) for wish in wishes}
    places = set(Case.objects.values_list("service", "step"))
    assert places >= {(wish.offer.name, step) for wish in wishes for step in wish.offer.steps.steps.names}
    for wish in wishes:
        if wish.fate in ("goes-on", "rests", "waits") and is_told_whole(wish, now=NOW):
            [application] = Application.objects.filter(service=wish.offer.name, started_at=wish.begins)
            case = get_case_of_subject(application.subject)
            assert case is not None
            assert case.step == wish.leads_to, (case, wish)
    moves = Counter(Entry.objects.filter(kind=CaseMoved.kind).values_list("stream", "at"))
    assert set(moves.values()) == {1}
    assert Case.objects.filter(outcome="withdrawn").exists()
    assert Case.objects.filter(paused_at__isnull=False).exists()
    assert Message.objects.filter(is_from_applicant=True, read_at=None).exists()
    assert all(is_organisation(case.applicant) for case in Case.objects.filter(service="business-licence"))
    assert (find_failing_jobs(), find_dead_reactions()) == ([], [])
