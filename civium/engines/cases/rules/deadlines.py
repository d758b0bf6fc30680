"""When a case is due, step by step and as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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


def expected_on(steps: Steps, step: str, start: date, calendar: Calendar) -> date | None:
    """When a case that enters ``step`` on ``start`` should be decided; None when the document sets no period from here."""
    dues = [due for name in usual_way(steps, step) if (due := steps[name].due)]
    day = start
    for due in dues:
        day = due_on(day, due, calendar)
    return day if dues else None


@dataclass(frozen=True)
class Deadlines:
    """``due_on``: when the present step should be done. ``expected_on``: when the whole case should be decided."""

    due_on: date
    expected_on: date

    def after_pause(self, paused_on: date, resumed_on: date, calendar: Calendar) -> Deadlines:
        """Both later by the working days that the clock stood still."""
        return Deadlines(
            moved_by_pause(self.due_on, paused_on, resumed_on, calendar),
            moved_by_pause(self.expected_on, paused_on, resumed_on, calendar),
        )


def deadlines(
    steps: Steps, step: str, start: date, calendar: Calendar, *, before: Deadlines | None = None
) -> Deadlines:
    """The deadlines of a case that enters ``step`` on ``start``.

    What was promised holds: of a case that is under way (``before``), the day of the decision never moves later here,
    only by a pause. So a step taken up late, or entered again, has what is left; and a late case stays late. A step
    without a period of its own is due with the case, and none is due after it.
    """
    expected = _earliest(
        before.expected_on if before else None, expected_on(steps, step, start, calendar)
    ) or due_on(start, DEFAULT_DUE, calendar)
    own = steps[step].due
    return Deadlines(_earliest(due_on(start, own, calendar) if own else None, expected) or expected, expected)


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day), default=None)
