"""When a case is due."""

from __future__ import annotations

from datetime import date

import yaml

from civium.engines.cases.rules import CompiledSteps, deadlines, usual_way
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
