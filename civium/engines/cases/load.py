"""Where the work lies: how much each person has and each step holds, how old and how late. Bounded however many cases there are.

Who has cases, and in which steps they are, is found by jumping through an index from one to the next; each number is counted in
an index, and no further than to ``MOST_TALLIED``.
"""
# ruff: noqa: S608 - what is put into the text are names and numbers of our own

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import DateField

from civium.foundation.identity.rules import CASEWORKERS
from civium.foundation.kit.town import the_town

from .stretches import MOST_LOOKED_AT, as_value, fetch

MOST_TALLIED = 999
# Nobody reads a longer table; the number of rows is bounded like everything else.
MOST_ROWS = 300


@dataclass(frozen=True)
class Tally:
    """How many cases are ``open`` and how many of them ``late``, up to ``MOST_TALLIED`` each."""

    open: int
    late: int

    @property
    def late_share(self) -> float:
        """Between 0 and 1."""
        return self.late / self.open if self.open else 0.0


@dataclass(frozen=True)
class PersonLoad:
    """What one person has in one agency; ``person`` is None for what nobody has. ``oldest_at``: when its oldest case came."""

    agency: str
    person: UUID | None
    tally: Tally
    oldest_at: dt.datetime | None


@dataclass(frozen=True)
class StepLoad:
    """What one step of one service holds. ``longest``: the reference of the case that has been there longest, ``since`` when."""

    agency: str
    service: str
    step: str
    tally: Tally
    since: dt.datetime
    longest: str


class Colleague(NamedTuple):
    """A caseworker as lists show them: ``away_until`` is the last day of an absence that has begun."""

    id: UUID
    name: str
    away_until: dt.date | None


def find_workers(agencies: Sequence[str], *, today: dt.date) -> dict[UUID, Colleague]:
    """Everybody who works on cases of these agencies, by name. One statement, written out because every list asks it."""
    day = as_value(DateField(), today)
    rows = fetch(
        "SELECT m.person_id, m.shown_as, (SELECT MAX(x.last_on) FROM cases_absence x WHERE x.person_id = m.person_id"
        " AND x.ended_at IS NULL AND x.last_on >= %s AND x.first_on <= %s) FROM identity_membership m"
        f" JOIN identity_person p ON p.id = m.person_id WHERE p.is_active AND m.role IN ({_marks(CASEWORKERS)})"
        f" AND (m.agency_id IS NULL OR m.agency_id IN ({_marks(agencies) or 'NULL'}))",
        [day, day, *CASEWORKERS, *agencies],
    )
    found = (Colleague(UUID(str(id)), name, _day(until)) for id, name, until in rows)
    known = {each.id: each for each in found}
    return dict(sorted(known.items(), key=lambda item: (item[1].name.casefold(), item[0])))


def find_load_of_people(agencies: Sequence[str], *, at: dt.datetime) -> list[PersonLoad]:
    """Everybody who has open cases of these agencies, and what nobody has; who has most late ones first. One statement."""
    if not agencies:
        return []
    held = "c.closed_at IS NULL AND c.assigned_to_id IS NOT NULL"
    theirs = (
        f"FROM cases_case c WHERE c.agency_id = known.agency AND {held} AND c.assigned_to_id = known.person"
    )
    nobodys = (
        "FROM cases_case c WHERE c.agency_id = a.name AND c.closed_at IS NULL AND c.assigned_to_id IS NULL"
    )
    first = (
        f"SELECT c.assigned_to_id FROM cases_case c WHERE c.agency_id = a.name AND {held} ORDER BY 1 LIMIT 1"
    )
    later = (
        f"SELECT c.assigned_to_id FROM cases_case c WHERE c.agency_id = known.agency AND {held}"
        " AND c.assigned_to_id > known.person ORDER BY 1 LIMIT 1"
    )
    oldest_of_nobody = (
        "SELECT opened_at FROM (SELECT c.opened_at, c.assigned_to_id FROM cases_case c WHERE c.agency_id = a.name"
        f" AND c.closed_at IS NULL ORDER BY c.opened_at LIMIT {MOST_LOOKED_AT}) AS looked"
        " WHERE assigned_to_id IS NULL LIMIT 1"
    )
    today = the_town().today(at)
    rows = fetch(
        f"WITH RECURSIVE known(agency, person, place) AS (SELECT a.name, ({first}), 1 FROM identity_agency a"
        f" WHERE a.name IN ({_marks(agencies)}) UNION ALL SELECT known.agency, ({later}), known.place + 1 FROM known"
        f" WHERE known.person IS NOT NULL AND known.place < {MOST_ROWS})"
        f" SELECT agency, person, {_tallies(theirs)}, (SELECT c.opened_at {theirs} ORDER BY c.opened_at LIMIT 1)"
        " FROM known WHERE person IS NOT NULL"
        f" UNION ALL SELECT a.name, NULL, {_tallies(nobodys)}, ({oldest_of_nobody})"
        f" FROM identity_agency a WHERE a.name IN ({_marks(agencies)})",
        [*agencies, today, today, *agencies],
    )
    loads = [
        PersonLoad(agency, UUID(str(person)) if person else None, _tally(open, late), _moment(oldest))
        for agency, person, open, late, oldest in rows
    ]
    return sorted(loads, key=lambda load: (-load.tally.late, -load.tally.open, load.agency))


def find_load_of_steps(agencies: Sequence[str], *, at: dt.datetime) -> list[StepLoad]:
    """Every step that holds open cases of these agencies; the one with the most late cases first. One statement."""
    if not agencies:
        return []
    here = (
        "FROM cases_case c WHERE c.agency_id = known.agency AND c.closed_at IS NULL"
        " AND c.service = known.service AND c.step = known.step"
    )
    first = "FROM cases_case c WHERE c.agency_id = a.name AND c.closed_at IS NULL ORDER BY c.service, c.step LIMIT 1"
    later = (
        "FROM cases_case c WHERE c.agency_id = known.agency AND c.closed_at IS NULL"
        " AND (c.service, c.step) > (known.service, known.step) ORDER BY c.service, c.step LIMIT 1"
    )
    longest = f"{here} ORDER BY c.entered_at LIMIT 1"
    rows = fetch(
        "WITH RECURSIVE known(agency, service, step, place) AS"
        f" (SELECT a.name, (SELECT c.service {first}), (SELECT c.step {first}), 1 FROM identity_agency a"
        f" WHERE a.name IN ({_marks(agencies)})"
        f" UNION ALL SELECT known.agency, (SELECT c.service {later}), (SELECT c.step {later}), known.place + 1"
        f" FROM known WHERE known.service IS NOT NULL AND known.place < {MOST_ROWS})"
        f" SELECT agency, service, step, {_tallies(here)}, (SELECT c.entered_at {longest}), (SELECT c.reference {longest})"
        " FROM known WHERE service IS NOT NULL",
        [*agencies, the_town().today(at)],
    )
    loads = [
        StepLoad(agency, service, step, _tally(open, late), moment, longest)
        for agency, service, step, open, late, since, longest in rows
        if (moment := _moment(since))
    ]
    return sorted(loads, key=lambda load: (-load.tally.late, -load.tally.open, load.service, load.step))


def _marks(names: Sequence[str]) -> str:
    return ", ".join(["%s"] * len(names))


def _tallies(where: str) -> str:
    """The two numbers of a tally; the second takes the day as its parameter. While the applicant must act nothing is late."""
    late = f"SELECT c.paused_at {where} AND c.due_on < %s ORDER BY c.due_on LIMIT {MOST_LOOKED_AT}"
    return (
        f"(SELECT SUM(one) FROM (SELECT 1 AS one {where} LIMIT {MOST_TALLIED + 1}) AS counted),"
        f" (SELECT SUM(CASE WHEN paused_at IS NULL THEN 1 ELSE 0 END) FROM ({late}) AS counted)"
    )


def _tally(open: Any, late: Any) -> Tally:
    return Tally(int(open or 0), min(int(late or 0), MOST_TALLIED + 1))


def _day(value: Any) -> dt.date | None:
    """SQLite gives days as text where nothing says what they are."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def _moment(value: Any) -> dt.datetime | None:
    """SQLite gives moments as text, or without their zone, where nothing says what they are."""
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value)
    return value.replace(tzinfo=dt.UTC) if value and value.tzinfo is None else value
