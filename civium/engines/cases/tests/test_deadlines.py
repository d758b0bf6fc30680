"""When a case is due."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from civium.engines.cases.rules import (
    CompiledSteps,
    Deadlines,
    chosen_day,
    deadlines,
    on_another_day,
    usual_way,
)
from civium.engines.cases.schema import Steps
from civium.engines.clock.rules import Calendar

WEEKDAYS = Calendar()


def test_the_usual_way_takes_the_first_move_that_leads_on(steps: CompiledSteps) -> None:
    assert usual_way(steps.steps, "received") == ["received", "checking", "granted"]
    assert usual_way(steps.steps, "review") == ["review", "granted"]


def test_a_step_with_a_period_is_due_at_its_end(steps: CompiledSteps) -> None:
    found = deadlines(steps.steps, "checking", date(2026, 3, 2), WEEKDAYS)
    assert found.due_on == found.expected_on == date(2026, 3, 9)


def test_a_step_without_a_period_is_due_with_the_whole_case(steps: CompiledSteps) -> None:
    assert deadlines(steps.steps, "received", date(2026, 3, 2), WEEKDAYS).due_on == date(2026, 3, 9)


def test_periods_of_the_usual_way_add_up() -> None:
    steps = Steps.model_validate(
        yaml.safe_load(
            "a: {due: 1 working day, moves: [{name: go, to: b, by: clerk}]}\n"
            "b: {due: 2 working days, moves: [{name: go, to: c, by: clerk}]}\n"
            "c: {end: done}"
        )
    )
    found = deadlines(steps, "a", date(2026, 3, 2), WEEKDAYS)
    assert (found.due_on, found.expected_on) == (date(2026, 3, 3), date(2026, 3, 5))


def test_without_any_period_the_law_gives_three_months() -> None:
    steps = Steps.model_validate(yaml.safe_load("a: {moves: [{name: go, to: b, by: clerk}]}\nb: {end: done}"))
    assert deadlines(steps, "a", date(2026, 3, 2), WEEKDAYS).expected_on == date(2026, 6, 2)


# Completeness check and review promise 25 working days: a case received on Monday 2 March is decided by 6 April.
PERMIT = Steps.model_validate(
    yaml.safe_load(
        "received: {moves: [{name: accept, to: completeness, by: clerk}]}\n"
        "completeness: {due: 5 working days, moves: [{name: complete, to: review, by: clerk}]}\n"
        "review:\n"
        "  due: 20 working days\n"
        "  moves: [{name: permit, to: permitted, by: officer}, {name: refer, to: approval, by: officer}]\n"
        "approval:\n"
        "  due: 5 working days\n"
        "  moves: [{name: permit, to: permitted, by: supervisor}, {name: return, to: review, by: supervisor}]\n"
        "permitted: {end: permitted}"
    )
)
RECEIVED = date(2026, 3, 2)
PROMISED = date(2026, 4, 6)


def entering(step: str, on: date, before: Deadlines) -> Deadlines:
    return deadlines(PERMIT, step, on, WEEKDAYS, before=before)


def test_a_step_taken_up_late_does_not_move_the_promise() -> None:
    received = deadlines(PERMIT, "received", RECEIVED, WEEKDAYS)
    assert received.expected_on == PROMISED
    completeness = entering("completeness", date(2026, 3, 12), received)
    assert completeness == Deadlines(date(2026, 3, 19), PROMISED)
    assert entering("review", date(2026, 3, 23), completeness) == Deadlines(PROMISED, PROMISED)


def test_a_step_done_early_brings_the_decision_nearer() -> None:
    received = deadlines(PERMIT, "received", RECEIVED, WEEKDAYS)
    assert entering("review", date(2026, 3, 3), received).expected_on == date(2026, 3, 31)


def test_a_case_sent_for_approval_and_back_gets_no_second_period() -> None:
    review = entering("review", date(2026, 3, 9), Deadlines(date(2026, 3, 9), PROMISED))
    assert review == Deadlines(PROMISED, PROMISED)
    approval = entering("approval", date(2026, 4, 2), review)
    assert approval == Deadlines(PROMISED, PROMISED)
    again = entering("review", date(2026, 4, 3), approval)
    assert again == Deadlines(PROMISED, PROMISED)


@pytest.mark.parametrize("turns", [1, 5])
def test_a_late_case_stays_late_however_often_it_changes_hands(turns: int) -> None:
    now, day = Deadlines(PROMISED, PROMISED), date(2026, 4, 20)
    for _ in range(turns):
        now = entering("review", day, entering("approval", day, now))
    assert now == Deadlines(PROMISED, PROMISED)


def test_only_a_pause_moves_the_promise() -> None:
    paused = Deadlines(PROMISED, PROMISED).after_pause(date(2026, 3, 16), date(2026, 3, 19), WEEKDAYS)
    assert paused.expected_on == date(2026, 4, 9)
    assert entering("approval", date(2026, 4, 8), paused) == Deadlines(date(2026, 4, 9), date(2026, 4, 9))


# What is collected on the day that the applicant chose, and reported a week later.
COLLECTION = Steps.model_validate(
    yaml.safe_load(
        "received: {due: 2 working days, moves: [{name: plan, to: planned, by: clerk}]}\n"
        "planned: {due: 40 working days, 'on': collect_on, moves: [{name: collect, to: report, by: clerk}]}\n"
        "report: {due: 5 working days, moves: [{name: close, to: collected, by: clerk}]}\n"
        "collected: {end: collected}"
    )
)
THURSDAY = date(2026, 3, 12)
A_WEEK_LATER = date(2026, 3, 19)


def test_a_chosen_day_is_what_is_promised() -> None:
    received = deadlines(COLLECTION, "received", RECEIVED, WEEKDAYS, chosen_on=THURSDAY)
    assert received == Deadlines(date(2026, 3, 4), A_WEEK_LATER, THURSDAY)
    planned = deadlines(
        COLLECTION, "planned", date(2026, 3, 3), WEEKDAYS, before=received, chosen_on=THURSDAY
    )
    assert planned == Deadlines(THURSDAY, A_WEEK_LATER, THURSDAY)
    report = deadlines(COLLECTION, "report", THURSDAY, WEEKDAYS, before=planned, chosen_on=THURSDAY)
    assert report == Deadlines(A_WEEK_LATER, A_WEEK_LATER, THURSDAY)


def test_without_a_chosen_day_the_period_counts() -> None:
    received = deadlines(COLLECTION, "received", RECEIVED, WEEKDAYS)
    assert received.chosen_on is None
    assert received.expected_on == date(2026, 5, 6)
    assert deadlines(COLLECTION, "planned", RECEIVED, WEEKDAYS).due_on == date(2026, 4, 27)


def test_a_pause_does_not_move_a_chosen_day() -> None:
    received = Deadlines(date(2026, 3, 4), THURSDAY, THURSDAY)
    assert received.after_pause(date(2026, 3, 3), date(2026, 3, 5), WEEKDAYS) == Deadlines(
        date(2026, 3, 6), THURSDAY, THURSDAY
    )
    long = received.after_pause(date(2026, 3, 3), date(2026, 3, 24), WEEKDAYS)
    assert long == Deadlines(THURSDAY, THURSDAY, THURSDAY)
    # What comes after the day is moved like everything else.
    after = Deadlines(A_WEEK_LATER, A_WEEK_LATER, THURSDAY)
    later = after.after_pause(date(2026, 3, 16), date(2026, 3, 17), WEEKDAYS)
    assert later == Deadlines(date(2026, 3, 20), date(2026, 3, 20), THURSDAY)


def test_whoever_chooses_another_day_is_promised_that_one() -> None:
    now, today = Deadlines(date(2026, 3, 4), A_WEEK_LATER, THURSDAY), date(2026, 3, 3)
    same = on_another_day(now, COLLECTION, "received", today, WEEKDAYS, chosen_on=THURSDAY)
    assert same == now
    found = on_another_day(now, COLLECTION, "received", today, WEEKDAYS, chosen_on=date(2026, 3, 17))
    assert found == Deadlines(date(2026, 3, 4), date(2026, 3, 24), date(2026, 3, 17))
    planned = on_another_day(now, COLLECTION, "planned", today, WEEKDAYS, chosen_on=date(2026, 3, 17))
    assert planned.due_on == date(2026, 3, 17)


@pytest.mark.parametrize("answers", [{}, {"collect_on": None}, {"collect_on": ""}])
def test_a_day_that_was_not_answered_is_none(answers: dict[str, str | None]) -> None:
    assert chosen_day(COLLECTION, answers) is None


def test_the_chosen_day_is_read_from_the_answers() -> None:
    assert chosen_day(COLLECTION, {"collect_on": "2026-03-12"}) == THURSDAY
    assert chosen_day(PERMIT, {"collect_on": "2026-03-12"}) is None
