"""Two emergencies in the demo town: one that a second person found justified, and one that waits for Sofia to check it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from civium.engines.cases.models import Case
from civium.foundation.identity.models import Person
from civium.foundation.jobs.actions.run_jobs import run_waiting_jobs
from civium.foundation.privacy.actions.watch_readings import readings
from civium.journeys.emergencies.actions.end_emergency import end_emergency
from civium.journeys.emergencies.actions.open_in_emergency import open_in_emergency
from civium.journeys.emergencies.actions.read_in_emergency import read_in_emergency
from civium.journeys.emergencies.actions.review_emergency import review_emergency
from civium.journeys.emergencies.models import Emergency

FROST = (
    "The ambulance service asks whether anybody else lives in this flat: it has no heating, and nobody opens. "
    "The office is closed until Monday."
)
BITE = "The hospital asks whether this dog is vaccinated: it bit a child at the harbour. Nobody at Animal Welfare answers."


def break_the_glass(people: Mapping[str, Person], *, now: datetime) -> None:
    """Petra opened a case of Amina's three days ago, and one of Ben's this morning."""
    petra = people["petra"]
    first = _open(people["amina"], "heating-allowance", FROST, by=petra, at=now - timedelta(days=3))
    review_emergency(
        first,
        verdict="justified",
        words="I spoke to the ambulance service. It could not wait, and only what was needed was read.",
        by=people["sofia"],
        at=now - timedelta(days=2),
    )
    _open(people["ben"], "dog-licence", BITE, by=petra, at=now - timedelta(hours=5))


def _open(whose: Person, service: str, reason: str, *, by: Person, at: datetime) -> Emergency:
    case = Case.objects.get(applicant=whose, service=service)
    opened = open_in_emergency(case.reference, why="life", reason=reason, by=by, at=at)
    run_waiting_jobs(as_of=at)
    with readings(at=at + timedelta(minutes=1)):
        file = read_in_emergency(opened, by=by, language=by.language, at=at + timedelta(minutes=1))
        assert file.answers is not None
        assert file.applicant_name
    end_emergency(opened, by=by, at=at + timedelta(minutes=12))
    return opened
