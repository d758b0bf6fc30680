"""Cases that nobody may decide, because they are about everybody who could: an administrator gives somebody else the role."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from civium.engines.cases.models import Case
from civium.engines.cases.queries import find_cases_about_staff
from civium.foundation.identity.models import Person, Role
from civium.foundation.identity.policy import beyond_the_wall
from civium.foundation.identity.queries import somebody_works_as
from civium.journeys.catalogue.queries import get_offer_version


@dataclass(frozen=True)
class WaitsForAnother:
    """Somebody with one of these roles is missing in an agency: for so many cases, the first since then."""

    agency: str
    roles: tuple[str, ...]
    how_many: int
    since: datetime


def find_waiting_for_another(*, but_about: Person | None = None) -> list[WaitsForAnother]:
    """Where somebody else is needed, what has waited longest first. ``but_about``: the cases about this person are not told them."""
    with beyond_the_wall():  # nothing of them is shown but that they wait
        found = find_cases_about_staff(but_about=but_about)
        missing: dict[tuple[str, tuple[str, ...]], list[Case]] = defaultdict(list)
        for case in found:
            if roles := roles_that_nobody_has(case):
                missing[case.agency_id, roles].append(case)
    waiting = [
        WaitsForAnother(agency, roles, len(cases), min(case.opened_at for case in cases))
        for (agency, roles), cases in missing.items()
    ]
    return sorted(waiting, key=lambda each: each.since)


def roles_that_nobody_has(case: Case) -> tuple[str, ...]:
    """The roles that take the case on, where nobody has one of them but whom it is about; none where somebody does."""
    steps = get_offer_version(case.service, case.version).document.steps
    roles = {role for move in steps[case.step].moves for role in move.roles} & set(Role.values)
    parties = [id for id in (case.applicant_id, case.concerns_id) if id]
    return (
        ()
        if not roles or somebody_works_as(roles, agency=case.agency_id, but=parties)
        else tuple(sorted(roles))
    )
