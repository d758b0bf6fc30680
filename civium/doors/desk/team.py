"""What a supervisor reads about the team: who has what, how old and how late it is, and where it gets stuck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civium.doors.desk.lists import Asked, agency_words, service_words, step_words
from civium.engines.cases.queries import MOST_TALLIED, Colleague, PersonLoad, StepLoad, Tally
from civium.foundation.design.showing import short_day
from civium.foundation.kit.town import the_town

# A step with so many late cases among its open ones is where work gets stuck.
STUCK_SHARE, STUCK_LATE = 0.25, 3


@dataclass(frozen=True)
class Bar:
    """Two lengths between 0 and 100: of what is open, and of what is late in it."""

    open: float
    late: float


@dataclass(frozen=True)
class LoadRow:
    """One line about a person or a step. ``longest`` is the reference of the case that has been longest in the step."""

    name: str
    also: str
    href: str
    open: str
    late: str
    late_href: str
    bar: Bar
    oldest: str
    longest: str = ""
    away: str = ""
    hand_href: str = ""
    is_stuck: bool = False


def people_rows(
    loads: Sequence[PersonLoad], workers: Mapping[UUID, Colleague], *, several: bool, today: date
) -> list[LoadRow]:
    """Everybody who has cases, whoever has none so far, and what nobody has."""
    theirs: dict[UUID | None, list[PersonLoad]] = {}
    for load in loads:
        if load.tally.open:
            theirs.setdefault(load.person, []).append(load)
    sums = {person: _together(parts) for person, parts in theirs.items()}
    most = max((load.tally.open for load in sums.values()), default=0)
    rows = [
        _person_row(load, workers, most, several=several, today=today)
        for person in sorted(theirs, key=lambda person: (-sums[person].tally.late, -sums[person].tally.open))
        for load in ([sums[person]] if len(theirs[person]) > 1 else []) + theirs[person]
    ]
    busy = {load.person for load in loads if load.tally.open}
    idle = [
        LoadRow(worker.name, "", "", "0", "0", "", Bar(0, 0), "—", away=_away(worker))
        for id, worker in workers.items()
        if id not in busy
    ]
    return [*rows, *idle]


def _together(parts: Sequence[PersonLoad]) -> PersonLoad:
    """What somebody has in all agencies; of no agency of its own where there are several."""
    since = [part.oldest_at for part in parts if part.oldest_at]
    tally = Tally(sum(part.tally.open for part in parts), sum(part.tally.late for part in parts))
    agency = parts[0].agency if len(parts) == 1 else ""
    return PersonLoad(agency, parts[0].person, tally, min(since, default=None))


def _person_row(
    load: PersonLoad, workers: Mapping[UUID, Colleague], most: int, *, several: bool, today: date
) -> LoadRow:
    holder = str(load.person) if load.person else "nobody"
    worker = workers.get(load.person) if load.person else None
    name = worker.name if worker else _("Somebody who left") if load.person else _("Nobody yet")
    agency = load.agency if several else ""
    return LoadRow(
        name=name,
        also=agency_words(agency) if agency else _("All agencies together") if several else "",
        href=_list(Asked("team", holder=holder, agency=agency)),
        open=_shown(load.tally.open),
        late=_shown(load.tally.late),
        late_href=_list(Asked("late", holder=holder, agency=agency)),
        bar=_bar(load.tally, most),
        oldest=_age(load.oldest_at, today),
        away=_away(worker),
        hand_href=reverse("desk:hand", args=[load.agency, holder]) if load.agency else "",
    )


def count_of(holder: str, loads: Sequence[PersonLoad]) -> tuple[str, str]:
    """How many open cases somebody (``nobody``: nobody) has, and how many of them are late."""
    tally = next((load.tally for load in loads if str(load.person or "nobody") == holder), None)
    return (_shown(tally.open), _shown(tally.late)) if tally else ("0", "0")


def step_rows(loads: Sequence[StepLoad], *, today: date) -> list[LoadRow]:
    """Every step that holds cases, the one with most late ones first."""
    most = max((load.tally.open for load in loads), default=0)
    return [
        LoadRow(
            name=service_words(load.service),
            also=step_words(load.service, load.step),
            href=_list(Asked("team", service=load.service, step=load.step)),
            open=_shown(load.tally.open),
            late=_shown(load.tally.late),
            late_href=_list(Asked("late", service=load.service, step=load.step)),
            bar=_bar(load.tally, most),
            oldest=_age(load.since, today),
            longest=load.longest,
            is_stuck=load.tally.late >= STUCK_LATE and load.tally.late_share >= STUCK_SHARE,
        )
        for load in loads
    ]


def _bar(tally: Tally, most: int) -> Bar:
    return Bar(round(100 * tally.open / (most or 1), 1), round(100 * tally.late / (most or 1), 1))


def _shown(count: int) -> str:
    return f"{MOST_TALLIED}+" if count > MOST_TALLIED else str(count)


def _age(since: datetime | None, today: date) -> str:
    if since is None:
        return "—"
    days = (today - the_town().today(since)).days
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days} if days else _("today")


def _away(worker: Colleague | None) -> str:
    if worker is None or worker.away_until is None:
        return ""
    return _("away until %(day)s") % {"day": short_day(worker.away_until)}


def _list(asked: Asked) -> str:
    return reverse("desk:queue") + asked.query()
