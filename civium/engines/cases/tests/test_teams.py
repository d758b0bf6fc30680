"""What a supervisor sees of the team and does for it; looking, taking several, being away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civium.engines.cases import load
from civium.engines.cases.actions.claim_case import claim_case
from civium.engines.cases.actions.claim_cases import claim_cases
from civium.engines.cases.actions.end_absence import end_absence
from civium.engines.cases.actions.hand_cases import NobodyToTake, hand_cases
from civium.engines.cases.actions.look_at_case import look_at_case
from civium.engines.cases.actions.note_absence import UnusableDays, note_absence
from civium.engines.cases.models import Case
from civium.engines.cases.queries import (
    Tally,
    find_absences,
    find_load_of_people,
    find_load_of_steps,
    find_mentions,
    find_queue,
    find_workers,
    get_absence,
    get_case,
)
from civium.foundation.identity.models import Person
from civium.foundation.identity.queries import get_agency
from civium.foundation.journal.queries import find_entries
from civium.foundation.kit.refusals import NotFound

DAY = dt.timedelta(days=1)
ANIMALS = ["animal-welfare"]
Open = Callable[..., Case]
Move = Callable[..., Case]


# --- load ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def busy(open_licence: Open, boris: Person, omar: Person, move: Move, now: dt.datetime) -> None:
    """Boris has three cases, one late and one with the applicant; Omar has one; nobody has two; one is decided."""
    for days in (1, 2):
        claim_case(open_licence(at=now - days * DAY), by=boris, at=now)
    late = move(open_licence(at=now - 40 * DAY), "accept", by=boris, at=now - 40 * DAY)
    claim_case(get_case(late.reference, for_=boris), by=boris, at=now)
    waiting = move(open_licence(at=now - 50 * DAY), "accept", by=boris, at=now - 50 * DAY)
    move(waiting, "ask", by=boris, at=now - 49 * DAY, question="?")
    claim_case(open_licence(at=now - 3 * DAY), by=omar, at=now)
    open_licence(at=now - 4 * DAY)
    open_licence(at=now - 30 * DAY)
    open_licence(agency=get_agency("planning"))
    move(move(open_licence(), "accept", by=boris), "grant", by=omar)


@pytest.mark.usefixtures("busy")
def test_load_says_how_much_how_late_and_how_old_per_person(
    boris: Person, omar: Person, now: dt.datetime
) -> None:
    loads = {each.person: each for each in find_load_of_people(ANIMALS, at=now)}
    assert {person: each.tally for person, each in loads.items()} == {
        boris.pk: Tally(open=4, late=1),
        omar.pk: Tally(open=1, late=0),
        None: Tally(open=2, late=1),
    }
    assert loads[boris.pk].oldest_at == now - 50 * DAY
    assert loads[None].oldest_at == now - 30 * DAY


@pytest.mark.usefixtures("busy")
def test_load_says_where_it_is_stuck(now: dt.datetime) -> None:
    steps = find_load_of_steps(ANIMALS, at=now)
    assert {each.step: each.tally for each in steps} == {
        "received": Tally(open=5, late=1),
        "checking": Tally(open=2, late=1),
    }
    checking = next(each for each in steps if each.step == "checking")
    assert checking.since == now - 50 * DAY
    assert Case.objects.get(reference=checking.longest).step == "checking"
    assert find_load_of_steps([], at=now) == find_load_of_people([], at=now) == []


@pytest.mark.usefixtures("busy")
def test_load_is_one_statement_each_and_counts_no_further_than_it_says(
    now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "MOST_TALLIED", 2)
    with CaptureQueriesContext(connection) as captured:
        people, steps = find_load_of_people(ANIMALS, at=now), find_load_of_steps(ANIMALS, at=now)
    assert len(captured) == 2
    assert max(each.tally.open for each in [*people, *steps]) == 3
    assert not any("COUNT(" in query["sql"] or "OFFSET" in query["sql"] for query in captured)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for query in captured:
                cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
                plan = [str(row[-1]) for row in cursor.fetchall()]
                assert not {"SCAN c", "SCAN cases_case"} & {line.partition(" USING")[0] for line in plan}, (
                    plan
                )


# --- handing over many -----------------------------------------------------------------------------------------------


def test_a_supervisor_hands_cases_to_a_colleague_and_back_to_the_team(
    open_licence: Open, boris: Person, omar: Person, chen: Person, now: dt.datetime
) -> None:
    cases = [claim_case(open_licence(), by=boris, at=now) for _ in range(3)]
    assert hand_cases(cases, to=omar, by=chen, at=now) == 3
    assert {get_case(case.reference, for_=chen).assigned_to for case in cases} == {omar}
    fresh = [get_case(case.reference, for_=chen) for case in cases]
    assert hand_cases(fresh[:2], to=None, by=chen, at=now) == 2
    assert [entry.kind for entry in find_entries([cases[0].stream])][-2:] == ["cases.CaseHandedOver"] * 2


def test_whoever_gets_many_cases_is_told_once_for_all(
    open_licence: Open, boris: Person, omar: Person, chen: Person, now: dt.datetime
) -> None:
    cases = [open_licence() for _ in range(3)]
    hand_cases(cases, to=omar, by=chen, at=now)
    [mention] = find_mentions(omar)
    assert (mention.note.case, mention.note.words) == (cases[0], "3 cases were handed over.")
    hand_cases([get_case(case.reference, for_=chen) for case in cases], to=chen, by=chen, at=now)
    assert find_mentions(chen) == []


def test_what_cannot_be_handed_over_stays_and_does_not_keep_the_rest_back(
    open_licence: Open, move: Move, boris: Person, omar: Person, chen: Person, now: dt.datetime
) -> None:
    changed = claim_case(open_licence(), by=boris, at=now)
    Case.objects.filter(pk=changed.pk).update(revision=9)
    decided = move(move(open_licence(), "accept", by=boris), "grant", by=omar)
    own = open_licence(applicant=omar)
    good = open_licence()
    assert hand_cases([changed, decided, own, good], to=omar, by=chen, at=now) == 1
    assert get_case(good.reference, for_=chen).assigned_to == omar
    assert get_case(changed.reference, for_=chen).assigned_to == boris
    with pytest.raises(NobodyToTake):
        hand_cases([own], to=omar, by=chen, at=now)


def test_only_a_supervisor_of_the_agency_hands_over_many(
    open_licence: Open, boris: Person, omar: Person, stranger: Person, amina: Person, now: dt.datetime
) -> None:
    case = open_licence()
    for person in (boris, omar, stranger, amina):
        with pytest.raises(NotFound):
            hand_cases([case], to=boris, by=person, at=now)


def test_nobody_gets_cases_of_an_agency_that_is_not_theirs(
    open_licence: Open, chen: Person, stranger: Person, now: dt.datetime
) -> None:
    with pytest.raises(NobodyToTake):
        hand_cases([open_licence()], to=stranger, by=chen, at=now)


# --- taking several --------------------------------------------------------------------------------------------------


def test_several_are_taken_and_the_rest_say_why_not(
    open_licence: Open, move: Move, boris: Person, omar: Person, now: dt.datetime
) -> None:
    free = [open_licence() for _ in range(2)]
    held = claim_case(open_licence(), by=omar, at=now)
    decided = move(move(open_licence(), "accept", by=boris), "grant", by=omar)
    done = claim_cases([*free, held, decided], by=boris, at=now)
    assert done.taken == free
    assert [case for case, _refusal in done.refused] == [held, decided]
    assert "Omar took this case" in str(done.refused[0][1].message)


# --- looking ---------------------------------------------------------------------------------------------------------


def seen(person: Person, case: Case, now: dt.datetime) -> bool | None:
    """Whether the person has seen all of the case; None when they never looked."""
    page = find_queue(person, which="team", at=now)
    found = next(each for each in page.cases if each.pk == case.pk)
    return page.seen[case.pk] >= found.revision if case.pk in page.seen else None


def test_what_happens_after_a_look_is_unread_until_one_looks_again(
    case: Case, boris: Person, omar: Person, now: dt.datetime
) -> None:
    assert seen(boris, case, now) is None
    look_at_case(case, by=boris, at=now)
    assert seen(boris, case, now) is True
    claim_case(get_case(case.reference, for_=omar), by=omar, at=now)
    assert seen(boris, case, now) is False
    look_at_case(get_case(case.reference, for_=boris), by=boris, at=now)
    assert seen(boris, case, now) is True


def test_what_one_does_oneself_is_no_news_but_hides_none(
    case: Case, boris: Person, omar: Person, move: Move, now: dt.datetime
) -> None:
    look_at_case(case, by=boris, at=now)
    mine = claim_case(get_case(case.reference, for_=boris), by=boris, at=now)
    assert seen(boris, case, now) is True
    moved = move(mine, "accept", by=boris)
    assert seen(boris, case, now) is True
    asked = move(get_case(moved.reference, for_=omar), "ask", by=omar, question="?")
    move(get_case(asked.reference, for_=omar), "refer", by=omar, reason="?", values={"dangerous": True})
    assert seen(boris, case, now) is False


def test_a_look_is_kept_once_for_each_who_may(
    case: Case, boris: Person, amina: Person, stranger: Person, now: dt.datetime
) -> None:
    for _ in range(2):
        look_at_case(case, by=boris, at=now)
    for person in (amina, stranger):
        with pytest.raises(NotFound):
            look_at_case(case, by=person, at=now)


# --- being away ------------------------------------------------------------------------------------------------------


def test_one_notes_ones_own_days_and_a_supervisor_everybodys(
    boris: Person, omar: Person, chen: Person, now: dt.datetime
) -> None:
    today = now.date()
    note_absence(boris, first_on=today, last_on=today + 4 * DAY, by=boris, at=now)
    note_absence(omar, first_on=today + 7 * DAY, last_on=today + 9 * DAY, by=chen, at=now)
    workers = find_workers(ANIMALS, today=today)
    assert {worker.name: worker.away_until for worker in workers.values()} == {
        "Boris": today + 4 * DAY,
        "Chen": None,
        "Omar": None,  # not yet
    }
    absences = find_absences(list(workers), today=today)
    assert set(absences) == {boris.pk, omar.pk}
    end_absence(get_absence(absences[boris.pk].pk, for_=chen), by=chen, at=now)
    assert find_workers(ANIMALS, today=today)[boris.pk].away_until is None
    with pytest.raises(NotFound):
        get_absence(absences[boris.pk].pk, for_=chen)
    kinds = [entry.kind for entry in find_entries([f"absence:{absences[boris.pk].pk}"])]
    assert kinds == ["cases.AbsenceNoted", "cases.AbsenceEnded"]


def test_nobody_else_notes_or_ends_it(
    boris: Person, omar: Person, stranger: Person, amina: Person, dana: Person, now: dt.datetime
) -> None:
    today = now.date()
    absence = note_absence(boris, first_on=today, last_on=today, by=boris, at=now)
    for person in (omar, stranger, amina, dana):
        with pytest.raises(NotFound):
            note_absence(boris, first_on=today, last_on=today, by=person, at=now)
        with pytest.raises(NotFound):
            get_absence(absence.pk, for_=person)
        with pytest.raises(NotFound):
            end_absence(absence, by=person, at=now)
    with pytest.raises(NotFound):
        note_absence(amina, first_on=today, last_on=today, by=amina, at=now)


@pytest.mark.parametrize(("first", "last"), [(2, 1), (-5, -1), (0, 400)])
def test_days_that_make_no_sense_are_refused(boris: Person, now: dt.datetime, first: int, last: int) -> None:
    today = now.date()
    with pytest.raises(UnusableDays):
        note_absence(boris, first_on=today + first * DAY, last_on=today + last * DAY, by=boris, at=now)
