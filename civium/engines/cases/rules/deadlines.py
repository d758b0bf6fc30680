"""When a case is due, step by step and as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from civium.engines.clock.rules import Calendar, due_on, moved_by_pause
from civium.engines.clock.schema import Duration

from ..schema import Steps

# The longest a procedure may take where nothing sets a period: three months (for example Spain's Ley 39/2015, art. 21.3).
DEFAULT_DUE = Duration(3, "month")


def usual_way(steps: Steps, start: str) -> list[str]:
    """The steps from here to an end when nothing special happens: always the first move that leads on."""
    way = [start]
    while onward := [move.to for move in steps[way[-1]].moves if move.to not in way]:
        way.append(onward[0])
    return way


def expected_on(
    steps: Steps, step: str, start: date, calendar: Calendar, *, chosen_on: date | None = None
) -> date | None:
    """When a case that enters ``step`` on ``start`` should be decided; None when the document sets no period from here.

    ``chosen_on``: the day that the applicant chose. A step that is tied to it ends on it, whatever the periods before add up to.
    """
    day = None
    for name in usual_way(steps, step):
        if steps[name].on and chosen_on:
            day = chosen_on
        elif due := steps[name].due:
            day = due_on(day or start, due, calendar)
    return day


def chosen_day(steps: Steps, values: Mapping[str, Any]) -> date | None:
    """The day that the applicant chose in their answers, where the document ties a step to one. Answers keep it as ISO text."""
    day = values.get(steps.chosen_by) if steps.chosen_by else None
    return date.fromisoformat(day) if isinstance(day, str) and day else day or None


@dataclass(frozen=True)
class Deadlines:
    """``due_on``: when the present step should be done. ``expected_on``: when the whole case should be decided.

    ``chosen_on``: the day that the applicant chose, which no pause moves.
    """

    due_on: date
    expected_on: date
    chosen_on: date | None = None

    def after_pause(self, paused_on: date, resumed_on: date, calendar: Calendar) -> Deadlines:
        """Both later by the working days that the clock stood still; but what is to be on a chosen day stays on it."""
        due = moved_by_pause(self.due_on, paused_on, resumed_on, calendar)
        if self.chosen_on and self.due_on <= self.chosen_on:
            return replace(self, due_on=min(due, self.chosen_on))
        return replace(
            self, due_on=due, expected_on=moved_by_pause(self.expected_on, paused_on, resumed_on, calendar)
        )


def deadlines(
    steps: Steps,
    step: str,
    start: date,
    calendar: Calendar,
    *,
    before: Deadlines | None = None,
    chosen_on: date | None = None,
) -> Deadlines:
    """The deadlines of a case that enters ``step`` on ``start``; ``chosen_on``: the day that the applicant chose.

    What was promised holds: of a case that is under way (``before``), the day of the decision never moves later here,
    only by a pause. So a step taken up late, or entered again, has what is left; and a late case stays late. A step
    without a period of its own is due with the case, and none is due after it. A step that is tied to the chosen day is due on
    it.
    """
    expected = _earliest(
        before.expected_on if before else None,
        expected_on(steps, step, start, calendar, chosen_on=chosen_on),
    ) or due_on(start, DEFAULT_DUE, calendar)
    own = steps[step]
    if own.on and chosen_on:
        return Deadlines(chosen_on, expected, chosen_on)
    due = due_on(start, own.due, calendar) if own.due else None
    return Deadlines(_earliest(due, expected) or expected, expected, chosen_on)


def on_another_day(
    now: Deadlines, steps: Steps, step: str, today: date, calendar: Calendar, *, chosen_on: date | None
) -> Deadlines:
    """The deadlines of a case in ``step`` whose applicant has chosen another day: what was promised moves with their choice."""
    if chosen_on is None or chosen_on == now.chosen_on:
        return now
    fresh = deadlines(steps, step, today, calendar, chosen_on=chosen_on)
    if steps[step].on:
        return fresh
    return replace(fresh, due_on=min(now.due_on, fresh.due_on) if now.due_on >= today else fresh.due_on)


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day), default=None)
